"""What was handed in, as a list of cells: of a long file the outputs are left out while it is read.

A file of up to ``MOST_BYTES`` with few lists is taken as it is. Of another one, up to ``MOST_FILE``, one pass keeps
what grading looks at: a cell's kind, source, metadata, id and attachments. Its time grows with the file's length, its
memory ends at ``MOST_BYTES``; what it makes of bytes that are no JSON is no JSON either.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

MOST_BYTES, MOST_FILE, MOST_CELLS, MOST_SOURCE = 2**24, 2**28, 2_000, 200_000
MOST_ENDS = 2**15
MOST_ATTACHED, MOST_TOKENS = 12_000_000, 1_000_000  # bytes of all attachments; steps of the pass, some µs each
MOST_LISTS = 200_000  # lists and objects of a file that is read as it is: an empty one takes 20 times its bytes
KEPT = {"cell_type", "source", "metadata", "id", "attachments"}
LEFT_OUT, TOO_LONG = "left out", "bytes of a file that is too long"
TOKEN, BRACKET = re.compile(rb'["\[\]{},:]'), re.compile(rb'["\[\]{}]')
IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
FLAT = rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+'  # whole strings, and what stands between
SKIPPED = re.compile(rb"(?:%b(?:\[%b\]|\{%b\})?+)*+" % (FLAT, FLAT, FLAT), re.DOTALL)


RELEASE = re.compile(rb'"rnncourse"\s*:\s*(\{[^{}]{0,300}\})')
WORD = re.compile(r"[\w.+-]{1,30}", re.ASCII)


class UnreadableError(ValueError):
    """What was handed in is no notebook: why, in a sentence for the student."""


def cells_of(submitted: bytes) -> list[dict[str, Any]]:
    """The cells of what was handed in. Raises UnreadableError, with the reason."""
    if not _is_small(submitted):
        submitted = shortened(io.BytesIO(submitted))
    try:
        notebook = json.loads(submitted)
        size = notebook.get(TOO_LONG)
        found = notebook["cells"] if type(size) is not int else []
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise UnreadableError(
            "The file cannot be read as a Jupyter notebook. Open it in Jupyter, save it, and hand it in again."
        ) from None
    if type(size) is int:
        raise UnreadableError(
            f"The file has {size >> 20} MB. Up to {MOST_FILE >> 20} MB are read, and without outputs and pictures "
            f"{MOST_BYTES >> 20} MB and {MOST_TOKENS:,} entries. Clear the outputs, save, and hand it in again."
        )
    if not isinstance(found, list) or len(found) > MOST_CELLS:
        raise UnreadableError(f"The notebook has no list of cells, or over {MOST_CELLS}.")
    return [cell for cell in found if isinstance(cell, dict)]


def release_of(submitted: bytes) -> dict[str, str]:
    """Version and digest of the release that a notebook says it is of; nothing where it does not say so in earnest."""
    ends = submitted[:MOST_ENDS] + b"\n" + submitted[-MOST_ENDS:]  # where editors put a notebook's metadata
    for found in RELEASE.findall(ends)[-1:]:
        with contextlib.suppress(ValueError):
            said = json.loads(found)
            words = {key: said.get(key) for key in ("version", "notebook")}
            if all(isinstance(word, str) and WORD.fullmatch(word) for word in words.values()):
                return words
    return {}


def shortened(file: BinaryIO) -> bytes:
    """A notebook's file, in at most ``MOST_BYTES`` and few lists: as it is, or without outputs, or its size alone."""
    start = file.read(MOST_BYTES + 1)
    if _is_small(start):
        return start
    size = file.seek(0, io.SEEK_END)
    file.seek(len(start))
    found = without_outputs(_chunks(start, file)) if size <= MOST_FILE else None
    return json.dumps({TOO_LONG: size}).encode() if found is None else found


def _is_small(data: bytes) -> bool:
    """May it be read as it is?"""
    return len(data) <= MOST_BYTES and data.count(b"[") + data.count(b"{") <= MOST_LISTS


def _chunks(start: bytes, file: BinaryIO) -> Iterator[bytes]:
    yield start
    left = MOST_FILE - len(start)  # somebody may write to it meanwhile
    while left > 0 and (chunk := file.read(min(left, 2**20))):
        left -= len(chunk)
        yield chunk


def without_outputs(chunks: Iterable[bytes]) -> bytes | None:
    """A notebook in JSON with nothing but its cells, and of these what is kept; None for what is too long."""
    scan = _Scan()
    left = b""
    for chunk in chunks:
        left = scan.feed(left + chunk)
        if scan.too_long:
            return None
    return bytes(scan.kept + left)


class _Scan:
    """A pass over JSON. Depth 1 is the notebook's, 2 that of the list of cells, 3 that of a cell."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.depth = self.tokens = 0
        self.in_string = False
        self.key = 0  # where in what is kept the last string began
        self.skipping = 0  # the depth of the key whose value is left out, or 0
        self.attached = 0  # where an attachment's value begins, or 0
        self.room = MOST_ATTACHED

    @property
    def too_long(self) -> bool:
        return len(self.kept) > MOST_BYTES or self.tokens > MOST_TOKENS

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; returns what has to come again in front of those that follow."""
        at = 0
        while at < len(data) and not self.too_long:
            if self.in_string:
                end = IN_STRING.match(data, at).end()  # type: ignore[union-attr]
                self._keep(data[at:end])
                if data[end : end + 1] == b"\\":  # and what it stands before is to come
                    return data[end:]
            else:
                if self.skipping and self.depth > self.skipping:
                    end = SKIPPED.match(data, at).end()  # type: ignore[union-attr]
                else:
                    found = (BRACKET if self.depth > 3 else TOKEN).search(data, at)
                    end = found.start() if found else len(data)
                self._keep(data[at:end])
            if end < len(data):
                self._token(data[end : end + 1])
            at = end + 1
        return b""

    def _keep(self, data: bytes) -> None:
        if not self.skipping:
            self.kept += data
            if self.attached and len(self.kept) - self.attached > self.room:
                self.kept[self.attached :] = json.dumps(LEFT_OUT).encode()
                self.attached, self.skipping = 0, 3

    def _token(self, token: bytes) -> None:
        self.tokens += 1
        if token == b'"':
            self.in_string = not self.in_string
            if self.in_string and not self.skipping:
                self.key = len(self.kept)
        elif token in b"[{":
            self.depth += 1
        elif token in b",]}":
            self.depth -= token != b","
            if self.depth < self.skipping or (self.depth == self.skipping and token == b","):
                self.skipping = 0
            if self.attached and (self.depth < 3 or (self.depth == 3 and token == b",")):
                self.room -= len(self.kept) - self.attached
                self.attached = 0
        elif self.depth in (1, 3) and not self.skipping:  # a colon
            return self._value_of(_text(self.kept[self.key :]))
        self._keep(token)
        return None

    def _value_of(self, key: str) -> None:
        self.kept += b":"
        if key not in (KEPT if self.depth == 3 else ("cells",)):
            self.kept += b"null"
            self.skipping = self.depth
        elif key == "attachments":
            self.attached = len(self.kept)


def _text(string: bytearray) -> str:
    """What a string in JSON says, if it is short."""
    with contextlib.suppress(ValueError):
        return str(json.loads(string)) if len(string) < 100 else ""
    return ""


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which may be stored in lines; never longer than allowed, never half a surrogate pair.

    Lines end as Python's do, and no mark of the byte order stands in front.
    """
    return whole_source_of(cell)[:MOST_SOURCE]


def whole_source_of(cell: dict[str, Any]) -> str:
    """As :func:`source_of`, however long it is."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    text = source if isinstance(source, str) else ""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff").encode("utf-8", "replace").decode()


def settings(cell: Any) -> dict[str, Any]:
    """Nbgrader's settings of a cell, or none."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}

"""What is fuzzed: functions of bytes that raise AssertionError, or anything at all, where something is wrong.

Bytes are read as choices (:class:`Choices`), so that an engine that knows no format gets through the outer layers: a
part of every target's inputs is taken as it comes, a part builds something well-formed, a part spoils that.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from bs4 import BeautifulSoup
from nbconvert.filters import ansi2html, markdown2html

from rnncourse.grading.batch.jobs import Journal
from rnncourse.grading.submission import graft, reader, sanitise
from rnncourse.grading.wall import codec

SCALARS: Any = (None, True, False, 0, -1, 2**31, 2**63, 10**400, 0.5, math.inf, math.nan, "", "a", "é\ud800")
MANY, MOST = (0, 1, 2, 17, 40, 1_001, 60_000), 200_000  # times, and bytes


class Choices:
    """Bytes, read from the front as choices; when there are no more, every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def below(self, n: int) -> int:
        self.at += 1
        return self.data[self.at - 1] % n if self.at <= len(self.data) else 0

    def of(self, choices: Any) -> Any:
        return choices[self.below(len(choices))]

    def some(self) -> bytes:
        length = self.below(256)
        self.at += length
        return self.data[self.at - length : self.at]

    def rest(self) -> bytes:
        found, self.at = self.data[self.at :], len(self.data)
        return found

    def text(self) -> str:
        return self.some().decode("utf-8", "replace")


def tree(c: Choices, keys: tuple[str, ...], depth: int = 0) -> Any:
    """Something that JSON can say, often with the keys that matter."""
    what = c.below(8) if depth < 6 else 0
    if what <= 1:
        return c.of(SCALARS)
    if what == 2:
        return c.text()
    if what == 3:
        found = tree(c, keys, depth + 1)
        return [found] * min(c.of(MANY), MOST // len(dumps(found)))
    if what == 4:
        found = tree(c, keys, depth + 1)
        for _ in range(min(c.of(MANY), 1_001)):
            found = [found]
        return found
    if what == 5:
        return [tree(c, keys, depth + 1) for _ in range(c.below(5))]
    return {c.of(keys): tree(c, keys, depth + 1) for _ in range(1 if what == 6 else c.below(5))}


def dumps(found: Any) -> bytes:
    """As JSON, or as much of it as there is to say."""
    try:
        return json.dumps(found).encode()[: 10 * MOST]
    except (RecursionError, ValueError):
        return b"[" * 50_000


def spoilt(c: Choices, data: bytes) -> bytes:
    """With a few bytes changed, taken out, or doubled."""
    found = bytearray(data)
    for _ in range(c.below(6)):
        at = (c.below(256) * 256 + c.below(256)) % max(len(found), 1)
        found[at : at + c.below(9)] = c.of((b"", found[at : at + 8] * 2, c.some()[:8]))
    return bytes(found)


# --- codec

KINDS = tuple("iflctszdagnThbx")
DTYPES = ("|b1", "|i1", "<i8", "<u2", "<f2", "<f4", "<f8", "<c8", "<c16")


def value(c: Choices, depth: int = 0) -> Any:
    """A value that the codec takes."""
    what = c.below(13) if depth < 5 else c.below(6)
    if what == 0:
        return c.of((None, True, False, "", b"", 0.0, -0.0, math.inf, math.nan, 1j))
    if what == 1:
        return int.from_bytes(c.some()[:300], "big", signed=True)
    if what == 2:
        return c.text()
    if what == 3:
        return c.some()
    if what == 4:
        return float(np.frombuffer(c.some()[:8].ljust(8, b"\0"), "<f8")[0])
    if what in (5, 6):
        array = np.frombuffer(c.some().ljust(16, b"\1")[:16] * 2, np.uint8) % 2
        array = array.astype(c.of(DTYPES)).reshape(c.of(((32,), (4, 8), (2, 2, 8), (32, 1))))
        return array[:: c.of((1, 2, -1))] if what == 5 else array.ravel()[0]
    if what == 7:
        import torch

        return torch.arange(6).to(c.of((torch.float32, torch.int64, torch.complex64, torch.bool))).view(2, 3).T.conj()
    items = [value(c, depth + 1) for _ in range(c.below(5))]
    if what == 8:
        return items
    if what == 9:
        return tuple(items)
    if what == 12:
        return codec.named(c.of(("State", "é", "_A")), ("h", "c", "μ", "x_1", "T")[: len(items)])(items)
    keys = [item for item in items if isinstance(item, (str, bytes, int, float, complex))]
    return dict.fromkeys(keys, items) if what == 10 else c.of((set, frozenset))(keys)


def same(a: Any, b: Any) -> bool:
    """Are these the same, type by type and bit by bit?"""
    if type(a) is not type(b):
        return False
    if isinstance(a, codec.Named):
        return a._fields == b._fields and same(tuple(a), tuple(b))
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(map(same, a, b)) and all(map(same, a.values(), b.values()))
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b) and {repr(item) for item in a} == {repr(item) for item in b}
    if type(a).__name__ == "Tensor":
        return a.dtype == b.dtype and a.shape == b.shape and a.resolve_conj().equal(b)
    if isinstance(a, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return repr(a) == repr(b)


def fuzz_codec(data: bytes) -> None:
    """Whatever arrives, decode gives a value, which passes again and is the same, or says that it is malformed."""
    c = Choices(data)
    way = c.below(4)
    if way == 0:
        message = c.rest()
    elif way == 1:
        head = dumps(tree(c, KINDS))
        body = c.rest()
        message = codec.LENGTHS.pack(len(head), len(body)) + head + body
    else:
        sent = value(c)
        try:
            message = codec.encode(sent)
        except codec.UnsendableError:
            return
        assert same(codec.decode(message), sent)
        if way == 3:
            message = spoilt(c, message)
    try:
        got = codec.decode(message)
        again = codec.encode(got)
    except (codec.MalformedError, codec.UnsendableError):
        return
    assert same(codec.decode(again), got)


# --- graft

NOTEBOOK_KEYS = ("cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "id", "tags", "grade", "points")


def _cell(name: str, source: str, **settings: Any) -> dict[str, Any]:
    meta = {"nbgrader": {"grade_id": name, "grade": False, "solution": False, "locked": True} | settings}
    return {"cell_type": "code", "id": name, "source": source, "metadata": meta}


def instructor() -> dict[str, Any]:
    """A notebook with every kind of cell."""
    cells = [
        _cell("setup", "import numpy"),
        {"cell_type": "code", "id": "open", "source": "1", "metadata": {}},
        {"cell_type": "code", "id": "skipped", "source": "2", "metadata": {"tags": [graft.SKIP]}},
        _cell("f", "SOLUTION", solution=True, locked=False),
        _cell("f-test", "TEST", grade=True, points=2),
        _cell("essay", "SOLUTION", solution=True, grade=True, points=3, locked=False) | {"cell_type": "markdown"},
        {"cell_type": "markdown", "id": "text", "source": "text", "metadata": {}},
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def notebook(c: Choices) -> Any:
    """The instructor's notebook as somebody may hand it in: parts gone, copied, moved, replaced by anything."""
    found = instructor()
    cells = found["cells"]
    for _ in range(c.below(8)):
        at, what = c.below(len(cells) or 1), c.below(7)
        if what == 0:
            del cells[at : at + 1]
        elif what == 1:
            cells += c.of((cells[at : at + 1], cells[at : at + 1] * 2, [_cell("f", "1") for _ in range(2_001)]))
        elif what == 2:
            cells.insert(at, tree(c, NOTEBOOK_KEYS))
        elif at < len(cells) and isinstance(cells[at], dict):
            if what == 3:
                cells[at][c.of(NOTEBOOK_KEYS)] = tree(c, NOTEBOOK_KEYS)
            elif what == 4:
                cells[at]["source"] = c.of((c.text(), [c.text(), c.of(SCALARS)], "x" * 300_000))
            elif isinstance(cells[at].get("metadata"), dict):
                if what == 5:
                    cells[at]["metadata"]["nbgrader"] = tree(c, NOTEBOOK_KEYS)
                elif isinstance(cells[at]["metadata"].get("nbgrader"), dict):
                    cells[at]["metadata"]["nbgrader"]["grade_id"] = c.of(("f", "f-test", "essay", *SCALARS))
    return found


def fuzz_graft(data: bytes) -> None:
    """Whatever is handed in, the tests are the instructor's, once each, and what is the student's gives no points."""
    c = Choices(data)
    way = c.below(4)
    submitted = c.rest() if way == 0 else dumps({"cells": tree(c, NOTEBOOK_KEYS)} if way == 1 else notebook(c))
    if way == 3:
        submitted = spoilt(c, submitted)
    try:
        found = graft.graft(instructor(), submitted).cells
    except reader.UnreadableError:
        return
    assert [(cell.grade_id, cell.source, cell.points) for cell in found if cell.test] == [("f-test", "TEST", 2.0)]
    assert [cell.grade_id for cell in found if cell.grade_id] == ["setup", "f", "f-test", "essay"]
    assert [cell.points for cell in found if cell.answer] == [None, 3.0]
    for cell in found:
        cell.source.encode()
        assert len(cell.source) <= reader.MOST_SOURCE + 100
        assert not (cell.student and (cell.test or ("TEST" in cell.source and cell.grade_id == "f-test")))
        assert cell.original is not None or (cell.student and not cell.test and not cell.grade_id)
    assert len(found) <= reader.MOST_CELLS + 2 * len(instructor()["cells"])  # an answer may run in two places
    assert sum(len(cell.source) for cell in found if cell.kind == "markdown") < 4 * reader.MOST_SOURCE


def fuzz_reader(data: bytes) -> None:
    """A long notebook without its outputs has the cells that it had, in whatever pieces it is read."""
    c = Choices(data)
    way = c.below(4)
    whole = tree(c, (*NOTEBOOK_KEYS, "outputs", "attachments"))
    whole = whole if way == 1 else {"metadata": c.text(), "cells": [whole, *notebook(c)["cells"]], "a": whole}
    submitted = c.rest() if way == 0 else dumps(whole)
    if way == 3:
        submitted = spoilt(c, submitted)
    size = 1 + c.below(256)
    short = reader.without_outputs(submitted[i : i + size] for i in range(0, len(submitted), size))
    assert short is not None
    try:
        cells = json.loads(submitted)["cells"]
        assert isinstance(cells, list)
    except (ValueError, RecursionError, TypeError, KeyError, AssertionError):
        return
    found = json.loads(short)["cells"]
    assert len(found) == len(cells)
    for before, after in zip(cells, found, strict=True):
        if isinstance(before, dict):
            kept = {key: value if key in reader.KEPT else None for key, value in before.items()}
            assert json.dumps(after) == json.dumps(kept)


# --- sanitise

MARKS = (
    "<¦>¦</¦<!--¦-->¦<![CDATA[¦<?¦script¦<img src=x onerror=1>¦<svg/onload=1>¦\\¦\\\\¦[¦]¦(¦)¦![¦](¦]:¦][¦a¦ ¦\n¦"
    "\n\n¦\t¦    ¦*¦_¦`¦```¦~~~¦#¦javascript:¦JavaScript¦javascript&colon;¦&#106;¦&#x6a;¦&lt;¦&Tab;¦"
    "data:text/html,¦:¦|¦//e.x¦http://¦https://e.x¦attachment:a.png¦mailto:a@b¦\"¦'¦ onload=1¦$¦$$¦\\(¦\\[¦"
    "\\begin{a}¦\\end{a}¦\\href{¦\\style{¦\\require{html}¦\\def\\x#1{\\href{#1}}¦}¦mermaid¦```mermaid\n¦- [ ] ¦"
    "- [x] ¦1. ¦> ¦: ¦[^1]¦[^1]: ¦---¦|-|¦\x00¦\x1b[31m¦\x1b[38;5;300m¦\u202e¦\ud800¦é"
)
TOKENS = MARKS.split("¦")
TAGS = {
    *("p", "a", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "code", "pre", "div", "span"),
    *("blockquote", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "del", "input"),
    *("dl", "dt", "dd"),
}
ATTRIBUTES = {"class", "id", "title", "href", "start", "style", "type", "checked", "disabled"}
PIECES = ("outputs", "output_type", "name", "text", "data", "text/plain", "text/html", "image/png", "error", "stream")


def prose(c: Choices) -> str:
    """Text, most of it from what Markdown, HTML and TeX take for marks."""
    if c.below(8) == 0:
        return c.rest().decode("utf-8", "surrogateescape")
    found = []
    while c.at < len(c.data) and len(found) < 200:
        found.append(c.of(TOKENS) if c.below(8) else chr(c.below(128)))
    return "".join(found)


def expect_harmless(html: str) -> None:
    """No script, no handler, nothing from elsewhere: by two parsers."""
    for parser in ("html.parser", "lxml"):
        for tag in BeautifulSoup(html, parser).find_all():
            assert tag.name in TAGS | {"html", "body"}, f"{tag} in {html!r}"
            for name, given in tag.attrs.items():
                text = " ".join(given) if isinstance(given, list) else given
                assert name in ATTRIBUTES, f"{name} in {html!r}"
                assert name != "style" or re.fullmatch(r"text-align:\s*(left|center|right)", text), html
                assert name != "href" or re.match(r"#|https?://", text), f"{text} in {html!r}"
                assert name != "type" or text == "checkbox", html
                assert "mermaid" not in text.split() or name != "class", html
    assert not re.search(r"\\(href|style|class|cssId|mmlToken|require)(?![a-zA-Z])", html), html


def fuzz_sanitise(data: bytes) -> None:
    """What is shown of a student's harms no page and stops no converter."""
    c = Choices(data)
    if c.below(2):
        expect_harmless(str(markdown2html(sanitise.clean_markdown(prose(c)))))
        return
    shown = tree(c, PIECES)
    if c.below(2):
        kind = c.of(("stream", "display_data", "execute_result"))
        picture = np.frombuffer(c.of(tuple(sanitise.SIGNATURES.values())) + c.some(), np.uint8)
        picture = c.of((picture, picture, np.arange(3.0), c.some(), c.text()))
        data = {"text/plain": prose(c), "image/png": picture, "image/jpeg": picture}
        piece = {"output_type": kind, "name": c.text(), "text": prose(c), "data": data}
        shown = {"outputs": [piece] * c.of(MANY), "error": [c.text(), c.text(), prose(c)]}
    total = 0
    for output in sanitise.clean_outputs(shown):
        total += len(json.dumps(output, ensure_ascii=False).encode())
        texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", ())]
        given = output.get("data", {})
        assert given.keys() <= {"text/plain", *sanitise.SIGNATURES}
        for text in (*texts, given.get("text/plain", "")):
            expect_coloured(ansi2html(text))
    assert total < 60_000_000


def expect_coloured(html: str) -> None:
    """Text in colours, and no other mark."""
    for tag in BeautifulSoup(html, "html.parser").find_all():
        assert tag.name == "span", html
        assert tag.attrs.keys() <= {"class", "style"}, html


# --- journal


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def fuzz_journal(data: bytes) -> None:
    """Whatever a crash left, lines that are whole are read, and what is added after is read too."""
    c = Choices(data)
    journal = Journal(Path(_folder().name) / "journal.jsonl")
    whole = [{"student": name, "name": "rnn", "text": c.text()} for name in ("ada", "é", "cem")[: c.below(4)]]
    lines = b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in whole)
    way = c.below(4)
    last = json.dumps({"student": "é", "name": "é" * c.below(99)}, ensure_ascii=False).encode()
    tail = (c.rest(), dumps(tree(c, ("student", "name"))), last[: c.below(256)], b"[" * 100_000)[way]
    journal.path.write_bytes(lines + tail)
    journal.add({"student": "last", "name": "rnn"})
    found = journal.read()
    assert found["last", "rnn"] == {"student": "last", "name": "rnn"}
    if way:
        assert all(found[entry["student"], "rnn"] == entry for entry in whole)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "codec": fuzz_codec,
    "graft": fuzz_graft,
    "reader": fuzz_reader,
    "sanitise": fuzz_sanitise,
    "journal": fuzz_journal,
}

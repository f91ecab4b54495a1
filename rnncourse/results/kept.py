"""The files of ``results/``: how numbers and weights are written, and how a page reads them.

A file is JSON. Weights are float16, little-endian, in base64, with their shape: ``new Float16Array(bytes.buffer)`` in a
browser, ``numpy.frombuffer(bytes, "<f2")`` here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from calendar import month_name
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

_PACKED = Path(__file__).parents[1] / "packed" / "results"  # in the wheel
FOLDER = _PACKED if _PACKED.is_dir() else Path(__file__).parents[2] / "results"
LARGEST, LARGEST_IN_ALL = 200_000, 4_000_000  # bytes
opened: set[str] = set()
"""Files that were read: a page is executed again when one of them changes."""


class Result:
    """Numbers that ``make results`` has kept: ``r["network"]`` has one a seed, ``r.weights`` arrays of float16.

    At the end of a cell it shows itself as a table.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.name: str = document["result"]
        self.seeds: tuple[int, ...] = tuple(document["seeds"])
        self.made: dict[str, Any] = document["made"]
        self._numbers: dict[str, list[Any]] = document["numbers"]
        self.weights = {name: unpack(packed) for name, packed in document["weights"].items()}

    def __getitem__(self, key: str) -> np.ndarray[Any, Any]:
        """The numbers of one name, a row a seed. Raises KeyError for a name that is not kept."""
        if key not in self._numbers:
            raise KeyError(f"{self.name}: expected one of {', '.join(self._numbers)}, got {key!r}")
        return np.array(self._numbers[key])

    def __iter__(self) -> Any:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def note(self) -> str:
        """When and how the numbers were made, in a sentence."""
        made, day = self.made, date.fromisoformat(self.made["date"])
        seeds = "one seed" if len(self.seeds) == 1 else f"{len(self.seeds)} seeds"
        packages = ", ".join(f"{package} {version}" for package, version in made["packages"].items())
        return (
            f"Computed before the book was built, by {made['command']}: {seeds}, {_duration(made['seconds'])} "
            f"on one core ({made['processor']}), {day.day} {month_name[day.month]} {day.year}, {packages}."
        )

    def table(self, form: str = "{:.4g}", **labels: str) -> Table:
        """A table of some numbers (all that are one a seed, where none is named): mean, lowest, highest of the seeds.

        ``r.table("{:.1%}", network="the network")``. Another seed would lie between lowest and highest of n seeds with
        probability (n - 1)/(n + 1), whatever the distribution.

        Raises KeyError for a name that is not kept, ValueError for one that has more than a number a seed.
        """
        chosen = labels or {key: key for key in self if self[key].ndim == 1}
        rows = []
        for key, label in chosen.items():
            values = self[key]
            if values.ndim != 1:
                raise ValueError(f"{self.name}: {key}: expected one number a seed, got shape {values.shape}")
            rows.append((label, *(form.format(v) for v in (values.mean(), values.min(), values.max()))))
        seeds = len(self.seeds)
        if seeds == 1:
            return Table(("one seed", "value"), [row[:2] for row in rows])
        return Table((f"{seeds} seeds", "mean", "lowest", "highest"), rows)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


class Table:
    """Rows of words under a heading, as HTML on a page and as text elsewhere."""

    def __init__(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.head, self.rows = tuple(head), [tuple(row) for row in rows]

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = []
        for first, *others in (self.head, *self.rows):
            cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
            lines.append("  ".join(cells))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in self.head)
        body = "".join(
            f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in others)}</tr>'
            for first, *others in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def load(name: str) -> Result:
    """What ``make results`` has kept as ``name``, such as ``"rnn/names"``.

    Raises FileNotFoundError where nothing is kept, or no checkout of the course is there.
    """
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        where = f"run `make results ONLY={name}`" if FOLDER.is_dir() else "they lie in a checkout of the course"
        raise FileNotFoundError(f"expected the kept results {path}: {where}")
    opened.add(str(path))
    return Result(read(path))


def read(path: Path) -> dict[str, Any]:
    """A file as it was written. Raises ValueError where it is another's."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON that `make results` wrote: {error}") from None
    wanted = {"result", "digest", "definitions", "made", "seeds", "seconds", "numbers", "quick", "weights"}
    if not isinstance(document, dict) or set(document) != wanted:
        raise ValueError(f"{path}: expected what `make results` writes, with {', '.join(sorted(wanted))}")
    return document


def write(path: Path, document: Mapping[str, Any]) -> None:
    """Write a file: an entry a line, so that a change can be read; whole, or not at all.

    Raises ValueError where it would be larger than a file may be.
    """
    lines = []
    for key, value in document.items():
        if isinstance(value, dict) and value:
            inner = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    content = ("{\n" + ",\n".join(lines) + "\n}\n").encode()
    if len(content) > LARGEST:
        raise ValueError(f"{path.name}: expected at most {LARGEST:,} bytes, got {len(content):,}: keep less")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def pack(weights: np.ndarray[Any, np.dtype[np.float16]]) -> dict[str, Any]:
    """An array of float16 for JSON."""
    raw = np.ascontiguousarray(weights, "<f2").tobytes()
    return {"shape": list(weights.shape), "float16": base64.b64encode(raw).decode()}


def unpack(packed: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float16]]:
    """The array that was packed, bit for bit."""
    raw = np.frombuffer(base64.b64decode(packed["float16"]), "<f2")
    return raw.reshape(packed["shape"]).astype(np.float16)


def numbers(returned: Any, name: str, digits: int) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What a function returned, as numbers of so many digits and packed weights.

    Raises TypeError or ValueError where it is not a dict of finite numbers, lists of them, and arrays of float16.
    """
    if not isinstance(returned, Mapping) or not returned or not all(isinstance(key, str) for key in returned):
        raise TypeError(f"{name}: expected a dict of numbers by name, got {type(returned).__name__}")
    kept, weights = dict[str, Any](), dict[str, dict[str, Any]]()
    for key, value in returned.items():
        if isinstance(value, np.ndarray) and value.dtype == np.float16:
            if not np.isfinite(value).all():
                raise ValueError(f"{name}: {key}: expected finite weights: one is too large for float16")
            weights[key] = pack(value)
        else:
            kept[key] = _rounded(value, f"{name}: {key}", digits)
    return kept, weights


def _rounded(value: Any, what: str, digits: int) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return [_rounded(v, what, digits) for v in value]
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{what}: expected a number or a list of numbers, got {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"{what}: expected a finite number, got {value}")
    return int(value) if isinstance(value, int | np.integer) else float(f"{value:.{digits}g}")


def short(text: str) -> str:
    """A short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _duration(seconds: float) -> str:
    minutes = seconds / 60
    return f"{seconds:.0f} s" if minutes < 2 else f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"

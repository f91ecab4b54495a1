"""Text to model: the source of Python's own standard library, which every reader has on disk.

Source: the modules of the Python that runs (https://www.python.org, PSF licence). It is the same text for the same
version of Python and a different one for another, so numbers computed from it belong to one version.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rnncourse._arrays import expect_ids

PRINTABLE = "\n" + "".join(map(chr, range(32, 127)))

_FILES = """
    argparse ast base64 bdb calendar cmd compileall configparser contextlib copy csv dataclasses difflib dis
    doctest enum filecmp fileinput fnmatch fractions ftplib functools getopt gettext glob graphlib gzip heapq hmac
    imaplib inspect ipaddress linecache locale lzma mailbox mimetypes modulefinder netrc numbers optparse pdb pickle
    pickletools pkgutil platform plistlib poplib pprint profile pstats pydoc queue random sched selectors shelve shlex
    shutil smtplib socket socketserver ssl statistics string stringprep subprocess tarfile tempfile textwrap
    threading timeit tokenize trace traceback tracemalloc turtle types typing uuid warnings wave weakref webbrowser
"""
MODULES = tuple(_FILES.split())
"""Single-file modules, written in Python, that Python 3.11, 3.12 and 3.13 have in common."""


@dataclass(frozen=True)
class Vocabulary:
    """The symbols of a text, numbered in the order given.

    Raises ValueError for no symbols, or for one that is not a single character or occurs twice.
    """

    symbols: str = PRINTABLE

    def __post_init__(self) -> None:
        if not self.symbols or len(set(self.symbols)) != len(self.symbols):
            raise ValueError(f"symbols: expected different characters, at least one, got {self.symbols!r}")

    @classmethod
    def of(cls, text: str) -> Vocabulary:
        """The characters that occur in a text, in order of their code points."""
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.symbols)

    def encode(self, text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Numbers of the characters: shape (N,). Raises ValueError for a character that is not a symbol."""
        number = {c: i for i, c in enumerate(self.symbols)}
        try:
            return np.array([number[c] for c in text], dtype=np.int64)
        except KeyError as error:
            c = error.args[0]
            raise ValueError(f"text: {c!r} at position {text.index(c)} is not in the vocabulary") from None

    def decode(self, ids: np.ndarray[Any, Any] | Sequence[int]) -> str:
        """The text of the numbers, shape (N,). Raises TypeError or ValueError unless they are integers in range."""
        ids = np.asarray(ids) if len(ids) else np.zeros(0, dtype=np.int64)
        expect_ids("ids", ids, (len(ids),), below=len(self))
        return "".join(self.symbols[i] for i in ids)


@dataclass(frozen=True)
class Text:
    """Training and validation text, and the modules that each came from; no module is in both."""

    train: str
    valid: str
    train_modules: tuple[str, ...]
    valid_modules: tuple[str, ...]


def _read(module: str, kind: str) -> str:
    """Source or docstrings of a module in printable ASCII; empty where the module has no source file."""
    spec = find_spec(module)
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return ""
    source = Path(spec.origin).read_text(encoding="utf-8")
    if kind == "docstrings":
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        docs = [ast.get_docstring(node) for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
        source = "".join(f"{doc}\n\n" for doc in docs if doc)
    return "".join(c for c in source.expandtabs(4) if c in _KEEP)


_KEEP = frozenset(PRINTABLE)


def stdlib_text(
    n_characters: int = 500_000,
    n_valid: int = 50_000,
    kind: Literal["source", "docstrings"] = "source",
    modules: Sequence[str] = MODULES,
    seed: int = 0,
) -> Text:
    """Text from the standard library: n_characters to train on and n_valid to validate on, split by module.

    The modules are shuffled by the seed, whole ones are taken until a part is full, and its last module is cut.
    Characters outside :data:`PRINTABLE` are dropped; a tab becomes spaces.

    Raises ValueError when a count is below 1, kind is unknown, or the modules do not hold enough text.
    """
    if n_characters < 1 or n_valid < 1:
        raise ValueError(
            f"expected at least 1 character in each part, got n_characters={n_characters}, n_valid={n_valid}"
        )
    if kind not in ("source", "docstrings"):
        raise ValueError(f"kind: expected 'source' or 'docstrings', got {kind!r}")
    if len(set(modules)) != len(modules):
        raise ValueError("modules: expected each module once")
    left = [modules[i] for i in np.random.default_rng(seed).permutation(len(modules))]
    texts, used = [], []
    for n in (n_valid, n_characters):
        text, taken = "", []
        while left and len(text) < n:
            taken.append(left.pop())
            text += _read(taken[-1], kind)
        if len(text) < n:
            total = sum(len(_read(m, kind)) for m in modules)
            raise ValueError(f"expected {n_characters + n_valid} characters in all, got {total} from the modules given")
        texts.append(text[:n])
        used.append(tuple(taken))
    return Text(train=texts[1], valid=texts[0], train_modules=used[1], valid_modules=used[0])

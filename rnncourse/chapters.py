"""The chapters of the book, read from a checkout: which there are, in which order, and where the parts of each are.

What goes over all chapters asks here, so that a new chapter is in no list kept by hand. A chapter is a folder of the
book in the table of contents; its parts bear its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnncourse._extras import needs


@dataclass(frozen=True)
class Chapter:
    """A chapter and its parts; a part that is still to be written is a path where nothing is."""

    name: str
    root: Path
    pages: tuple[str, ...]
    """Documents of the book in their order, without suffix: ``rnn/index``, ``rnn/cell``."""

    @property
    def sources(self) -> tuple[Path, ...]:
        """The pages' files."""
        return tuple(self.root / "book" / f"{page}.md" for page in self.pages)

    @property
    def summary(self) -> str:
        """What it is about: the first paragraph of its first page. Raises ValueError where none follows the title."""
        text = self.sources[0].read_text(encoding="utf-8")
        found = re.search(r"^# .+\n+([^\n#`:(\[{|-](?:.+\n)+)", text, re.MULTILINE)
        if found is None:
            raise ValueError(f"book/{self.pages[0]}.md: expected a title, and a paragraph that says what it is about")
        return " ".join(found[1].split())

    @property
    def module(self) -> Path:
        """The reading version: a module, or a package of the parts."""
        return self._in(self.root / "rnncourse")

    @property
    def checks(self) -> Path:
        """Its exercises, in a module or a package."""
        return self._in(self.root / "rnncourse" / "checks")

    def _in(self, room: Path) -> Path:
        """The module of its name in a room, or the package."""
        package = room / self.name / "__init__.py"
        return package if package.exists() else room / f"{self.name}.py"

    @property
    def tests(self) -> Path:
        """The tests of its equations, in the place of the module: those of a package in the folder of its name."""
        folder = self.root / "tests"
        return (folder / self.name if self.module.stem == "__init__" else folder) / f"test_{self.name}.py"

    @property
    def claims(self) -> Path:
        """The tests of what it trains and prints: of its experiments."""
        return self.root / "tests" / "experiments" / f"test_{self.name}.py"

    @property
    def graded(self) -> bool:
        """Has it an assignment? What comes after the twelve chapters has exercises in its pages alone."""
        return self.name not in EPILOGUE

    @property
    def assignment(self) -> Path:
        """The instructor's notebook; where there is no assignment, the notebook of the exercises, for practice."""
        folder = "source" if self.graded else "practice"
        return self.root / "assignments" / folder / self.name / f"{self.name}.ipynb"

    @property
    def answers(self) -> Path:
        """What is handed in for it: right answers in many forms, and wrong ones as they are typed."""
        return self.root / "tests" / "answers" / f"{self.name}.py"

    @property
    def rooms(self) -> dict[str, Path]:
        """The files that every chapter has, and what each is, in the order in which a chapter is written."""
        return {
            "the reading version": self.module,
            "tests of its equations": self.tests,
            "its first page": self.sources[0],
            "tests of its claims": self.claims,
            "exercises": self.checks,
            "the assignment": self.assignment,
            "answers to it, right and wrong": self.answers,
        }


# The whole course in its order, with title and subject of what is still to be written; a page says both itself.
CHAPTERS: dict[str, tuple[str, str]] = {
    "sequences": ("", ""),
    "rnn": ("", ""),
    "bptt": ("", ""),
    "gradients": ("", ""),
    "lstm_gru": ("", ""),
    "bidirectional": ("", ""),
    "seq2seq": ("", ""),
    "irregular": ("", ""),
    "hopfield": ("", ""),
    "ntm": ("", ""),
    "reservoir": ("", ""),
    "narx": ("", ""),
}
EPILOGUE: dict[str, tuple[str, str]] = {
    "notations": ("", ""),
    "after": ("", ""),
}


def chapters(root: Path) -> list[Chapter]:
    """The chapters of a checkout, the entries of a numbered part of its ``_toc.yml``, in their order.

    Raises FileNotFoundError where there is none.
    """
    numbered = [entry for part in _contents(root)["parts"] if part.get("numbered") for entry in part["chapters"]]
    return [Chapter(entry["file"].partition("/")[0], root, tuple(_files([entry]))) for entry in numbered]


def pages(root: Path) -> list[str]:
    """All documents of the table of contents in their order, without suffix; not those that the build makes."""
    contents = _contents(root)
    return [contents["root"], *(page for part in contents["parts"] for page in _files(part["chapters"]))]


def has_cells(root: Path, page: str) -> bool:
    """Has a document of the book cells that are executed?"""
    return "{code-cell}" in (root / "book" / f"{page}.md").read_text(encoding="utf-8")


def _contents(root: Path) -> Any:
    with needs(__name__, "book"):
        import yaml  # comes with jupyter-book

    toc = root / "_toc.yml"
    if not toc.is_file():
        raise FileNotFoundError(f"expected a checkout of the course with a file _toc.yml, got {root}")
    return {"parts": []} | yaml.safe_load(toc.read_text(encoding="utf-8"))


def _files(entries: list[dict[str, Any]]) -> list[str]:
    found = (
        file for entry in entries if "glob" not in entry for file in (entry["file"], *_files(entry.get("sections", [])))
    )
    return [file for file in found if not file.startswith("api/")]

"""What every chapter of the book has, read from the tree: a new chapter is tested here without being named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnncourse.assignments import sources
from rnncourse.chapters import CHAPTERS as PLANNED
from rnncourse.chapters import EPILOGUE, Chapter, chapters, pages
from rnncourse.checks import exercises

ROOT = Path(__file__).parents[1]
CHAPTERS = chapters(ROOT)
MOST_WORDS = 1_500  # of a page: one sitting
FENCE = re.compile(r"^(```|:::).*?^\1$", re.MULTILINE | re.DOTALL)

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@every_chapter
def test_a_chapter_has_its_rooms(chapter: Chapter) -> None:
    missing = [f"{what}: {room.relative_to(ROOT)}" for what, room in chapter.rooms.items() if not room.is_file()]
    assert not missing, f"the chapter {chapter.name} of _toc.yml lacks {'; '.join(missing)}"
    assert chapter.pages[0] == f"{chapter.name}/index"


def test_what_belongs_to_a_chapter_is_of_one_in_the_table_of_contents() -> None:
    """Else no test would look at it: those below, and those of exercises and assignments, ask for the chapters."""
    names = {chapter.name for chapter in CHAPTERS}
    found = {name.partition(".")[0]: f"the exercise {name}" for name in exercises()}
    found |= {name: f"{path.relative_to(ROOT)}" for name, path in sources(ROOT).items()}
    found |= {path.stem: f"{path.relative_to(ROOT)}" for path in (ROOT / "tests" / "answers").glob("[!_]*.py")}
    astray = [f"{what}: {name} is no chapter of _toc.yml" for name, what in found.items() if name not in names]
    assert not astray, "; ".join(astray)


def test_every_page_of_a_folder_is_in_the_table_of_contents() -> None:
    book = ROOT / "book"
    files = (path for path in book.rglob("*.md") if path.parent.name != "api")  # made by the build
    there = {str(path.relative_to(book).with_suffix("")) for path in files}
    listed = set(pages(ROOT))
    astray, missing = ", ".join(sorted(there - listed)), ", ".join(sorted(listed - there))
    assert not astray, f"written, but not in _toc.yml: {astray}"
    assert not missing, f"in _toc.yml, but not written: {missing}"


@every_chapter
def test_a_page_is_one_sitting(chapter: Chapter) -> None:
    for page in chapter.sources:
        text = re.sub(r"\A---\n.*?^---\n", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        assert len(FENCE.sub("", text).split()) <= MOST_WORDS, page


def long_lines(text: str) -> list[str]:
    """Lines of code, the settings of a cell left out, that a page does not hold where it is 1280 pixels wide."""
    opening = r"^```(?=[\w{])(?!\{glossary|\{bibliography|\{figure|\{moving)[^\n]*\n"
    blocks = re.findall(opening + r"(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    code = [re.sub(r"\A---\n.*?^---$", "", block, flags=re.MULTILINE | re.DOTALL) for block in blocks]
    return [line for block in code for line in block.splitlines() if len(line) > 86 and not line.startswith("<")]


@pytest.mark.parametrize("page", pages(ROOT))
def test_code_fits_a_page(page: str) -> None:
    assert long_lines((ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")) == []


def test_a_long_line_of_code_is_seen_and_a_caption_is_none() -> None:
    cell = "```{code-cell} ipython3\n---\ncaption: " + "x" * 99 + "\n---\n" + "y" * 87 + "\n" + "z" * 86 + "\n```\n"
    figure = "```{moving} one\n:alt: " + "x" * 99 + "\n```\n"
    assert long_lines("x" * 99 + "\n" + figure + "x" * 99 + "\n" + cell) == ["y" * 87]


@every_chapter
def test_every_number_in_the_text_is_asserted_over_seeds(chapter: Chapter) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in chapter.sources)
    printed = set(re.findall(r"\{glue:\w+\}`([\w-]+)", text))
    tests = chapter.claims.read_text(encoding="utf-8")
    asserted = set(re.findall(r'pytest\.mark\.claim\("([\w-]+)"\)', tests))
    assert printed, "the pages print no number with {glue:…}`name`"
    unasserted = printed - asserted
    assert not unasserted, (
        f"no test in {chapter.claims.relative_to(ROOT)} is marked claim({'), claim('.join(sorted(unasserted))})"
    )


def test_the_plan_has_every_chapter_and_words_for_what_is_to_come() -> None:
    """A page says itself what it is called and about: words kept beside it would say something else one day."""
    written, plan = [chapter.name for chapter in CHAPTERS], PLANNED | EPILOGUE
    assert len(PLANNED) == 12
    assert len(EPILOGUE) == 2
    assert written == [name for name in plan if name in written], "every chapter of _toc.yml, in the plan's order"
    for name, (title, about) in plan.items():
        assert (not title and not about) if name in written else (title and about.endswith(".")), name


def test_where_no_checkout_is_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"expected a checkout .* _toc\.yml, got"):
        chapters(tmp_path)


def test_chapters_are_folders_in_the_order_of_the_contents(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text(
        "root: preface\nparts:\n- chapters: [{file: notation}]\n- numbered: true\n  chapters:\n"
        "  - {file: b/index, sections: [{file: b/one, sections: [{file: b/two}]}]}\n  - {file: a/index}\n"
        "- chapters: [{file: api/index, sections: [{glob: api/*}]}]\n"
    )
    assert pages(tmp_path) == ["preface", "notation", "b/index", "b/one", "b/two", "a/index"]
    assert [(chapter.name, chapter.pages) for chapter in chapters(tmp_path)] == [
        ("b", ("b/index", "b/one", "b/two")),
        ("a", ("a/index",)),
    ]


def test_the_preface_says_of_each_chapter_how_it_begins(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text("root: preface\nparts:\n- numbered: true\n  chapters: [{file: a/index}]\n")
    (tmp_path / "book" / "a").mkdir(parents=True)
    page, [chapter] = tmp_path / "book" / "a" / "index.md", chapters(tmp_path)
    page.write_text("---\nkernelspec: {}\n---\n\n# A title\n\nWhat it is\nabout.\n\nMore.\n")
    assert chapter.summary == "What it is about."
    for text in ("# A title\n\n## A section\n\nText.\n", "# A title\n\n```{code-cell}\n1\n```\n", "Text.\n"):
        page.write_text(text)
        with pytest.raises(ValueError, match=r"book/a/index\.md: expected a title, and a paragraph"):
            _ = chapter.summary

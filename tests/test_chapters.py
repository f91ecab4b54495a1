"""What every chapter of the book has, read from the tree: a new chapter is tested here without being named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnncourse.chapters import Chapter, chapters, pages

ROOT = Path(__file__).parents[1]
CHAPTERS = chapters(ROOT)
MOST_WORDS = 1_500  # of a page: one sitting
FENCE = re.compile(r"^(```|:::).*?^\1$", re.MULTILINE | re.DOTALL)

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@every_chapter
def test_a_chapter_has_its_rooms(chapter: Chapter) -> None:
    rooms = (chapter.module, chapter.checks, chapter.assignment, chapter.tests, chapter.claims)
    for room in (*chapter.sources, *rooms):
        assert room.is_file(), room
    assert chapter.pages[0] == f"{chapter.name}/index"


def test_every_page_of_a_folder_is_in_the_table_of_contents() -> None:
    book = ROOT / "book"
    files = (path for path in book.rglob("*.md") if path.parent.name != "api")  # made by the build
    there = {str(path.relative_to(book).with_suffix("")) for path in files}
    assert there == set(pages(ROOT))


@every_chapter
def test_a_page_is_one_sitting(chapter: Chapter) -> None:
    for page in chapter.sources:
        text = page.read_text(encoding="utf-8").split("---\n", 2)[2]
        assert len(FENCE.sub("", text).split()) <= MOST_WORDS, page


@every_chapter
def test_every_number_in_the_text_is_asserted_over_seeds(chapter: Chapter) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in chapter.sources)
    printed = set(re.findall(r"\{glue:\w+\}`([\w-]+)", text))
    asserted = set(re.findall(r'pytest\.mark\.claim\("([\w-]+)"\)', chapter.claims.read_text(encoding="utf-8")))
    assert printed, "the pages print no number: the pattern is wrong"
    assert printed - asserted == set()


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

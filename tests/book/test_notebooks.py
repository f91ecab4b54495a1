"""What pages show and offer for download is what the build's one execution of them recorded, for the code as it stands.

They need a built book: ``make book``. Whether another execution gives the same is nbval's part: ``make reproduce``.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_cache import get_cache
from lxml import html
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from myst_parser.config.main import MdParserConfig

from rnncourse.chapters import pages
from rnncourse.plots import on_page

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))
from course_sources import as_shown  # noqa: E402 - of the build

BUILT = ROOT / "_build" / "html"
SOURCES = {name: (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8") for name in pages(ROOT)}
EXECUTED = [name for name, text in SOURCES.items() if "{code-cell}" in text]


def recorded(text: str) -> Any:
    """The notebook of a page's source, with the outputs that the build put into its cache for this code."""
    reader = create_nb_reader("page.md", MdParserConfig(), NbParserConfig(), text)
    assert reader is not None, "the page has cells, but no head that makes it a notebook"
    try:
        return get_cache(ROOT / "_cache").merge_match_into_notebook(reader.read(text))[1]
    except KeyError:
        pytest.fail("no execution is recorded of the code as it stands: run `make book` first")


def cells(notebook: Any) -> list[Any]:
    """The cells that are executed; those of exercises wait for the reader, and so does the one that installs."""
    asked = [cell for cell in notebook.cells if {"exercise", "needs"} & {*cell.metadata.get("tags", [])}]
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell not in asked]


def plainly(notebook: Any) -> Any:
    """An execution without what hands numbers to the page: `glue`, and what it recorded."""
    found = copy.deepcopy(notebook)
    for cell in found.cells:
        if cell.cell_type == "code":
            cell.source = as_shown(cell.source, {"glue"})  # tests/book/test_home.py says what that leaves out
            cell.outputs = [o for o in cell.outputs if not any("papermill" in kind for kind in o.get("data", {}))]
            for output in cell.outputs:
                output.pop("metadata", None)
    return found


def unlike(record: Any, offered: Any) -> list[str]:
    """What an offered notebook has that its execution did not, or lacks; and what no execution may have."""
    found = [] if len(cells(record)) == len(cells(offered)) else ["another number of cells"]
    for n, (ran, given) in enumerate(zip(cells(record), cells(offered), strict=False), start=1):
        found += [f"cell {n}: another {key}" for key in ("source", "outputs") if ran[key] != given[key]]
        if not ran.execution_count == given.execution_count == n:
            found.append(f"cell {n}: executed as number {ran.execution_count}, offered as {given.execution_count}")
        kinds = {output.get("name", output.output_type) for output in (*ran.outputs, *given.outputs)}
        found += [f"cell {n}: {kind}" for kind in sorted(kinds & {"error", "stderr"})]
    return found


def words(markup: str) -> str:
    """The text of a piece of HTML, spaces apart."""
    return " ".join(html.fragment_fromstring(markup, create_parent="div").text_content().split())


def to_show(record: Any) -> list[str]:
    """What a page has to show of an execution, in order: text that was printed, figures, and the words of reports.

    A figure of matplotlib is there twice, in the colours of a light and of a dark page.
    """
    shown = []
    for cell in cells(record):
        printed = [output.text for output in cell.outputs if output.output_type == "stream"]
        for output in cell.outputs:
            data = output.get("data", {})
            if output.output_type == "stream":  # a page shows what a cell printed in one piece
                shown += ["".join(printed).strip("\n")] if printed else []
                printed = []
            elif "image/svg+xml" in data:
                svg = data["image/svg+xml"].strip()
                shown += [on_page(svg, dark) for dark in (False, True)] if "matplotlib" in svg else [svg]
            elif "text/html" in data:
                shown += filter(None, [words(data["text/html"])])  # a progress bar that is done shows nothing
            elif not any(kind.startswith("application/papermill.record/") for kind in data):  # `glue` keeps, shows not
                shown.append(data["text/plain"])
    return shown


def shown(page: Any, folder: Path) -> list[str]:
    """What a page shows of outputs, in order."""
    found = []
    path = "//div[contains(@class, 'cell_output')]//*[self::pre or self::img or contains(@class, 'text_html')]"
    for element in page.xpath(f"{path}[not(ancestor::*[contains(@class, 'text_html')])]"):
        if element.tag == "img":
            found.append((folder / element.get("src")).read_text(encoding="utf-8").strip())
        elif element.tag == "pre":
            found.append(element.text_content().strip("\n"))
        else:
            found.append(" ".join(element.text_content().split()))
    return found


@pytest.mark.parametrize("name", EXECUTED)
def test_the_offered_notebook_is_the_execution(name: str) -> None:
    offered = nbformat.read(BUILT / "_sources" / f"{name}.ipynb", 4)
    assert cells(offered)
    assert unlike(plainly(recorded(SOURCES[name])), plainly(offered)) == []


@pytest.mark.parametrize("name", EXECUTED)
def test_the_page_shows_the_execution(name: str) -> None:
    path = BUILT / f"{name}.html"
    page = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    assert shown(page, path.parent) == to_show(recorded(SOURCES[name]))


def test_what_is_printed_in_a_row_is_one_output() -> None:
    """A busy kernel sends the end of a line by itself; the page would have an empty line there."""
    import course_execution

    code = "import sys, time\nfor word in ('a', '\\nb\\n'):\n    print(word, end='', flush=True)\n    time.sleep(0.5)\n"
    code += "print('c', file=sys.stderr, flush=True)\ntime.sleep(0.5)\nprint('d')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    chapter = course_execution.Chapter("rows", ROOT / "book" / "rows.md", notebook)
    course_execution.execute(chapter, ROOT, 60, course_execution.tqdm(disable=True))
    assert not chapter.error
    assert [(o.name, o.text) for o in notebook.cells[0].outputs] == [
        ("stdout", "a\nb\n"), ("stderr", "c\n"), ("stdout", "d\n"),
    ]  # fmt: skip


def test_code_that_was_not_executed_has_no_record() -> None:
    text = SOURCES[EXECUTED[0]] + "\n```{code-cell}\nprint(0)\n```\n"
    with pytest.raises(pytest.fail.Exception, match="no execution is recorded"):
        recorded(text)


def small() -> Any:
    """An executed notebook of two cells."""
    v4 = nbformat.v4
    return v4.new_notebook(
        cells=[
            v4.new_code_cell("print(1)", execution_count=1, outputs=[v4.new_output("stream", text="1\n")]),
            v4.new_markdown_cell("words"),
            v4.new_code_cell(
                "show()",
                execution_count=2,
                outputs=[
                    v4.new_output("stream", text="2\n"),
                    v4.new_output("display_data", {"image/svg+xml": "<svg/>", "text/plain": "Figure"}),
                    v4.new_output("stream", text="3\n"),
                    v4.new_output("display_data", {"application/papermill.record/text/plain": "3"}),
                ],
            ),
        ]
    )


BROKEN: dict[str, tuple[Callable[[Any], object], list[str]]] = {
    "whole": (lambda found: None, []),
    "another sentence": (lambda found: found[1].update(source="other words"), []),
    "stale code": (lambda found: found[0].update(source="print(2)"), ["cell 1: another source"]),
    "altered": (lambda found: found[0].outputs[0].update(text="2\n"), ["cell 1: another outputs"]),
    "altered figure": (
        lambda found: found[2].outputs[1].data.update({"image/svg+xml": "<svg />"}),
        ["cell 2: another outputs"],
    ),
    "output missing": (lambda found: found[2].outputs.pop(), ["cell 2: another outputs"]),
    "cell missing": (lambda found: found.pop(), ["another number of cells"]),
    "outputs out of order": (lambda found: found[2].outputs.reverse(), ["cell 2: another outputs"]),
    "never executed": (
        lambda found: found[0].update(execution_count=None),
        ["cell 1: executed as number 1, offered as None"],
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_notebook_that_is_not_the_execution_is_told(how: str) -> None:
    change, faults = BROKEN[how]
    offered = small()
    change(offered.cells)
    assert unlike(small(), offered) == faults


@pytest.mark.parametrize("kind", ["error", "stderr"])
def test_an_execution_that_complained_is_told(kind: str) -> None:
    complaint = {"error": {"ename": "ValueError"}, "stderr": {"name": "stderr", "text": "late"}}[kind]
    notebook = small()
    notebook.cells[0].outputs = [nbformat.v4.new_output("error" if kind == "error" else "stream", **complaint)]
    assert unlike(notebook, copy.deepcopy(notebook)) == [f"cell 1: {kind}"]


def test_cells_executed_out_of_order_are_told() -> None:
    notebook = small()
    notebook.cells[0].execution_count, notebook.cells[2].execution_count = 2, 1
    assert len(unlike(notebook, copy.deepcopy(notebook))) == 2


PRINTED, DRAWN = "<div class=cell_output><pre>{}</pre></div>", "<div class=cell_output><img src={}.svg></div>"


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        ([PRINTED.format(1), PRINTED.format("2\n3"), DRAWN.format("a")], True),
        ([PRINTED.format(0), PRINTED.format("2\n3"), DRAWN.format("a")], False),
        ([PRINTED.format(1), PRINTED.format("2\n3"), DRAWN.format("b")], False),
        ([PRINTED.format("2\n3"), PRINTED.format(1), DRAWN.format("a")], False),
        ([PRINTED.format(1), PRINTED.format("2\n3")], False),
        ([PRINTED.format(1), PRINTED.format("2\n3"), DRAWN.format("a"), PRINTED.format(4)], False),
    ],
    ids=["whole", "altered", "another figure", "out of order", "missing", "more"],
)
def test_a_page_that_shows_something_else_is_told(tmp_path: Path, parts: list[str], right: bool) -> None:
    (tmp_path / "a.svg").write_text("<svg/>")
    (tmp_path / "b.svg").write_text("<svg></svg>")
    page = html.fromstring("<body>" + "<p>words</p>".join(parts) + "</body>")
    assert (shown(page, tmp_path) == to_show(small())) == right

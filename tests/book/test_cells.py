"""Which cells of a page get Run, and what the others say: with matplotlib for the pages, without it, without Python."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from lxml import html

from rnncourse.chapters import chapters

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))

CELLS = (
    "import numpy as np\nfrom rnncourse import results",
    "print(np.sin(0))",
    "import torch",
    "import matplotlib.pyplot as plt\n\nplt.plot(np.arange(3))",
    'results.load("rnn/names").table("{:.1%}", network="the <network>")',
    "from rnncourse import data\n\ndata.surnames('Finnish')",
)


def page(tmp_path: Path, cells: tuple[str, ...] = CELLS, **files: str) -> html.HtmlElement:
    """A page with these cells after the build has been over it; ``files`` are its Python, each with what it is for."""
    from course_cells import enliven

    notebook, live = tmp_path / "page.ipynb", tmp_path / "live"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS]), notebook)
    if files:
        (live / "python").mkdir(parents=True)
        listed = {"files": {name: {"for": use, "bytes": 4_600_000} for name, use in files.items()}}
        (live / "python" / "runtime.json").write_text(json.dumps(listed))
    boxes = "".join(
        '<div class="cell docutils container"><div class="cell_input docutils container"><pre>'
        + text.replace("<", "&lt;")
        + "\n</pre></div></div>"
        for text in cells
    )
    built = html.document_fromstring(f"<body><article>{boxes}</article></body>")
    enliven(built, notebook, live)
    return built


def said(built: html.HtmlElement) -> list[str]:
    return [bar.text_content() for bar in built.xpath("//div[@class='cell-bar cell-elsewhere']")]


def test_with_matplotlib_all_run_but_what_needs_more(tmp_path: Path) -> None:
    built = page(tmp_path, numpy="", other="matplotlib")
    runs = built.xpath("//div[@data-cell]")
    assert [box.get("data-cell") for box in runs] == ["0", "1", "3", "4"]
    assert [box.get("data-draws") for box in runs] == [None, None, "", None]
    assert [box.get("data-results") for box in runs] == [None, None, None, "rnn/names"]
    assert len(built.xpath("//div[@data-cell]//button[@disabled and text()='Run']")) == 4
    notes = [box.xpath("string(.//*[@role='status'])") for box in runs]
    assert notes == [f"Run loads Python into this page: {size} MB, once." for size in (5, 5, 10, 5)]
    wants = [f"Runs in JupyterLab and Colab: it needs {package}." for package in ("torch", "Faker")]
    assert said(built) == wants


def test_what_a_function_of_the_package_loads_comes_too(tmp_path: Path) -> None:
    from course_cells import cells
    from course_runtime import loaders

    names = {name for found in loaders().values() for name in found}
    assert "lstm_gru/text_lstm" in names
    texts = (
        "from rnncourse.experiments import notations as experiments",
        "w = experiments.trained_lstm()",
        "w.W_hh.shape",
        "experiments.drawn",
    )
    notebook = tmp_path / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts]), notebook)
    found = cells(notebook)
    assert [cell["results"] for cell in found] == [[], ["lstm_gru/text_lstm"], ["lstm_gru/text_lstm"], []]
    assert not any(cell["lacks"] for cell in found)


def test_without_it_what_draws_says_so(tmp_path: Path) -> None:
    built = page(tmp_path, numpy="")
    assert [box.get("data-cell") for box in built.xpath("//div[@data-cell]")] == ["0", "1", "4"]
    assert "Drawing runs in JupyterLab and Colab." in said(built)


def test_without_python_nothing_is_promised(tmp_path: Path) -> None:
    built = page(tmp_path)
    assert not built.xpath("//button | //*[@data-cell]")
    assert said(built) == []


def test_a_cell_that_is_shown_otherwise_than_it_stands_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cell 1 is not shown as it stands"):
        page(tmp_path, (CELLS[0], "print(1)", *CELLS[2:]), numpy="")


def test_every_executed_cell_of_a_built_page_runs_or_says_why() -> None:
    for chapter in chapters(ROOT):
        for source in chapter.sources:
            path = ROOT / "_build" / "html" / chapter.name / f"{source.stem}.html"
            built = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
            shown = built.xpath("//article//div[contains(@class, 'cell_input')]")
            assert len(built.xpath("//article//div[contains(@class, 'cell-bar')]")) == len(shown), path

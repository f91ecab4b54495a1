"""Which cells of a chapter run in its page, and what they get for it: Run, an editor, a note on what comes.

The build decides, by what a cell and all that it reaches imports (``rnncourse.results.digest``). NumPy alone runs as
soon as Python is there; what draws runs where matplotlib could be had for the page; all else is left to JupyterLab.
"""

from __future__ import annotations

import ast
import functools
import json
import sys
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from course_node import ROOT
from course_runtime import loaded, loaders
from course_sources import as_shown
from lxml import html

from rnncourse.results.digest import Code, Definition

HERE = {"numpy", "rnncourse", "myst_nb", *sys.stdlib_module_names}  # of MyST-NB glue alone, and that glues nothing
NOTEBOOK = {"IPython", "matplotlib_inline"}  # asked for where one runs, and nowhere else
DRAWING = {"matplotlib", "cycler"}
NAMES = {"faker": "Faker"}
FILES = {Definition("rnncourse.data.text", "_read"): "the source of Python's library"}  # a page has it compiled


@functools.cache
def code() -> Code:
    """The definitions of the checkout, read once a build."""
    return Code(ROOT)


def cells(notebook: Path) -> list[dict[str, Any]]:
    """The code cells of a notebook: text, what they lack in a page, whether they draw, which results they load."""
    found = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    texts = [cell.source for cell in found]
    by_call = {" ".join(names): names for names in loaders().values()}
    also = FILES | {definition: " ".join(names) for definition, names in loaders().items()}
    told = []
    for text, needed in zip(texts, code().needed(texts, also), strict=True):
        lacks = needed - HERE - NOTEBOOK - DRAWING - by_call.keys()
        asked = loaded(ast.parse(text)) + [name for key in sorted(needed & by_call.keys()) for name in by_call[key]]
        about = {"text": as_shown(text), "lacks": lacks, "draws": bool(needed & DRAWING)}
        told.append(about | {"results": list(dict.fromkeys(asked))})
    for cell, about in zip(found, told, strict=True):
        about["outputs"] = cell.outputs
        about["tags"] = cell.metadata.get("tags", [])
    return told


def available(live: Path) -> tuple[int, int]:
    """How many bytes of Python the built book has for its pages, and how many more of matplotlib: 0 for none."""
    listed = live / "python" / "runtime.json"
    files = json.loads(listed.read_text(encoding="utf-8"))["files"].values() if listed.is_file() else ()
    first, more = (sum(file["bytes"] for file in files if file["for"] == use) for use in ("", "matplotlib"))
    return first, more


def elsewhere(cell: dict[str, Any], draws: bool) -> str:
    """Why a cell does not run in the page; empty where it does."""
    if cell["lacks"]:
        needs = "torch" if "torch" in cell["lacks"] else NAMES.get(least := min(cell["lacks"]), least)
        return f"Runs in JupyterLab and Colab: it needs {needs}."
    return "" if draws or not cell["draws"] else "Drawing runs in JupyterLab and Colab."


def enliven(page: html.HtmlElement, notebook: Path, live: Path) -> None:
    """Put the buttons, or the reason why there are none, below the code of each cell. Nothing without Python."""
    python, draws = available(live)
    places = page.xpath("//article//div[contains(concat(' ', @class, ' '), ' cell_input ')]")
    if not python or not places:
        return
    known = [c for c in cells(notebook) if c["text"] and not {"remove-cell", "remove-input"} & set(c["tags"])]
    for number, (place, cell) in enumerate(zip(places, known, strict=True)):
        shown = "".join(place.xpath(".//pre//text()"))
        if shown.strip() != cell["text"].strip():
            raise ValueError(f"{notebook.stem}: cell {number} is not shown as it stands: {shown[:60]!r}")
        reason = elsewhere(cell, bool(draws))
        around = place.xpath("ancestor::div[contains(concat(' ', @class, ' '), ' cell ')]")[-1]
        if reason:
            bar = f'<div class="cell-bar cell-elsewhere">{escape(reason)}</div>'
        else:
            around.set("data-cell", str(number))
            if cell["draws"]:
                around.set("data-draws", "")
            if cell["results"]:
                around.set("data-results", " ".join(cell["results"]))
            size = round(python / 1e6) + (round(draws / 1e6) if cell["draws"] else 0)  # as python.js says it
            bar = (
                '<div class="cell-bar"><button type="button" class="btn btn-sm cell-run" disabled>Run</button>'
                '<button type="button" class="btn btn-sm cell-reset" hidden>Reset</button>'
                f'<span class="cell-note" role="status">Run loads Python into this page: {size} MB, once.</span></div>'
            )
        place.addnext(html.fragment_fromstring(bar))

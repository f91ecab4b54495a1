"""What a page prints is the same on another processor: its cells that run in the page, with an older one's kernels.

A number that follows from rounding has no place on a page: it would be another one for the reader who runs the cell.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict

import pytest

from rnncourse.chapters import chapters
from tests.book.test_live import as_printed, runnable
from tests.book.test_pages import ROOT
from tests.test_rounding import as_an_older_processor

CHILD = """
import contextlib, io, json, sys
import matplotlib
matplotlib.use("agg")
from IPython.core.interactiveshell import InteractiveShell
shell, answers = InteractiveShell.instance(), {}
for page, cells in json.load(sys.stdin).items():
    shell.reset()
    answers[page] = []
    for cell in cells:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            done = shell.run_cell(cell, silent=True)
        answers[page].append(repr(done.error_in_exec) if done.error_in_exec else printed.getvalue())
print(json.dumps(answers))
"""


@pytest.mark.again
@pytest.mark.timeout(0)
@pytest.mark.parametrize("chapter", [chapter.name for chapter in chapters(ROOT)])
def test_cells_print_the_same_with_the_kernels_of_an_older_processor(chapter: str) -> None:
    asked = defaultdict(list)
    for cell in runnable():
        if cell["page"].startswith(f"{chapter}/"):
            asked[cell["page"]].append(cell)
    texts = {page: [cell["text"] for cell in cells] for page, cells in asked.items()}
    child = subprocess.run(
        [sys.executable, "-c", CHILD], input=json.dumps(texts), env=as_an_older_processor() | {"MPLBACKEND": "agg"},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers = json.loads(child.stdout.splitlines()[-1])
    other = [
        f"{page}, cell {cell['number']}: {answer!r} instead of {cell['stored']['printed']!r}"
        for page, cells in asked.items()
        for cell, answer in zip(cells, answers[page], strict=True)
        if "nbval-ignore-output" not in cell["tags"]
        if cell["stored"]["printed"] and not cell["stored"]["html"]
        if not as_printed(answer, cell["stored"]["printed"])
    ]
    assert not other, "\n".join(other)

"""`rnncourse check`: of each exercise in a notebook the report of ``check``, whatever notebook it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncourse import assignments, checks
from rnncourse.checks import exercises
from rnncourse.grading import practice
from rnncourse.grading.practice import BEGUN, SOLVED, UNTOUCHED, Practice, check_notebook, look

ROOT = Path(__file__).parents[2]
SOURCES = assignments.sources(ROOT)
SETUP = "import numpy as np\n\nfrom rnncourse.checks import check, grade"
RIGHT = (
    "def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)"
)
TURNED = RIGHT.replace("W_hh.T", "W_hh")
STUB = 'def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n    raise NotImplementedError("not written yet")'
FORWARD = (
    "def forward(x, h0, W_ih, W_hh, b_ih, b_hh):\n    h = [h0]\n    for x_t in x:\n"
    "        h.append(cell(x_t, h[-1], W_ih, W_hh, b_ih, b_hh))\n    return np.stack(h[1:])"
)


def code(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def save(path: Path, *sources: str | dict[str, Any]) -> Path:
    """A notebook of somebody's own, or of a page."""
    cells = [code(each) if isinstance(each, str) else each for each in sources]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path


def answered(name: str, **answers: str) -> dict[str, Any]:
    """An assignment as it is handed out, with these answers by the cells' ids; "all": with the instructor's."""
    notebook = assignments.read(name)
    right = {c["id"]: "".join(c["source"]) for c in json.loads(SOURCES[name].read_text(encoding="utf-8"))["cells"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            given = right[cell["id"]] if "all" in answers else cell["source"]
            cell["source"] = answers.get(cell["id"].replace("-", "_"), given)
    return notebook


def states(found: Practice) -> dict[str, str]:
    return {each.name: each.state for each in found.exercises}


@pytest.mark.parametrize("name", SOURCES)
def test_every_exercise_of_every_assignment_is_found_touched_or_not(name: str) -> None:
    asked = [each for each in exercises() if each.startswith(f"{name}.")]
    for notebook, untouched in ((answered(name), set(asked)), (answered(name, all=""), set())):
        found = look(json.dumps(notebook).encode(), "renamed (1)")
        assert found.assignment == name
        assert sorted(found.names) == sorted(asked)
        assert found.untouched == untouched


def test_what_nobody_has_begun_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "run", None)
    path = assignments.start("after", tmp_path)
    assert set(states(check_notebook(path)).values()) == {UNTOUCHED}


@pytest.mark.parametrize("name", ["rnn", "after"])
def test_right_answers_are_solved(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.ipynb"
    path.write_text(json.dumps(answered(name, all="")))
    found = check_notebook(path)
    assert set(states(found).values()) == {SOLVED}
    assert found.solved
    assert not found.ended


def test_the_report_is_that_of_check_on_the_cases_that_the_notebook_shows(tmp_path: Path) -> None:
    path = tmp_path / "rnn.ipynb"
    wrong = "def bits_per_character(nll):\n    return nll * np.log(2)"
    path.write_text(json.dumps(answered("rnn", cell_answer=TURNED, bits_per_character_answer=wrong)))
    found = check_notebook(path)
    space: dict[str, Any] = {"np": np}
    exec(f"{TURNED}\n{wrong}", space)
    seen = {each.name: each.report for each in found.exercises if each.report}
    assert len(seen) == 2
    for name, report in seen.items():
        assert report is not None
        assert report.seed is not None  # visible: that of the notebook's cell
        assert report == checks.check(name, space[name.partition(".")[2]], seed=report.seed)
    assert "points" not in json.dumps(found.to_json()).replace("of the points", "")
    assert Practice.from_json(json.loads(json.dumps(found.to_json()))) == found


PAGE = [
    code("raise SystemExit('installs packages')", tags=["needs"]),
    "import time\ncalls = []",
    code(SETUP, tags=["exercise"]),
    code(TURNED, tags=["exercise"]),
    code('check("rnn.cell", cell)', tags=["exercise"]),
    code(f"# Solution\n{RIGHT}", tags=["exercise"], jupyter={"source_hidden": True}),
    code(FORWARD, tags=["exercise"]),
    code('report = check("rnn.forward", forward)\nreport', tags=["exercise"]),
    "raise RuntimeError('a long training that no exercise needs')",
]


def test_a_page_is_judged_by_the_readers_answer_and_not_by_the_solution_below(tmp_path: Path) -> None:
    found = check_notebook(save(tmp_path / "cell.ipynb", *PAGE))
    assert (found.assignment, found.notes, found.ended) == ("", [], "")
    assert states(found) == {"rnn.cell": BEGUN, "rnn.forward": SOLVED}
    left = [*PAGE]
    left[3] = code(STUB_OF_BOOK, tags=["exercise"])
    assert states(check_notebook(save(tmp_path / "cell.ipynb", *left)))["rnn.cell"] == UNTOUCHED


STUB_OF_BOOK = practice.stubs("rnn")["rnn.cell"]

FAULTS = {
    "cell": (
        "def cell(x_t:\n    return 1",
        r"The cell that begins 'def cell\(x_t:' ends with SyntaxError: .*line 1 of",
    ),
    "forward": ("1 / 0\ndef forward(*a):\n    pass", "'1 / 0' ends with ZeroDivisionError: division by zero"),
    "output": ("def output(*a):\n    raise KeyError('no')", "KeyError"),
    "cross_entropy": ("def cross_entropy(*a):\n    pass", "no points yet"),
    "perplexity": ("class perplexity:\n    pass", "no points yet"),
    "temperature": ("def temperature(o_t, tau):\n    return tanh(o_t)", "tanh"),
    "prime": ("def prime(*a):\n    while True: pass", "5 s"),
    "sample": ("sample = None", "give the function itself"),
}


def test_a_fault_is_told_where_it_is_and_the_other_exercises_are_checked(tmp_path: Path) -> None:
    cells = [part for name, (answer, _) in FAULTS.items() for part in (answer, f'check("rnn.{name}", {name})')]
    last = (
        "def bits_per_character(nll):\n    return nll / np.log(2)",
        'check("rnn.bits_per_character", bits_per_character)',
    )
    found = check_notebook(save(tmp_path / "mine.ipynb", SETUP, *cells, *last))
    assert states(found) == {f"rnn.{name}": BEGUN for name in FAULTS} | {"rnn.bits_per_character": SOLVED}
    assert not found.solved
    for (name, (_, said)), exercise in zip(FAULTS.items(), found.exercises, strict=False):
        text = exercise.text(Path("mine.ipynb"))
        assert re.search(said, text), f"{name}: {text}"


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ("while True: pass", "It ran for more than 12 s and was stopped in the cell that begins 'while True: pass'"),
        ("import os\nos._exit(3)", r"It ended the process (status 3) in the cell that begins 'import os'"),
    ],
)
def test_a_cell_that_does_not_end_is_named_and_what_came_before_is_told(end: str, why: str, tmp_path: Path) -> None:
    cells = (SETUP, RIGHT, 'check("rnn.cell", cell)', end, FORWARD, 'check("rnn.forward", forward)')
    found = check_notebook(save(tmp_path / "mine.ipynb", *cells), seconds=12.0)
    assert why in found.ended
    assert states(found) == {"rnn.cell": SOLVED, "rnn.forward": BEGUN}
    assert "not reached" in found.text()


def test_hints_come_level_by_level(tmp_path: Path) -> None:
    path = save(tmp_path / "my rnn.ipynb", SETUP, TURNED, 'check("rnn.cell", cell, seed=7)')
    found = check_notebook(path)
    [exercise] = found.exercises
    assert exercise.report is not None
    levels = 1 + len(exercise.report.hints)
    texts = [found.text(level) for level in range(1, levels + 3)]
    assert f"rnncourse check '{path}' --exercise rnn.cell --hint 2" in texts[0]
    for n, level in enumerate(exercise.report.hints):
        assert [all(message in text for message in level) for text in texts] == [k > n for k in range(len(texts))]
    assert all("There is no further hint." in text for text in texts[levels - 1 :])
    assert texts[-1] == texts[levels - 1]
    assert "seed=7" in texts[0]


def test_one_exercise_by_either_name(tmp_path: Path) -> None:
    found = Practice("a.ipynb", "", [practice.Exercise(name, BEGUN) for name in ("rnn.cell", "rnn.forward")])
    for name in ("rnn.cell", "cell"):
        assert [each.name for each in found.only(name).exercises] == ["rnn.cell"]
    with pytest.raises(LookupError, match=r"has no exercise 'rnn.cel'; did you mean 'rnn.cell'\?"):
        found.only("rnn.cel")
    with pytest.raises(LookupError, match=r"there are rnn.cell, rnn.forward"):
        found.only("xyz")


def test_what_cannot_be_checked_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no notebook"):
        check_notebook(tmp_path / "away.ipynb")
    for sources in ((), ("x = 1",), ("# check('rnn.cell', cell)",), ("check('rnn.nonsense', cell)",)):
        with pytest.raises(ValueError, match="has no exercise: expected a cell such as check"):
            check_notebook(save(tmp_path / "mine.ipynb", *sources))
    for data in (b"", b"no notebook", b"[]", b'{"cells": 1}', b"\xff\xfe"):
        (tmp_path / "mine.ipynb").write_bytes(data)
        with pytest.raises(ValueError, match="notebook"):
            check_notebook(tmp_path / "mine.ipynb")


MENDED = {
    "test deleted": lambda cells: [c for c in cells if c["id"] != "cell-test"],
    "test changed": lambda cells: [c | {"source": "7.0"} if c["id"] == "cell-test" else c for c in cells],
    "names lost": lambda cells: [c | {"metadata": {}} for c in cells],
    "answer elsewhere": lambda cells: [
        *(c | {"source": STUB_OF_BOOK} if c["id"] == "cell-answer" else c for c in cells),
        code(TURNED),
    ],
}


@pytest.mark.parametrize("how", MENDED)
def test_what_editors_do_to_an_assignment_hides_no_exercise(how: str, tmp_path: Path) -> None:
    notebook = answered("rnn", cell_answer=TURNED)
    notebook["cells"] = MENDED[how](notebook["cells"])
    found = look(json.dumps(notebook).encode(), "rnn")
    assert found.assignment == "rnn"
    assert len(found.names) == 10
    assert "rnn.cell" not in found.untouched
    assert len(found.untouched) == 9

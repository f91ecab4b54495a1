"""What a page asks of Python: a text in, a report out; the error of a text names the reader's own line."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from rnncourse.chapters import chapters
from rnncourse.checks import check, exercises, limit, page
from rnncourse.checks.limit import Limit
from rnncourse.checks.report import Report
from tests.test_assignments import ROOT, cells

RIGHT = """def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
"""
WRONG = RIGHT.replace("W_hh.T", "W_hh")


def examine(text: str, name: str = "rnn.cell", setup: str = "import numpy as np") -> dict[str, Any]:
    found = json.loads(page.examine(name, text, setup))
    assert isinstance(found, dict)
    return found


def test_the_report_is_that_of_check() -> None:
    def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):  # type: ignore[no-untyped-def]
        return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh)

    found, report = examine(WRONG), check("rnn.cell", cell)
    assert found == {
        "printed": "", "report": report.to_json(), "html": report._repr_html_(), "text": str(report)
    }  # fmt: skip
    assert examine(RIGHT)["report"]["passed"]


@pytest.mark.parametrize("chapter", [chapter.name for chapter in chapters(ROOT)])
def test_each_solution_is_right_by_itself(chapter: str) -> None:
    """Exercises that build on others find the library's functions, in whatever order a reader takes them."""
    by_id = {cell.id: cell.source for cell in cells(chapter)}
    names = [name for name in exercises() if name.startswith(f"{chapter}.")]
    assert names
    for name in names:
        text = by_id[f"{name.partition('.')[2].replace('_', '-')}-answer"]
        assert examine(text, name, by_id["setup"])["report"]["passed"], name


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("def cell(:\n    pass", 1, "SyntaxError"),
        ("a = 1\nb = nothing\n", 2, "NameError: name 'nothing' is not defined"),
        ("def f():\n    return 1 / 0\n\nf()", 2, "ZeroDivisionError"),
        ("raise SystemExit", 1, "SystemExit"),
        ("import json\njson.loads('{')", 2, "JSONDecodeError"),
    ],
)
def test_a_text_that_stops_names_the_readers_line(text: str, line: int, words: str) -> None:
    found = examine(text)
    assert "report" not in found
    assert found["line"] == line
    assert words in found["error"]
    assert "page.py" not in found["error"]
    assert f"line {line}" in found["error"]


def test_an_error_within_the_function_names_the_readers_line() -> None:
    found = examine(RIGHT.replace("W_ih.T", "W_ih"))
    assert "in line 2, `return np.tanh(x_t @ W_ih + b_ih" in found["text"]


def test_the_report_of_which_hints_speak_is_there() -> None:
    told = json.dumps(examine(WRONG)["report"])
    text = WRONG + "\nprint(cell(*report.arguments()).shape)\n"
    found = json.loads(page.examine("rnn.cell", text, told=told))
    assert found["printed"] == "(1, 5)\n"
    assert found["report"] == json.loads(told)
    of_another_release = told.replace('"version": 1', '"version": 0')
    assert "NameError" in json.loads(page.examine("rnn.cell", text, told=of_another_release))["error"]


def test_a_function_that_is_not_there_is_asked_for() -> None:
    assert "no function cell" in examine("def cel():\n    pass")["error"]


def test_what_is_printed_is_shown_and_has_an_end() -> None:
    found = examine(f"print('seen')\n{RIGHT}\nprint('x' * 20_000)")
    assert found["printed"].startswith("seen\nxxx")
    assert len(found["printed"]) == page.LONGEST


def test_nothing_is_left_between_two_answers() -> None:
    examine("secret = 1\n" + RIGHT)
    assert "name 'secret' is not defined" in examine(RIGHT.replace("np.tanh", "secret + np.tanh"))["text"]


def test_the_page_has_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at the clock at every line would make all answers slow, for the sake of those without end."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    token = limit.seconds.set(math.inf)
    assert type(limit.limit()) is Limit
    limit.seconds.reset(token)
    examine(RIGHT)
    assert limit.seconds.get() == 5.0 == page.LIMIT


def test_an_answer_that_was_stopped_has_a_report_in_the_same_words() -> None:
    found = page.stopped("rnn.cell")
    report = Report.from_json(found["report"])
    assert not report.passed
    assert found["text"] == str(report)
    [said] = report.messages
    assert said.startswith("Your function takes longer than 5 s, and was stopped.")
    assert "arguments()" not in str(report.hints)


def test_cells_of_a_page_follow_one_another() -> None:
    def cell(text: str, name: str = "here") -> dict[str, Any]:
        return dict(json.loads(page.cell(text, name)))

    assert cell("a = 2") == {"printed": ""}
    assert cell("print(a)\na + 1") == {"printed": "2\n3\n"}
    assert cell("'two'\nNone") == {"printed": ""}
    assert "NameError" in cell("a", "another page")["error"]
    report = "from rnncourse.checks import check\ncheck('rnn.bits_per_character', lambda nll: nll / 0.6931471805599453)"
    assert cell(report)["html"].startswith("<section")
    assert cell("1 / 0")["line"] == 1


def test_what_a_cell_draws_comes_once_in_the_colours_of_a_light_and_a_dark_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    page.prepare(draws=True)
    draw = "import matplotlib.pyplot as plt\nfrom rnncourse import plots\nplots.use_style()\nfor _ in range(2):\n    "
    answer = json.loads(page.cell(f"{draw}plt.figure()\n    plt.plot([1, 2])\nplt.show()", "drawn"))
    assert answer["printed"] == ""
    assert len(answer["figures"]) == 2
    for light, dark in answer["figures"]:
        assert (
            ElementTree.fromstring(light).tag == ElementTree.fromstring(dark).tag == "{http://www.w3.org/2000/svg}svg"
        )
        assert light != dark
    assert json.loads(page.cell("1", "drawn")) == {"printed": "1\n"}


def test_glue_is_there_where_the_books_builder_is_not() -> None:
    """As in a browser: nothing but this package and NumPy can be found."""
    code = """
import sys
sys.modules["myst_nb"] = None
from rnncourse.checks import page
del sys.modules["myst_nb"]
page.find_spec = lambda name: None
page.prepare(draws=False)
print(page.cell("from myst_nb import glue\\nglue('a', 1, display=False)", "here"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"printed": ""}

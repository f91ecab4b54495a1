"""Exercises in Chromium: what is said there is what `check` says here, and nothing that a reader does loses an answer.

They need a built book: ``make book``.
"""

from __future__ import annotations

import functools
import json
import math
import re
import subprocess
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest

from rnncourse.checks import exercises, page
from tests.book.test_pages import BUILT, ROOT, Quiet
from tests.checks.test_page import RIGHT, WRONG

sys.path.append(str(ROOT / "book" / "_ext"))

ENDLESS = RIGHT.replace("    return", "    while True: pass\n    return")
# One call of NumPy's, of minutes: no look at the clock comes in between.
ENDLESS_CALL = RIGHT.replace(
    "    return", "    np.linalg.svd(np.sin(np.arange(1800**2)).reshape(1800, 1800))\n    return"
)
# Every known wrong answer, where reports of the same kind in a row are counted, but each for itself: a page
# remembers the functions on which other exercises build. Without NumPy's warnings: WebAssembly has no flags of what
# overflows, so that there are none in a browser, and no sentence on them.
CATALOGUE = """
import json, math
import numpy as np
from rnncourse import checks
from rnncourse.checks import check, exercises, find, limit, page
page.LONGEST = 10**9
checks._learning, checks._notebook = lambda: True, lambda: False
limit.seconds.set(math.inf)
np.seterr(all="ignore")
print(json.dumps({f"{name}, {form}": check(name, find(name).variant(form)).to_json()
                  for name in exercises() for form in find(name).forms}))
"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def solutions() -> dict[str, tuple[str, str]]:
    """The right answers of the assignments, and what their notebooks run before."""
    from course_live import all_described

    return {name: (found.solution, found.setup) for name, found in all_described().items()}


@pytest.fixture(scope="module")
def seen(browser: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What was seen at each step of live.mjs."""
    if not (BUILT / "live" / "python" / "runtime.json").is_file():
        pytest.fail("the book was built without Python for its pages: run `make book`, and read what it says of them")
    steps = {"right": RIGHT, "wrong": WRONG, "endless": ENDLESS, "endlessCall": ENDLESS_CALL, "catalogue": CATALOGUE}
    path = tmp_path_factory.mktemp("live") / "steps.json"
    path.write_text(json.dumps(steps | {"solutions": solutions()}))
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    node, chromium = browser
    script = str(Path(__file__).with_name("live.mjs"))
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        command = [node, script, chromium, address, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=1100)
    finally:
        server.shutdown()
        server.server_close()
    found = {step.pop("step"): step for step in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, f"after {list(found)}: {done.stderr[-3000:]}"
    return found


pytestmark = pytest.mark.timeout(1200)  # the first of these goes through all steps


def test_nothing_comes_before_the_click_which_says_how_much(seen: dict[str, dict[str, Any]]) -> None:
    first = seen["first"]
    assert first["before"] == []
    assert re.fullmatch(r"Check loads Python into this page: \d MB, once\.", first["note"])
    assert first["loads"] == 1


def test_a_wrong_answer_gets_the_report_of_check(seen: dict[str, dict[str, Any]]) -> None:
    shown = " ".join(seen["first"]["report"].split())
    said = json.loads(page.examine("rnn.cell", WRONG))["report"]
    assert "✗ rnn.cell: 3 of 5 parts are right, 43% of the points." in shown
    for message in said["messages"]:
        assert message.replace("`", "") in shown
    assert said["hints"][0][0] not in shown  # on request


def test_the_next_page_has_the_same_worker(seen: dict[str, dict[str, Any]]) -> None:
    found = seen["next"]
    assert found["same"] is True
    assert found["loads"] == 1
    assert "all 2 parts are right" in found["report"]
    assert "Outputs" in found["title"]


def test_what_stands_around_a_page_follows_it(seen: dict[str, dict[str, Any]]) -> None:
    found = seen["swapped"]
    assert found["current"].endswith("Outputs and likelihood")
    assert found["logo"].endswith("/preface.html")
    assert found["logo"].count("/") == 3
    assert found["copies"] == found["cells"] > 0
    assert found["download"].endswith("_sources/rnn/outputs.ipynb")
    assert found["formulas"]
    assert found["theme"] in ("light", "dark")
    assert found["search"]


@pytest.mark.parametrize("step", ["back", "reload"])
def test_answer_and_report_stay(seen: dict[str, dict[str, Any]], step: str) -> None:
    assert seen[step]["code"].strip() == WRONG.strip()
    assert seen[step]["report"] == seen["first"]["report"]
    assert seen["back"]["same"] is True


def test_another_tab_has_the_answer_too(seen: dict[str, dict[str, Any]]) -> None:
    assert "all 5 parts are right" in seen["tabs"]["report"]
    assert seen["tabs"]["code"].strip() == RIGHT.strip()
    assert seen["tabs"]["mark"]


@pytest.mark.parametrize(("step", "code"), [("endless", ENDLESS), ("endlessCall", ENDLESS_CALL)])
def test_what_has_no_end_is_ended_and_kept(seen: dict[str, dict[str, Any]], step: str, code: str) -> None:
    assert "Your function takes longer than 5 s, and was stopped." in seen[step]["report"]
    assert seen[step]["code"].strip() == code.strip()
    assert "all 5 parts are right" in seen["afterwards"]["report"]


def test_an_own_error_has_its_line_and_marks_it(seen: dict[str, dict[str, Any]]) -> None:
    assert "in line 2, return np.tanh" in seen["error"]["report"]
    assert "name 'nothing' is not defined" in seen["error"]["report"]
    assert "np.tanh" in seen["error"]["line"]


def test_the_keyboard_is_not_caught_in_the_editor(seen: dict[str, dict[str, Any]]) -> None:
    assert "exercise-check" in seen["keyboard"]["focus"]


def test_reset_gives_the_stub(seen: dict[str, dict[str, Any]]) -> None:
    assert "not written yet" in seen["reset"]["code"]
    assert seen["reset"]["mark"]  # solved is solved


def test_answers_go_out_as_the_assignment_and_in_again(seen: dict[str, dict[str, Any]]) -> None:
    found = seen["exchange"]
    assert found["name"] == "rnn.ipynb"
    notebook = nbformat.reads(json.dumps(found["notebook"]), as_version=4)
    nbformat.validate(notebook)
    by_id = {cell.id: cell.source for cell in notebook.cells}
    assert by_id["cell-answer"].strip() == RIGHT.strip() == found["code"].strip()
    assert "not written yet" in by_id["forward-answer"]
    assert found["taken"].startswith("2 answers")
    assert found["progress"] == "2 of 10 exercises solved"


def test_no_other_host_is_asked_and_no_error_is_logged(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["all"] == {"foreign": [], "errors": []}


def test_pages_with_a_report_are_accessible(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["first"]["violations"] == []
    assert seen["phone"] == {"violations": [], "sideways": 0, "errors": []}


def alike(one: Any, other: Any) -> bool:
    """Equal up to the last digits of numbers, those in sentences too."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, str) and isinstance(other, str):
        same = NUMBER.sub("#", one) == NUMBER.sub("#", other)
        return same and all(
            math.isclose(float(a), float(b), rel_tol=0.02)
            for a, b in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
        )
    return bool(one == other or (isinstance(one, float) and math.isclose(one, other, rel_tol=1e-9)))


def test_alike_sees_another_word_and_another_number() -> None:
    assert alike({"a": ["off by 1.01e-16", 0.5]}, {"a": ["off by 1.00e-16", 0.5]})
    for other in ({"a": ["off by 1.2e-16", 0.5]}, {"a": ["on by 1.01e-16", 0.5]}, {"a": ["off by 1.01e-16", 0.6]}, {}):
        assert not alike({"a": ["off by 1.01e-16", 0.5]}, other)


def test_every_solution_passes_and_every_mistake_is_recognised_as_here(seen: dict[str, dict[str, Any]]) -> None:
    there = seen["catalogue"]
    assert set(there["passed"]) == set(exercises())
    assert [name for name, report in there["passed"].items() if not report["passed"]] == []
    assert "error" not in there["answer"]
    found = json.loads(there["answer"]["printed"])
    done = subprocess.run([sys.executable, "-c", CATALOGUE], capture_output=True, text=True, cwd=ROOT, check=True)
    wanted = json.loads(done.stdout)
    assert len(wanted) > 600
    assert found.keys() == wanted.keys()
    assert {name: (found[name], wanted[name]) for name in wanted if not alike(found[name], wanted[name])} == {}

"""Exercises and cells in Chromium: what is said there is what `check` says here, and nothing loses an answer.

They need a built book: ``make book``.
"""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from rnncourse.chapters import chapters
from rnncourse.checks import exercises, page
from tests.book.test_pages import BUILT, ROOT, serve
from tests.book.watched import printed
from tests.checks.test_page import RIGHT, WRONG

sys.path.append(str(ROOT / "book" / "_ext"))

OTHERS = [RIGHT.replace(" + b_hh", ""), RIGHT.replace("np.tanh", "")]  # more that people give
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
for name in [EXERCISE]:
    forms = FORMS
    print(json.dumps({f"{name}, {form}": check(name, find(name).variant(form)).to_json() for form in forms}))
"""
# Of each exercise each third mistake by one form: a browser takes a third of a second each.
SOME = CATALOGUE.replace("FORMS", "[next(iter(m.forms)) for m in find(name).mistakes[::3] if m.forms]")
ALL = CATALOGUE.replace("FORMS", "find(name).forms")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def solutions() -> dict[str, tuple[str, str]]:
    """The right answers of the assignments, and what their notebooks run before."""
    from course_live import all_described

    return {name: (found.solution, found.setup) for name, found in all_described().items()}


def known_cells() -> dict[str, list[dict[str, Any]]]:
    """The cells of each chapter's pages, as the build describes them: what they lack, and whether they draw."""
    from course_cells import cells

    executed = BUILT.parent / "jupyter_execute"
    folders = (executed / chapter.name for chapter in chapters(ROOT))
    return {f"{p.parent.name}/{p.stem}": cells(p) for folder in folders for p in sorted(folder.glob("*.ipynb"))}


def has_matplotlib() -> bool:
    """Whether the book was built with it for its pages."""
    from course_cells import available

    return available(BUILT / "live")[1] > 0


def megabytes(use: str = "") -> int:
    """What a page loads at its first click, or for a use when that comes, by the files themselves."""
    folder = BUILT / "live" / "python"
    files = json.loads((folder / "runtime.json").read_text(encoding="utf-8"))["files"]
    return round(sum((folder / file["stored"]).stat().st_size for file in files.values() if file["for"] == use) / 1e6)


def runnable() -> list[dict[str, Any]]:
    """Those that run in this build's pages, page by page, with what is stored of each."""
    from course_cells import elsewhere

    draws, found = has_matplotlib(), []
    for page_, told in known_cells().items():
        for number, cell in enumerate(told):
            if elsewhere(cell, draws):
                continue
            outputs = [o for o in cell["outputs"] if "image/svg+xml" not in o.get("data", {})]
            html = [o["data"]["text/html"] for o in outputs if "text/html" in o.get("data", {})]
            texts = (o.get("text", "" if html else o.get("data", {}).get("text/plain", "")) for o in outputs)
            known = {key: cell[key] for key in ("text", "draws", "results", "tags")}
            stored = {"printed": "".join(texts), "html": "".join(html), "figures": len(cell["outputs"]) - len(outputs)}
            found.append(known | {"page": page_, "number": number, "stored": stored})
    return found


def walk(browser: list[str], folder: Path, catalogue: str, **more: Any) -> dict[str, dict[str, Any]]:
    """What was seen at each step of live.mjs."""
    if not (BUILT / "live" / "python" / "runtime.json").is_file():
        pytest.fail("the book was built without Python for its pages: run `make book`, and read what it says of them")
    steps = {"right": RIGHT, "wrong": WRONG, "others": OTHERS, "endless": ENDLESS, "endlessCall": ENDLESS_CALL}
    steps |= {"catalogue": catalogue, "solutions": solutions(), "cells": runnable()} | more
    path = folder / "steps.json"
    path.write_text(json.dumps(steps))
    node, chromium = browser
    with serve(BUILT) as address:
        found = printed([node, str(Path(__file__).with_name("live.mjs")), chromium, address, str(path)])
    return {step.pop("step"): step for step in found}


@pytest.fixture(scope="module")
def seen(browser: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A reader's way, each cell that runs in its page, and of each third mistake one form."""
    return walk(browser, tmp_path_factory.mktemp("live"), SOME)


pytestmark = pytest.mark.timeout(0)  # the first of these goes through all steps


def test_nothing_comes_before_the_click_which_says_how_much(seen: dict[str, dict[str, Any]]) -> None:
    first = seen["first"]
    assert first["before"] == []
    assert first["note"] == f"Check loads Python into this page: {megabytes()} MB, once."
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
    assert 5 <= seen["endless"]["seconds"] < 15
    assert seen[step]["code"].strip() == code.strip()
    assert "all 5 parts are right" in seen["afterwards"]["report"]


def test_an_own_error_has_its_line_and_marks_it(seen: dict[str, dict[str, Any]]) -> None:
    assert "in line 2, return np.tanh" in seen["error"]["report"]
    assert "name 'nothing' is not defined" in seen["error"]["report"]
    assert "np.tanh" in seen["error"]["line"]


def test_by_keyboard_alone_from_the_first_page_to_the_last_hint(seen: dict[str, dict[str, Any]]) -> None:
    found = seen["walk"]
    assert found["lost"] == []
    for text, report in zip([*OTHERS, WRONG], found["reports"], strict=True):
        said = json.loads(page.examine("rnn.cell", text))["report"]
        assert said["messages"][0].replace("`", "") in " ".join(report.split())
    hints = json.loads(page.examine("rnn.cell", WRONG))["report"]["hints"]
    assert len(found["hints"]) == len(hints) > 1
    for (hint, *_), shown in zip(hints, found["hints"], strict=True):
        assert hint.replace("`", "") in " ".join(shown.split())


def test_a_screen_reader_hears_the_report_once_and_of_the_way_there_a_little(seen: dict[str, dict[str, Any]]) -> None:
    found = seen["walk"]
    assert found["live"] == [None, "polite"]  # what an earlier visit left is not read out
    assert 2 < len(found["notes"]) <= 13
    assert "unheard" not in found["notes"]
    assert all(one != other for one, other in zip(found["notes"], found["notes"][1:], strict=False))


def test_the_keyboard_is_not_caught_in_the_editor(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["walk"]["leave"] == "Tab indents. Escape, then Tab, leaves."
    assert "cm-content" in seen["keyboard"]["indented"]
    assert "exercise-check" in seen["keyboard"]["focus"]


def test_the_report_of_which_a_hint_speaks_is_there_after_a_reload_too(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["told"]["report"].startswith("(1, 5)")
    assert "3 of 5 parts are right" in seen["told"]["report"]


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


def test_an_answer_of_an_earlier_release_is_there(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["release"]["code"] == "# of an earlier release"


def test_an_exercise_beside_the_buttons_takes_its_answer_at_once(seen: dict[str, dict[str, Any]]) -> None:
    taken = "One answer is taken from the notebook; check it once more."
    assert seen["beside"] == {"taken": taken, "code": "# taken in"}


def test_another_file_than_the_book_was_built_with_is_not_run(seen: dict[str, dict[str, Any]]) -> None:
    assert "is not the file that the book was built with" in seen["spoilt"]["report"]
    assert "3 of 5 parts are right" in seen["spoilt"]["again"]


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


def differ(there: dict[str, Any], catalogue: str) -> dict[str, Any]:
    """What a page says otherwise of the catalogue than a process here, where whole numbers have 64 bits and not 32."""
    found: dict[str, Any] = {}
    for answer in there["known"].values():
        found |= json.loads(answer["printed"].replace("int32", "int64"))
    wanted: dict[str, Any] = {}
    for reports in printed([sys.executable, "-c", catalogue.replace("EXERCISE", "*exercises()")], cwd=ROOT):
        wanted |= reports
    assert len(wanted) > 600
    assert found.keys() == wanted.keys()
    return {name: (found[name], wanted[name]) for name in wanted if not alike(found[name], wanted[name])}


def test_every_solution_passes_and_mistakes_are_recognised_as_here(seen: dict[str, dict[str, Any]]) -> None:
    there = seen["catalogue"]
    assert set(there["passed"]) == set(exercises())
    assert [name for name, report in there["passed"].items() if not report["passed"]] == []
    assert [name for name, answer in there["known"].items() if "error" in answer] == []
    assert differ(there, SOME) == {}


@pytest.mark.again
def test_every_form_of_every_mistake_is_recognised_as_here(browser: list[str], tmp_path: Path) -> None:
    assert differ(walk(browser, tmp_path, ALL, only=True)["catalogue"], ALL) == {}


def test_three_of_four_cells_run_in_the_page() -> None:
    """Where matplotlib can be had; without it those are left that print, more than half."""
    told = [cell for cells in known_cells().values() for cell in cells]
    runs = [cell for cell in told if not cell["lacks"]]
    assert len(runs) / len(told) >= 0.75
    assert sum(not cell["draws"] for cell in runs) / len(told) > 0.5


def test_a_cell_runs_after_those_above_it_and_nothing_comes_before(seen: dict[str, dict[str, Any]]) -> None:
    found = seen["cells"]
    assert found["before"] == found["drawn"] == []
    sizes = [megabytes(), megabytes() + megabytes("matplotlib")]
    said = [f"Run loads Python into this page: {size} MB, once." for size in sizes]
    assert found["notes"][0] == said[0]
    if has_matplotlib():
        assert found["notes"][-1] == said[1]
    assert found["printed"].split() == found["stored"].split() != []


def test_a_cell_can_be_edited_and_shows_what_its_last_line_is_worth(seen: dict[str, dict[str, Any]]) -> None:
    assert re.fullmatch(r"edited \(20, 3, 5\)\s+(np\.float64\()?-?0\.0\)?", seen["cellEdited"]["printed"].strip())


def test_the_error_of_a_cell_names_the_readers_line(seen: dict[str, dict[str, Any]]) -> None:
    assert "line 2" in seen["cellError"]["printed"]
    assert "NameError: name 'nothing' is not defined" in seen["cellError"]["printed"]
    assert seen["cellError"]["printed"].startswith("1\n")
    assert seen["cellError"]["line"] == "nothing"


def test_a_cell_without_end_is_ended_and_reset_gives_it_back(seen: dict[str, dict[str, Any]]) -> None:
    assert "longer than 5 s" in seen["cellEndless"]["printed"]
    assert "while True" in seen["cellEndless"]["code"]
    assert seen["cellEndless"]["violations"] == []
    assert seen["cellReset"]["printed"] == seen["cells"]["stored"]
    assert seen["cellReset"]["code"].startswith("arguments = ")
    assert seen["cellReset"]["editors"] == 0
    assert seen["cellAgain"]["printed"].split() == seen["cells"]["stored"].split()
    assert seen["cellAgain"]["note"] == "Done."  # a screen reader hears that


def test_a_cell_that_cannot_run_says_where_it_does(seen: dict[str, dict[str, Any]]) -> None:
    compares, draws = "Runs in JupyterLab and Colab: it needs torch.", "Drawing runs in JupyterLab and Colab."
    wanted = [compares, compares] if has_matplotlib() else [draws, compares, draws, compares]
    assert seen["cellDraws"]["elsewhere"] == wanted


def test_a_figure_is_drawn_in_the_place_of_the_stored_one(seen: dict[str, dict[str, Any]]) -> None:
    if not has_matplotlib():
        pytest.skip("matplotlib could not be had for the pages when the book was built")
    found = seen["cellDraws"]
    assert found["caption"] == found["after"]
    light, dark = found["drawn"]
    assert light["src"].startswith("blob:")
    assert light["shown"]
    assert light["alt"] == dark["alt"] != ""
    assert "<svg" in light["svg"]


def test_cells_of_the_next_page_have_the_same_python(seen: dict[str, dict[str, Any]]) -> None:
    assert "probabilities" in seen["cellNext"]["printed"]
    assert seen["cellNext"]["loads"] == 1 + 1  # and once after the loop without end
    assert seen["cellNext"]["errors"] == []


def test_cells_on_a_phone(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["cellPhone"] == {"violations": [], "sideways": 0, "errors": []}


ROUNDING = 1e-8  # what is smaller is what rounding left, another thing on another machine


def as_printed(one: str, other: str) -> bool:
    """The same words, and the same numbers but for their last digit and for what rounding leaves."""
    numbers = [[float(n) for n in NUMBER.findall(text)] for text in (one, other)]
    return " ".join(NUMBER.sub("#", one).split()) == " ".join(NUMBER.sub("#", other).split()) and all(
        math.isclose(a, b, rel_tol=0.02) or max(abs(a), abs(b)) < ROUNDING for a, b in zip(*numbers, strict=True)
    )


def test_as_printed_sees_another_word_and_another_number() -> None:
    assert as_printed("off by 9e-14, 0.5", "off by 2e-13,  0.5")
    for other in ("of by 9e-14, 0.5", "off by 9e-3, 0.5", "off by 9e-14, 0.6", "off by 9e-14"):
        assert not as_printed("off by 9e-14, 0.5", other)


def unlike(cell: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What a cell gives in its page that is not as stored."""
    if "error" in answer:
        return [answer["error"]]
    wrong = []
    anything = "nbval-ignore-output" in cell["tags"]  # another processor prints other numbers
    if not (anything or as_printed(answer["printed"], cell["stored"]["printed"])):
        wrong.append(f"{answer['printed']!r} instead of {cell['stored']['printed']!r}")
    if not as_printed(answer.get("html", ""), cell["stored"]["html"]):
        wrong.append(f"{answer.get('html', '')!r} instead of {cell['stored']['html']!r}")
    if answer["figures"] != cell["stored"]["figures"]:
        wrong.append(f"{answer['figures']} figures instead of {cell['stored']['figures']}")
    return wrong


def test_every_cell_that_runs_prints_what_is_stored(seen: dict[str, dict[str, Any]]) -> None:
    asked, answers = runnable(), seen["allCells"]["answers"]
    assert len(asked) == len(answers) > 40
    wrong = [
        f"{cell['page']}, cell {cell['number']}: {what}"
        for cell, answer in zip(asked, answers, strict=True)
        for what in unlike(cell, answer)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_unlike_is_named() -> None:
    cell = {"tags": [], "stored": {"printed": "off by 0.5", "html": "", "figures": 1}}
    good = {"printed": "off by 0.5", "figures": 1}
    assert unlike(cell, good) == []
    assert unlike(cell, good | {"error": "ValueError"}) == ["ValueError"]
    assert unlike(cell, good | {"printed": "off by 0.6"}) == ["'off by 0.6' instead of 'off by 0.5'"]
    assert unlike(cell | {"tags": ["nbval-ignore-output"]}, good | {"printed": "off by 0.6"}) == []
    assert len(unlike(cell, good | {"html": "<p>1</p>", "figures": 0})) == 2

"""The analysis of a class against pandas, SciPy and closed forms; the report in a terminal and as a page."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import shlex
import unicodedata
from dataclasses import asdict
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnncourse.grading.report import render
from rnncourse.grading.report.analysis import Analysis, Incident, Standing, analyse, cronbach, discriminations
from rnncourse.grading.submission.job import Result

MISTAKE = "rnn.forward:R4"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</title><!-- ]]> {{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe\u2066",
    "\x1b[31mred\x1b[0m\r\n\t\0",
    "\ud800half",
    "יוסף",
    "张" * 60,
    "x" * 10_000,
]


def entry(student: str, name: str = "rnn", **changes: Any) -> dict[str, Any]:
    """What the journal has of a submission."""
    made = asdict(Result(student, "", "")) | {"most": {"a": 2.0, "b": 4.0}, "scores": {"a": 2.0, "b": 1.0}}
    del made["notebook"]
    return made | {"name": name, "seconds": 0.5, "slowest": ["a-answer", 0.25]} | changes


def group(points: NDArray[np.float64], most: float = 10.0) -> list[dict[str, Any]]:
    """A class by its points, a row a student and a column an item."""
    return [
        entry(f"s{i}", scores={f"q{j}": p for j, p in enumerate(row)}, most={f"q{j}": most for j in range(len(row))})
        for i, row in enumerate(points.tolist())
    ]


def generated(n: int, items: int = 6, seed: int = 0) -> NDArray[np.float64]:
    """Points of students who differ in what they know."""
    r = np.random.default_rng(seed)
    return np.clip(np.round(5 + 2 * r.normal(size=(n, 1)) + 2 * r.normal(size=(n, items))), 0, 10)


# ---------------------------------------------------------------------------------------------------------------------
# Figures


@pytest.mark.parametrize("n", [3, 40, 2000])
def test_discrimination_is_the_corrected_item_total_correlation_of_pandas_and_scipy(n: int) -> None:
    frame = pd.DataFrame(generated(n, seed=n))
    found = [item.discrimination for item in analyse(group(frame.to_numpy())).items]
    for column in frame:
        rest = frame.drop(columns=column).sum(axis=1)
        assert found[column] == pytest.approx(frame[column].corr(rest), abs=1e-12)
        assert found[column] == pytest.approx(scipy.stats.pearsonr(frame[column], rest).statistic, abs=1e-12)


def test_alpha_from_the_covariances_of_pandas() -> None:
    frame = pd.DataFrame(generated(50))
    k, c = frame.shape[1], frame.cov().to_numpy()
    assert analyse(group(frame.to_numpy())).alpha == pytest.approx(k / (k - 1) * (1 - np.trace(c) / c.sum()))


def test_alpha_is_the_mean_of_all_split_halves() -> None:
    """Cronbach's theorem of 1951, with the split-half coefficient 4 cov(A, B) / var(A + B)."""
    points = generated(80, items=4)
    total = points.sum(axis=1)
    halves = [points[:, [0, other]].sum(axis=1) for other in (1, 2, 3)]
    splits = [4 * np.cov(half, total - half)[0, 1] / total.var(ddof=1) for half in halves]
    assert cronbach(points)[0] == pytest.approx(np.mean(splits))


def test_alpha_of_parallel_items_is_spearman_browns_formula() -> None:
    first = np.array([1.0, -1.0, 1.0, -1.0, 0.0])
    second = np.array([1.0, 1.0, -1.0, -1.0, 0.0])  # orthogonal to the first, of the same variance
    items = np.column_stack([first, 0.6 * first + 0.8 * second])  # correlated by 0.6
    assert cronbach(items)[0] == pytest.approx(2 * 0.6 / (1 + 0.6))


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (np.empty((5, 0)), "two items"),
        (generated(5, items=1), "two items"),
        (generated(2), "three students"),
        (np.full((5, 2), 0.1), "equal totals"),
        (np.array([[1.0, 2], [2, 1], [0, 3]]), "equal totals"),
    ],
)
def test_alpha_is_undefined_and_says_why(points: NDArray[np.float64], why: str) -> None:
    alpha, reason = cronbach(points)
    assert alpha is None
    assert why in reason


def test_discrimination_is_undefined_where_nothing_varies() -> None:
    assert discriminations(np.array([[1.0, 2, 3], [1, 3, 5], [1, 4, 4]]))[0] is None
    assert discriminations(np.array([[1.0, 2], [2, 2], [3, 2]])) == [None, None]
    assert discriminations(generated(2)) == [None] * 6


def test_scores_of_a_class_by_hand() -> None:
    points = np.array([[0.0, 0], [10, 0], [0, 6], [10, 4], [10, 10]])  # totals 0, 6, 10, 14, 20 of 20
    found = analyse(group(points))
    scores = found.scores
    assert scores is not None
    assert (found.students, found.submissions, found.complete, scores.students) == (5, 5, 5, 5)
    assert (scores.most, scores.mean, scores.median, scores.lowest, scores.highest) == (20, 10, 10, 0, 20)
    assert (scores.lower_quartile, scores.upper_quartile, scores.zero, scores.full) == (6, 14, 1, 1)
    assert scores.sd == pytest.approx(58**0.5)
    assert scores.histogram == (1, 0, 0, 1, 0, 1, 0, 1, 0, 1)
    first, second = found.items
    assert (first.mean, first.full, first.partial, first.zero) == (0.6, 0.6, 0, 0.4)
    assert (second.mean, second.full, second.partial, second.zero) == (0.4, 0.2, 0.4, 0.4)
    assert (first.lower, first.upper) == (0, 1)  # totals of at most 6, of at least 14
    assert (second.lower, second.upper) == (0.3, 0.7)


@pytest.mark.parametrize(("a", "b"), [(0.7, 0.1), (0.3, 0.3), (1, 1), (0, 0)])
def test_a_border_of_the_histogram_belongs_to_the_bar_above(a: float, b: float) -> None:
    scores = analyse([entry("ada", scores={"a": a, "b": b}, most={"a": 1, "b": 1})]).scores
    assert scores is not None
    assert scores.histogram.index(1) == min(round(5 * (a + b)), 9)  # 0.7 + 0.1 < 0.8 for a computer


def test_missing_and_ungraded_notebooks() -> None:
    entries = [entry("a"), entry("a", "bptt"), entry("b"), entry("c", unreadable="No notebook.", scores={}, most={})]
    found = analyse([*entries, entry("d", scores={"a": 0, "b": 0}), entry("d", "bptt", unreadable="No notebook.")])
    assert (found.students, found.submissions, found.complete) == (4, 6, 1)
    assert found.scores is not None
    assert (found.scores.students, found.scores.most, found.scores.mean) == (3, 12, 3)  # 6, 3 and 0 points
    assert [(i.notebook, i.grade_id, i.notebooks) for i in found.items] == [
        ("bptt", "a", 1), ("bptt", "b", 1), ("rnn", "a", 3), ("rnn", "b", 3)
    ]  # fmt: skip
    assert found.unreadable == (Incident("c", "rnn", ("No notebook.",)), Incident("d", "bptt", ("No notebook.",)))


def test_the_last_result_of_a_submission_counts() -> None:
    found = analyse([entry("a"), entry("a", scores={"a": 0.0, "b": 0.0})])
    assert found.submissions == 1
    assert found.scores is not None
    assert found.scores.mean == 0


def test_points_that_were_changed_meanwhile() -> None:
    found = analyse([entry("ada", most={"a": 4}, scores={"a": 1}), entry("bob", most={"a": 2}, scores={"a": 2})])
    assert found.items[0].mean == (1 / 4 + 2 / 2) / 2
    assert found.items[0].most == 4
    assert found.scores is not None
    assert (found.scores.most, found.scores.full) == (4, 0)


def test_items_without_points_are_left_out() -> None:
    assert [item.grade_id for item in analyse([entry("a", most={"a": 2, "b": 0}, scores={"a": 1, "b": 0})]).items] == [
        "a"
    ]
    found = analyse([entry("a", most={}, scores={})])
    assert found.items == ()
    assert found.scores is None


def test_a_mistake_is_counted_once_a_student_and_called_in_words() -> None:
    called = {MISTAKE: ["the state starts elsewhere", "Where from?"], "rnn.cell:R4": ["the state starts elsewhere", ""]}
    said = [{"a": ["rnn.cell:R4"], "b": [MISTAKE, MISTAKE, "rnn.forward:R1"]}, {"b": [MISTAKE]}, {}]
    entries = [entry(f"s{i}", mistakes=mistakes, called=called) for i, mistakes in enumerate(said)]
    entries += [entry("s1", "other", mistakes={"a": [MISTAKE]}, called=called), entry("s3", unreadable="a link")]
    found = [(m.name, m.students, m.share, m.items) for m in analyse(entries).mistakes]
    assert found == [
        ("the state starts elsewhere", 2, 2 / 3, ("other/a", "rnn/a", "rnn/b")),
        ("rnn.forward:R1", 1, 1 / 3, ("rnn/b",)),  # of an entry of old, which had no words
    ]
    assert "\n  67% (2)  the state starts elsewhere: other/a, rnn/a, rnn/b\n" in render.text(analyse(entries))


def unnamed(exercise: str, *numbers: float, **changes: Any) -> dict[str, Any]:
    """What a wrong answer gave that nobody knows."""
    texts = {"shown": f"1 was expected, {numbers[0]} came: h", "parts": ["states"], "said": ["h differs."]}
    return {"exercise": exercise, "kept": [[[number]] for number in numbers]} | texts | changes


def met(student: str, *several: dict[str, Any], name: str = "rnn") -> dict[str, Any]:
    return entry(student, name, unnamed={"b": [*several]})


@given(st.permutations(range(7)))
def test_equal_numbers_are_one_mistake_in_whatever_order_they_come(order: list[int]) -> None:
    class_ = [
        met("bob", unnamed("rnn.forward", 2, 3)),
        met("ada", unnamed("rnn.forward", 2, 3 + 1e-8)),
        met("cem", unnamed("rnn.forward", 2, 3.001)),
        met("dot", unnamed("rnn.cell", 2, 3)),
        met("eve", unnamed("rnn.forward", 2, 3 - 1e-8), unnamed("rnn.forward", 2, 3)),
        met("fay", unnamed("rnn.forward", 2, 3), name="other"),
        met("fay", unnamed("rnn.forward", 2, 3)),
    ]
    found = [(each.exercise, each.students, each.student) for each in analyse(class_[i] for i in order).unnamed]
    assert found == [("rnn.forward", 4, "ada"), ("rnn.cell", 1, "dot"), ("rnn.forward", 1, "cem")]


def test_a_mistake_without_a_name_is_shown_with_an_example_and_its_command() -> None:
    several = [met(student, unnamed("rnn.forward", 2, 3)) for student in ("ada", "Dora O'Neil", "x; rm -rf ~")]
    several += [met(f"s{i}", unnamed("rnn.forward", i + 9.0)) for i in range(40)]
    text = render.text(analyse(several), "week 2").split("\n")
    at = text.index("Mistakes without a name, those together that give the same numbers:")
    assert text[at + 1 : at + 4] == [
        "  3 students, rnn/b, such as Dora O'Neil/rnn",
        "    1 was expected, 2 came: h",
        """    rnncourse hint 'week 2' rnn.forward 'Dora O'"'"'Neil' 'YOUR HINT'""",
    ]
    assert "  and 38 that are rarer, on the page and in the JSON" in text
    alone = analyse(several[2:3])
    (command,) = (line for line in render.text(alone).split("\n") if "rnncourse hint" in line)
    assert shlex.split(command)[4] == "x; rm -rf ~"
    said = page(alone, "week 2").get_text()
    assert "rnn.forward (rnn/b), such as x; rm -rf ~" in said
    assert "Wrong: states" in said
    assert "h differs." in said
    assert shlex.split(command)[:4] == ["rnncourse", "hint", "ASSIGNMENT", "rnn.forward"]
    nobody = render.html(analyse(several, names=False), "week 2") + render.text(analyse(several, names=False))
    assert not re.search("Dora|rm -rf|rnncourse hint", nobody)


STANDINGS = [Standing("ada", 46.5, 50, 0.5, 0), Standing(HOSTILE[1], 12, 50, 0, 2)]


def test_points_of_each_student_and_open_answers() -> None:
    found = analyse([entry("ada")], standings=STANDINGS)
    assert found.waits == 2
    assert "Open answers, to be read in the formgrader: 2." in render.text(found)
    table = page(found).find("div", attrs={"aria-label": "Students"}).table
    rows = [[cell.get_text() for cell in row.find_all(["td", "th"])] for row in table.tbody.find_all("tr")]
    assert rows == [["ada", "46.5", "50", "0.5", "0"], [HOSTILE[1], "12", "50", "0", "2"]]
    none = analyse([entry("ada")], standings=STANDINGS[:1])
    assert "Open answers, to be read in the formgrader: none." in render.text(none)
    hidden = analyse([entry("ada")], names=False, standings=STANDINGS)
    assert (hidden.standings, hidden.waits) == ((), 2)
    assert "Open answers" not in render.text(analyse([entry("ada")]))


def test_advice() -> None:
    knows = np.linspace(0, 10, 40)
    points = np.column_stack([knows, knows, 10 - knows, np.zeros(40), np.full(40, 10.0), knows / 2, np.arange(40) % 5])
    said = [" ".join(item.advice) for item in analyse(group(points)).items]
    assert said[:2] == ["", ""]
    assert said[2].startswith("Those who do well elsewhere do worse here")
    assert said[3].startswith("Nobody has a point")
    assert said[4].startswith("Everybody has all points")
    assert said[5] == "Nobody has all points: what does everybody miss?"
    assert "Hardly separates" in said[6]
    assert not any(item.advice for item in analyse(group(points[:9])).items)  # too few to tell


def test_time_and_what_was_said() -> None:
    entries = [entry(f"s{i:02}", seconds=float(i), slowest=["b-answer", i / 2]) for i in range(21)]
    entries[3] |= {"stopped": ["too long", "too long"], "suspicious": ["forged"], "mended": ["put back"]}
    found = analyse(entries)
    assert found.timing is not None
    assert (found.timing.total, found.timing.median, found.timing.p95) == (210, 10, 19)
    assert [slow.seconds for slow in found.timing.slowest] == list(range(20, 10, -1))
    assert (found.timing.slowest[0].student, found.timing.slowest[0].cell) == ("s20", "b-answer")
    assert found.timing.slowest[0].cell_seconds == 10
    assert found.stopped == (Incident("s03", "rnn", ("too long",)),)
    assert found.suspicious == (Incident("s03", "rnn", ("forged",)),)
    assert found.mended == (Incident("s03", "rnn", ("put back",)),)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("a line", "expected dict, got str"),
        ({"name": "rnn"}, "student: expected str, got None"),
        (entry("a", scores=[1.0]), r"scores: expected dict, got \[1.0\]"),
        (entry("a", scores={"a": 3.0}), "score of 'a': expected a finite number from 0 to 2.0, got 3.0"),
        (entry("a", scores={"a": float("nan")}), "score of 'a'.*got nan"),
        (entry("a", scores={"a": -1}), "score of 'a'.*got -1"),
        (entry("a", most={"a": "2"}), "most of 'a'.*got '2'"),
        (entry("a", seconds=float("inf")), "seconds.*got inf"),
    ],
)
def test_what_is_no_result_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=r"entries\[1\].*" + said):
        analyse([entry("b"), wrong])


classes = st.integers(0, 12).flatmap(
    lambda n: st.lists(st.lists(st.sampled_from([0, 1, 2.5, 7, 10]), min_size=3, max_size=3), min_size=n, max_size=n)
)


@settings(max_examples=40, deadline=None)
@given(classes, st.randoms())
def test_invariants(points: list[list[float]], random: Any) -> None:
    entries = [
        e | {"name": name, "seconds": 0.1 * i}
        for i, e in enumerate(group(np.reshape(points, (-1, 3))))
        for name in ("rnn", "bptt")
        if random.random() < 0.8
    ]
    found = analyse(entries)
    shuffled = random.sample(entries, len(entries))
    assert analyse(shuffled) == found
    assert json.loads(found.to_json())["students"] == found.students == len({e["student"] for e in entries})
    for item in found.items:
        assert item.full + item.partial + item.zero == pytest.approx(1)
        assert item.full <= item.mean <= 1 - item.zero + 1e-12
        assert item.discrimination is None or -1 <= item.discrimination <= 1
    assert found.alpha is None or found.alpha <= 1 + 1e-12
    assert (found.alpha is None) == bool(found.alpha_undefined)
    if found.scores is not None:
        s = found.scores
        assert sum(s.histogram) == s.students
        assert s.lowest <= s.lower_quartile <= s.median <= s.upper_quartile <= s.highest <= s.most
        assert s.mean == pytest.approx(sum(sum(e["scores"].values()) for e in entries) / s.students)
    assert page(found) is not None
    assert render.text(found)


# ---------------------------------------------------------------------------------------------------------------------
# What is shown


def hostile() -> list[dict[str, Any]]:
    """A class in which everything that a student can choose is meant to harm."""
    entries = [
        entry(
            name,
            slowest=[name, 1.0],
            mistakes={"a": [name, MISTAKE]},
            called={MISTAKE: [name, name]},
            unnamed={"b": [unnamed(name, i, shown=name, parts=[name], said=[name])]},
            **{kind: [f"{name} and {other}" for other in HOSTILE] for kind in ("stopped", "suspicious", "mended")},
        )
        for i, name in enumerate(HOSTILE)
    ]
    return [*entries, entry("late", unreadable=HOSTILE[0])]


def page(found: Analysis, title: str = "Class") -> Any:
    return BeautifulSoup(render.html(found, title), "html.parser")


def columns(line: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide - sum(map(bool, map(unicodedata.combining, line)))


SIZES = {
    "none": [],
    "one": [entry("ada", mistakes={"b": [MISTAKE]})],
    "three": group(generated(3)),
    "many": [e | {"stopped": ["too long"]} for e in group(generated(10_000, items=3))],
    "items": [e | {"mended": ["put back"]} for e in group(np.zeros((50, 60)))],
    "hostile": hostile(),
    "wide": [entry(f"{i}{'张' * 60}", stopped=["太" * 60]) for i in range(9)],
}


@pytest.mark.parametrize("size", SIZES)
def test_a_terminal_gets_sixty_lines_of_eighty_columns_and_no_orders(size: str) -> None:
    said = render.text(analyse(SIZES[size]))
    lines = said.split("\n")
    assert len(lines) <= 60
    assert max(columns(line) for line in lines if not line.startswith("    rnncourse hint ")) <= 80
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
    said.encode()


def test_it_says_what_graded_and_who_worked_with_another_release() -> None:
    by = {"version": "0.1.0", "code": "c0de", "notebook": "5e6f"}
    entries = [e | {"graded_by": by} for e in group(generated(5))]
    entries[3]["released"] = ["worked with rnncourse 0.0.9"]
    found = analyse(entries)
    assert found.graded_by == (("rnncourse 0.1.0 (code c0de), rnn.ipynb 5e6f", 5),)
    assert found.released == (Incident("s3", "rnn", ("worked with rnncourse 0.0.9",)),)
    said = render.text(found)
    assert "\nGraded by rnncourse 0.1.0 (code c0de), rnn.ipynb 5e6f.\n" in said
    assert said.endswith("Other release 1: 1 × worked with rnncourse 0.0.9\n  s3/rnn")
    soup = page(found)
    assert "Graded by rnncourse 0.1.0 (code c0de), rnn.ipynb 5e6f." in soup.get_text()
    assert soup.find("h2", id="released").get_text() == "Other release: 1"
    entries[0]["graded_by"] = by | {"code": "01d"}
    said = render.text(analyse(entries))
    assert "(code c0de), rnn.ipynb 5e6f: 4.\nGraded by rnncourse 0.1.0 (code 01d), rnn.ipynb 5e6f: 1.\n" in said


def test_the_text_says_what_counts() -> None:
    entries = group(generated(40))
    entries[7] |= {"stopped": ["it took longer than 30 s"], "seconds": 31.0, "mistakes": {"q0": [MISTAKE]}}
    entries[7]["called"] = {MISTAKE: ["the state starts elsewhere", "Where from?"]}
    said = render.text(analyse(entries))
    frame = pd.DataFrame(generated(40))
    assert said.startswith("40 students, 40 submissions.\n")
    assert f"mean {frame.sum(axis=1).mean():.1f} of 60" in said
    assert re.search(rf"rnn/q0 +10 +{frame[0].mean() / 10:.0%}", said)
    assert re.search(r"31 s  s7/rnn", said)
    assert "Stopped 1: 1 × it took longer than 30 s\n  s7/rnn" in said
    assert "\n   2% (1)  the state starts elsewhere: rnn/q0\n" in said
    scores = analyse(entries).scores
    assert scores is not None
    bars = re.findall("0% (.{10}) 100%", said)[0]
    assert [bar != "·" for bar in bars] == [n > 0 for n in scores.histogram]
    assert bars[scores.histogram.index(max(scores.histogram))] == "█"


def test_what_failed_in_the_instructors_cells_is_said_once() -> None:
    said = ["The cell 'setup' ended with FileNotFoundError: data.csv", "The cell '<b>' ended"]
    entries = [entry(f"s{i}", instructor=said[: 1 + (i == 0)]) for i in range(3)]
    found = analyse([*entries, entry("old")])
    assert found.instructor == ((said[0], 3), (said[1], 1))
    text = render.text(found)
    assert "Look at your own notebook:\n  The cell 'setup' ended with FileNotFoundError: data.csv (in 3" in text
    assert text.count("setup") == 1
    shown = page(found)
    (heading,) = [h2 for h2 in shown.find_all("h2") if "your own notebook" in h2.get_text()]
    assert [li.get_text() for li in heading.find_next("ul").find_all("li")] == [
        f"{said[0]} (in 3 submissions)",
        f"{said[1]} (in 1 submissions)",
    ]
    assert json.loads(found.to_json())["instructor"][0] == [said[0], 3]
    assert "s1" not in analyse([entry("s1", instructor=["s1 is gone"])], names=False).instructor[0][0]


def test_nobody_is_counted_as_graded_whom_nobody_could_read() -> None:
    refused = {"seconds": 0.0, "slowest": ["", 0.0], "most": {}, "scores": {}, "unreadable": "a link"}
    found = analyse([entry("ada", seconds=2.0), entry("bob", **refused), entry("cem", **refused)])
    assert found.timing is not None
    assert found.timing.median == 2
    text = render.text(found)
    assert text.startswith("3 students, 3 submissions, 2 of them not graded.\n")
    crowd = render.text(analyse([entry(f"student{i:02}", **refused) for i in range(99)]))
    assert "student12/rnn" in crowd
    assert crowd.endswith(" … all are on the page and in the JSON")
    assert "all are on the page" not in text
    assert "2 s of work, 30 a minute" in text
    assert "0 s" not in text
    nobody = analyse([entry("bob", **refused)])
    assert nobody.timing is None
    assert "No submission was graded." in render.text(nobody)
    shown = page(nobody).get_text()
    assert "No submission was graded." in shown
    assert "bob" in shown
    assert "bob" not in page(analyse([entry("bob", **refused)], names=False)).get_text()


def test_columns_stand_below_each_other() -> None:
    lines = render.text(analyse([entry("ada", most={"a": 4, "q" * 60: 2}, scores={"a": 4, "q" * 60: 1})])).split("\n")
    assert len({line.index("%") for line in lines if line.startswith("rnn/")}) == 1


def test_long_times_and_numbers_are_readable() -> None:
    assert [render.duration(s) for s in (0.0123, 2.34, 59, 3600, 36_000)] == [
        "0.012 s", "2.3 s", "59 s", "60 min", "10.0 h"
    ]  # fmt: skip
    assert [render.share(s) for s in (None, 0.256)] == ["–", "26%"]
    assert [render.number(s) for s in (None, -0.5)] == ["–", "−0.50"]


@pytest.mark.parametrize("size", SIZES)
def test_a_page_is_whole_and_asks_nothing_of_anybody(size: str) -> None:
    made = render.html(analyse(SIZES[size]), "Class")
    soup = BeautifulSoup(made, "html.parser")
    assert made.startswith("<!doctype html>")
    assert soup.html["lang"] == "en-GB"
    assert len(soup.find_all("h1")) == len(soup.find_all("main")) == 1
    levels = [int(heading.name[1]) for heading in soup.find_all(["h1", "h2", "h3"])]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    addresses = [a for tag in soup.find_all(True) for a in (tag.get("src"), tag.get("href")) if a is not None]
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert all(address == "data:," or address.removeprefix("#") in ids for address in addresses)
    assert len(ids) == len(set(ids))
    assert not re.search(r"url\(|@import|\bfetch\b|\bimport\b", made)
    assert all(len(svg["aria-label"]) > 20 for svg in soup.find_all("svg"))
    for table in soup.find_all("table"):
        heads = table.thead.find_all("th", scope="col")
        assert all(len(row.find_all(["td", "th"])) == len(heads) for row in table.tbody.find_all("tr"))


def test_only_the_pages_own_script_may_run() -> None:
    soup = page(analyse(hostile()), HOSTILE[0])
    assert [tag.name for tag in soup.find_all(["script", "img", "iframe", "object", "embed", "base"])] == ["script"]
    digest = base64.b64encode(hashlib.sha256(soup.script.string.encode()).digest()).decode()
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}';" in policy
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert soup.title.string == soup.h1.get_text() == HOSTILE[0]
    said = soup.get_text()
    assert HOSTILE[1] in said  # as text, and whole
    assert HOSTILE[2] in said
    tables = [table for table in soup.find_all("table") if "Student" in table.thead.get_text()]
    assert len(tables) == 5
    assert all(cell.bdi for table in tables for cell in table.tbody.find_all("th"))
    assert not [c for c in said if not (c.isprintable() or c == "\n")]
    assert "x" * 301 not in said


def test_a_page_shows_the_figures_of_the_analysis() -> None:
    points = generated(200)
    entries = group(points)
    for e in entries[:50]:
        e |= {"mistakes": {"q2": [MISTAKE]}, "called": {MISTAKE: ["elsewhere", "Where from?"]}}
    found = analyse(entries)
    soup = page(found)
    table = soup.find("div", attrs={"aria-label": "Items"}).table
    for item, row in zip(found.items, table.tbody.find_all("tr"), strict=True):
        shown = [cell.get_text() for cell in row.find_all(["td", "th"])]
        assert shown[1] == f"rnn/{item.grade_id}"
        assert shown[3] == f"{item.mean:.0%}"
        assert shown[8] == f"{item.discrimination:.2f}"
    bars, scatter = soup.find_all("svg")
    assert found.scores is not None
    heights = [float(bar["height"]) for bar in bars.find_all("rect")]
    assert heights == pytest.approx([150 * n / max(found.scores.histogram) for n in found.scores.histogram], abs=0.06)
    dots = [(float(dot["cx"]), float(dot["cy"])) for dot in scatter.find_all("circle")]
    assert [x for x, _ in dots] == pytest.approx([45 + 360 * item.mean for item in found.items], abs=0.06)
    ticks = {text.get_text(): float(text["y"]) for text in scatter.find_all("text", attrs={"text-anchor": "end"})}
    heights = [(ticks["0"] - 4 - y) / (ticks["0"] - ticks["1"]) for _, y in dots]
    assert heights == pytest.approx([item.discrimination for item in found.items], abs=0.002)
    said = " ".join(soup.find("ol").get_text().split())
    assert said == "25% (50) elsewhere: Where from? (rnn/q2)"


def test_numbers_of_equal_items_stand_apart() -> None:
    item = analyse(group(generated(20))).items[0]
    numbers = [number for _, _, number in render.plot([item] * 6)["dots"]]
    assert min(math.dist(a, b) for a, b in combinations(numbers, 2)) > 9


def test_names_can_be_left_out() -> None:
    entries = [
        entry("ada", suspicious=["ada has the same file as bob.", "submitted/bob/rnn"], seconds=9.0),
        entry("bob", unreadable="bob's file is a link to ada."),
        entry("bob-2", mended=["The cell 'ada-test' was missing."], stopped=["too long"]),
        *(entry(name, mended=[f"<{name}>"]) for name in HOSTILE),
    ]
    with_names, without = analyse(entries), analyse(entries, names=False)
    for said in (render.text(without), render.html(without, "Class"), without.to_json()):
        assert not re.search(r"\b(ada|bob)\b(?!-test)", said)
        assert not any(json.dumps(name)[1:-1] in said or name in said for name in HOSTILE)
    assert without.suspicious == (Incident("", "rnn", ("… has the same file as ….", "submitted/…/rnn")),)
    said = [incident.sentences for incident in without.mended]
    assert ("The cell 'ada-test' was missing.",) in said
    assert said == sorted(said)
    assert (without.scores, without.items, without.alpha) == (with_names.scores, with_names.items, with_names.alpha)
    assert "ada" in render.html(with_names, "Class")
    assert "ada" in render.text(with_names)


def test_long_lists_end_with_how_many_more_there_are() -> None:
    entries = [e | {"mended": ["put back"]} for e in group(generated(render.ROWS + 7))]
    soup = page(analyse(entries))
    rows = soup.find("div", attrs={"aria-label": "Mended"}).tbody.find_all("tr")
    assert len(rows) == render.ROWS
    assert "And 7 more" in soup.get_text()
    assert soup.find("h2", id="mended").get_text() == f"Mended: {render.ROWS + 7}"

"""`rnncourse progress`: where all stands, what is run again and what not, what is next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rnncourse import assignments
from rnncourse.chapters import CHAPTERS, chapters
from rnncourse.checks import exercises
from rnncourse.checks.report import Report
from rnncourse.grading import progress
from rnncourse.grading.practice import BEGUN, SOLVED, UNTOUCHED, Exercise, Found, Practice
from rnncourse.grading.progress import KEPT, Standings, Walk

ROOT = Path(__file__).parents[2]
COURSE = [name for name in CHAPTERS if name in assignments.sources(ROOT)]


class Runs:
    """Stands for the child process: what is written as ``right``, is right; each run is noted."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.stop_at = ""

    def __call__(self, path: Path, found: Found, seconds: float) -> Practice:
        if path.name == self.stop_at:
            raise KeyboardInterrupt
        self.made.append(path.name)
        made = []
        for name in found.names:
            source = found.defined[name].source if name in found.defined else ""
            right = "right" in source
            state = UNTOUCHED if name in found.untouched else SOLVED if right else BEGUN
            score = 1.0 if right else 0.25 + source.count("more") / 4
            made.append(Exercise(name, state, None if state == UNTOUCHED else Report(name, score=score)))
        slow = any("slow" in cell.source for cell in found.cells)
        return Practice(str(path), found.assignment, made, [], f"It ran for more than {seconds:g} s" if slow else "")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    made = Runs()
    monkeypatch.setattr(progress, "examine", made)
    return made


def own(path: Path, *sources: str, outputs: tuple[Any, ...] = ()) -> Path:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [*outputs], "execution_count": 1}
        for source in sources
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path


def answer(exercise: str, text: str) -> tuple[str, str]:
    name = exercise.partition(".")[2]
    return f"def {name}(*arguments):\n    return '{text}'", f'check("{exercise}", {name})'


def standing(found: Standings, exercise: str) -> progress.Standing:
    [one] = [each for each in found.chapters[exercise.partition(".")[0]] if each.name == exercise]
    return one


def test_an_empty_folder_has_the_whole_course_before_it(tmp_path: Path) -> None:
    found = Walk(tmp_path).done()
    assert [*found.chapters] == [
        chapter.name for chapter in chapters(ROOT)
    ]  # in the book's order, with what is for practice at the end
    assert sorted(each.name for standings in found.chapters.values() for each in standings) == sorted(exercises())
    assert {each.state for standings in found.chapters.values() for each in standings} == {UNTOUCHED}
    assert found.command == f"rnncourse start {COURSE[0]} {tmp_path}"
    assert not (tmp_path / KEPT).exists()
    with pytest.raises(FileNotFoundError, match="expected a folder with notebooks"):
        Walk(tmp_path / "away")


def test_what_is_kept_is_not_run_again_and_what_has_changed_is(tmp_path: Path, runs: Runs) -> None:
    first = own(tmp_path / "a.ipynb", *answer("rnn.cell", "right"))
    own(tmp_path / "b" / "b.ipynb", *answer("rnn.forward", "wrong"))
    before = Walk(tmp_path).done().to_json()
    assert runs.made == ["a.ipynb", "b.ipynb"]
    assert Walk(tmp_path).done().to_json() == before
    own(first, *answer("rnn.cell", "right"), outputs=({"output_type": "stream", "name": "stdout", "text": "shown"},))
    first.rename(tmp_path / "c.ipynb")  # under another name it is the same
    assert standing(Walk(tmp_path).done(), "rnn.cell").notebook == str(tmp_path / "c.ipynb")
    assert len(runs.made) == 2

    own(tmp_path / "b" / "b.ipynb", *answer("rnn.forward", "right"))
    assert standing(Walk(tmp_path).done(), "rnn.forward").state == SOLVED
    assert runs.made[2:] == ["b.ipynb"]
    (tmp_path / "b" / "helpers.py").write_text("x = 1")  # which a notebook there may import
    Walk(tmp_path).done()
    assert runs.made[3:] == ["b.ipynb"]
    assert len([*(tmp_path / KEPT).iterdir()]) == 2  # nothing of what was
    Walk(tmp_path).done(anew=True)
    assert runs.made[4:] == ["b.ipynb", "c.ipynb"] or runs.made[4:] == ["c.ipynb", "b.ipynb"]


def test_another_release_of_the_package_runs_all_again(
    tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(tmp_path / "a.ipynb", *answer("rnn.cell", "right"))
    Walk(tmp_path).done()
    monkeypatch.setattr(assignments, "code", lambda: "another")
    Walk(tmp_path).done()
    assert runs.made == ["a.ipynb"] * 2


def test_an_interrupted_walk_goes_on_where_it_was(tmp_path: Path, runs: Runs) -> None:
    for name in "abc":
        own(tmp_path / f"{name}.ipynb", *answer(f"rnn.{'cell' if name == 'a' else 'output'}", f"right {name}"))
    runs.stop_at = "b.ipynb"
    said: list[tuple[int, int, str]] = []
    with pytest.raises(KeyboardInterrupt):
        Walk(tmp_path).done(say=lambda *each: said.append(each))
    assert said == [(0, 3, str(tmp_path / "a.ipynb")), (1, 3, str(tmp_path / "b.ipynb"))]
    runs.stop_at = ""
    Walk(tmp_path).done()
    assert runs.made == ["a.ipynb", "b.ipynb", "c.ipynb"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"ended": ""}', '{"ended": "", "seconds": 1, "exercises": [1]}']
)
def test_a_broken_file_of_what_was_kept_is_as_none(text: str, tmp_path: Path, runs: Runs) -> None:
    own(tmp_path / "a.ipynb", *answer("rnn.cell", "right"))
    Walk(tmp_path).done()
    [kept] = (tmp_path / KEPT).iterdir()
    kept.write_text(text)
    assert standing(Walk(tmp_path).done(), "rnn.cell").state == SOLVED
    assert runs.made == ["a.ipynb"] * 2


def test_where_nothing_can_be_kept_all_is_said_all_the_same(tmp_path: Path, runs: Runs) -> None:
    own(tmp_path / "a.ipynb", *answer("rnn.cell", "right"))
    (tmp_path / KEPT).write_text("a file")
    for _ in range(2):
        assert standing(Walk(tmp_path).done(), "rnn.cell").state == SOLVED
    assert runs.made == ["a.ipynb"] * 2


def test_what_took_too_long_is_named_and_tried_again_with_another_limit_alone(tmp_path: Path, runs: Runs) -> None:
    own(tmp_path / "a.ipynb", "slow = 1", *answer("rnn.cell", "right"))
    for seconds in (10, 10, 20):
        assert Walk(tmp_path).done(seconds).failed == {str(tmp_path / "a.ipynb"): f"It ran for more than {seconds} s"}
    assert len(runs.made) == 2


def test_the_furthest_of_several_notebooks_counts(tmp_path: Path, runs: Runs) -> None:
    for name, text in {"a": "wrong", "b": "wrong more", "c": "wrong"}.items():
        own(tmp_path / f"{name}.ipynb", *answer("rnn.cell", text))
    assignments.start("rnn", tmp_path)
    found = standing(Walk(tmp_path).done(), "rnn.cell")
    assert (found.state, found.score, Path(found.notebook).name) == (BEGUN, 0.5, "b.ipynb")
    own(tmp_path / "z.ipynb", *answer("rnn.cell", "right"))
    assert Path(standing(Walk(tmp_path).done(), "rnn.cell").notebook).name == "z.ipynb"


def test_what_cannot_be_read_is_named_and_copies_are_left_out(tmp_path: Path, runs: Runs) -> None:
    own(tmp_path / ".ipynb_checkpoints" / "a-checkpoint.ipynb", *answer("rnn.cell", "right"))
    own(tmp_path / "plain.ipynb", "x = 1")
    (tmp_path / "broken.ipynb").write_text("{")
    found = Walk(tmp_path).done()
    assert [*found.failed] == [str(tmp_path / "broken.ipynb")]
    assert "cannot be read as a Jupyter notebook" in found.failed[str(tmp_path / "broken.ipynb")]
    assert (found.notebooks, runs.made) == ([], [])


def test_next_is_what_is_begun_then_the_rest_of_a_begun_chapter_then_the_first(tmp_path: Path, runs: Runs) -> None:
    rnn = [each for each in exercises() if each.startswith("rnn.")]
    own(tmp_path / "a.ipynb", *answer(rnn[0], "right"), *answer("ntm.move", "wrong"))
    found = Walk(tmp_path).done()
    assert found.next is not None
    assert found.next.name == "ntm.move"
    own(tmp_path / "a.ipynb", *answer(rnn[0], "right"))
    found = Walk(tmp_path).done()
    assert found.next is not None
    assert found.next.name == rnn[1]
    assert found.command == f"rnncourse start rnn {tmp_path}"
    path = assignments.start("rnn", tmp_path)
    assert Walk(tmp_path).done().command == f"rnncourse check {path} --exercise {rnn[1]}"
    every = [part for each in exercises() for part in answer(each, "right")]
    own(tmp_path / "all.ipynb", *every)
    found = Walk(tmp_path).done()
    assert found.next is None
    assert "All exercises of the course are solved." in str(found)
    assert found.to_json()["next"] is None


def test_text_and_json_say_the_same(tmp_path: Path, runs: Runs) -> None:
    own(tmp_path / "a.ipynb", *answer("rnn.cell", "right"), *answer("bptt.truncated", "wrong"))
    found = Walk(tmp_path).done()
    data = json.loads(json.dumps(found.to_json()))
    lines = str(found).splitlines()
    for chapter in data["chapters"]:
        [line] = [line for line in lines if line.split()[0] == chapter["chapter"]]
        assert [*map(int, line.split()[1:])] == [chapter[state] for state in (SOLVED, BEGUN, UNTOUCHED)]
        assert sum(chapter[state] for state in (SOLVED, BEGUN, UNTOUCHED)) == len(chapter["exercises"])
    assert lines[-1] == f"Next: {data['next']['exercise']}. {data['next']['command']}"


def test_answers_taken_out_of_a_page_count(tmp_path: Path) -> None:
    """The page's button gives the assignment's notebook with the answers in it."""
    notebook = assignments.read("rnn")
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "cell-answer":
            right = "def cell(x, h, W, U, b, c):\n    return np.tanh(x @ W.T + b + h @ U.T + c)\n"
            cell["source"] = right.splitlines(keepends=True)
    (tmp_path / "rnn (2).ipynb").write_text(json.dumps(notebook))
    found = Walk(tmp_path).done()
    assert found.counts("rnn") == {SOLVED: 1, BEGUN: 0, UNTOUCHED: 9}
    assert not found.failed

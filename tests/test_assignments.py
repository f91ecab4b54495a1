"""The source notebooks: without outputs, consistent with the checks, and fair in their points. No kernel is started."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from rnncourse.chapters import chapters
from rnncourse.checks import check, exercises, find
from rnncourse.checks.engine import DTYPE

ROOT = Path(__file__).parents[1]
CHAPTERS = {chapter.name: chapter for chapter in chapters(ROOT)}
pytestmark = pytest.mark.parametrize("chapter", CHAPTERS)


def cells(chapter: str) -> list[Any]:
    nb = nbformat.read(CHAPTERS[chapter].assignment, as_version=4)
    nbformat.validate(nb)
    return list(nb.cells)


def graded(chapter: str) -> dict[str, Any]:
    """The test cells, by exercise."""
    found = {}
    for cell in cells(chapter):
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            [name] = re.findall(r'grade\("([\w.]+)"', cell.source)
            found[name] = cell
    return found


def test_no_outputs_and_stable_ids(chapter: str) -> None:
    for cell in cells(chapter):
        assert not cell.get("outputs"), cell.id
        assert cell.get("execution_count") is None, cell.id
        assert set(cell.metadata) <= {"nbgrader", "tags"}, cell.id
        if meta := cell.metadata.get("nbgrader"):
            assert meta.grade_id == cell.id
            assert meta.schema_version == 3


def test_every_exercise_of_the_chapter_is_asked(chapter: str) -> None:
    asked, there = set(graded(chapter)), {name for name in exercises() if name.startswith(f"{chapter}.")}
    assert not there - asked, "the notebook has no test cell with it"
    assert not asked - there, f"rnncourse/checks/{chapter}.py has no such exercise"


def test_points_are_round(chapter: str) -> None:
    points = {
        cell.id: cell.metadata.nbgrader.points
        for cell in cells(chapter)
        if "points" in cell.metadata.get("nbgrader", {})
    }
    automatic = sum(cell.metadata.nbgrader.points for cell in graded(chapter).values())
    if CHAPTERS[chapter].graded:
        assert (automatic, sum(points.values())) == (40, 50), "40 points for functions, 10 that a person gives"
    else:
        assert automatic == sum(points.values()), "nobody is there to give points for a question"
    for name, cell in graded(chapter).items():
        exercise, worth = find(name), cell.metadata.nbgrader.points
        assert f"points={worth:g}, " in cell.source
        weight = {f.name: f.weight for f in (*exercise.facets, DTYPE, exercise.conduct)}
        parts = check(name, exercise.reference).facets or weight
        total = sum(weight[part] for part in parts)
        for part in parts:
            assert (2 * worth * weight[part] / total).is_integer(), (
                f"{name}: {part} is worth {worth * weight[part] / total:.2f}"
            )


def test_points_in_the_text(chapter: str) -> None:
    by_id = {cell.id: cell for cell in cells(chapter)}
    for name, cell in graded(chapter).items():
        task = by_id[cell.id.replace("-test", "-task")].source
        assert f"`{name.partition('.')[2]}` ({cell.metadata.nbgrader.points:g} points)" in task


def test_answers_have_the_arguments_that_are_checked(chapter: str) -> None:
    by_id = {cell.id: cell for cell in cells(chapter)}
    for name, cell in graded(chapter).items():
        arguments = ", ".join(a.name for a in find(name).arguments)
        answer = by_id[cell.id.replace("-test", "-answer")].source
        assert re.match(rf"def {name.partition('.')[2]}\({arguments}(, eps=1e-6)?\):", answer)


def test_hidden_seeds_differ(chapter: str) -> None:
    seeds = [re.findall(r"^seed = (\d+)$", cell.source, re.M) for cell in graded(chapter).values()]
    assert all(len(found) == 2 and found[0] == "1" and len(found[1]) == 5 for found in seeds)
    assert len({hidden for _, hidden in seeds}) == len(seeds)


def test_solutions_are_right(chapter: str) -> None:
    answers: dict[str, Any] = {}
    for cell in cells(chapter):
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (meta.get("solution") or cell.id == "setup"):
            exec(compile(cell.source, cell.id, "exec"), answers)
    for name in graded(chapter):
        for seed in range(5):
            report = check(name, answers[name.partition(".")[2]], seed=seed)
            assert report.passed, report


def test_no_link_leads_into_a_checkout(chapter: str) -> None:
    """An assignment travels alone."""
    texts = [cell.source for cell in cells(chapter) if cell.cell_type == "markdown"]
    assert texts
    assert [link for text in texts for link in re.findall(r"\]\(([^)#:]+)\)", text)] == []

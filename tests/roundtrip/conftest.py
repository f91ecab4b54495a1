"""For each assignment: generate it, hand in what the tests look at, and let nbgrader grade it at one go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from rnncourse.checks import exercises, find
from tests.answers import TYPED
from tests.checks.once import cases_once
from tests.roundtrip.course import ASSIGNMENTS, Course, answer, packs

__all__ = ["cases_once"]


def typed_packs(course: Course) -> Iterator[tuple[str, dict[str, str]]]:
    """Every answer that was typed, one an exercise in each submission: student, and the mistakes' ids by test cell."""
    typed = ((t, id) for t in course.tests for name, id in TYPED if name == course.exercise(t))
    for i, ids in enumerate(packs(typed)):
        yield f"typed-{i}", ids


def strip_metadata(nb: Any) -> None:
    """What some editors do to a notebook."""
    for cell in nb.cells:
        cell.metadata.clear()


@pytest.fixture(scope="session")
def gradebook(jailed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty one, to be copied: to make one nbgrader asks another process for the tables' version, for seconds."""
    course = Course(tmp_path_factory.mktemp("empty"), ASSIGNMENTS[0])
    course.nbgrader("db", "student", "list")
    return course.folder / "gradebook.db"


def forms(assignment: str) -> int:
    """How many wrong answers are known of its exercises."""
    return sum(len(find(name).forms) for name in exercises() if name.startswith(f"{assignment}."))


class ByAssignment(LoadScopeScheduling):
    """All tests of an assignment run in one process, so that nbgrader grades it once.

    xdist's own groups put a name into the ids of tests, which pytest 9.2 does not take: then they are none.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.rpartition("[")[2].removesuffix("]")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByAssignment | None:
    """Where several processes run: ``-n 2 --dist loadgroup``."""
    return ByAssignment(config, log) if config.getvalue("dist") == "loadgroup" else None


# Those that take long come first: at the end no process waits for the other.
EVERY = sorted(ASSIGNMENTS, key=forms, reverse=True)


@pytest.fixture(scope="session", params=EVERY)
def graded(gradebook: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """An assignment, graded."""
    course = Course(tmp_path_factory.mktemp("course"), request.param)
    shutil.copy(gradebook, course.folder)
    course.nbgrader("generate_assignment", course.assignment)
    course.submit("stub", {})
    course.submit("solved", course.answers)
    course.submit("stripped", course.answers, strip_metadata)
    course.typed = dict(typed_packs(course))
    for student, ids in course.typed.items():
        course.submit(student, {answer(test): TYPED[course.exercise(test), id].strip() for test, id in ids.items()})
    course.nbgrader("autograde", course.assignment)
    course.nbgrader("generate_feedback", course.assignment)
    return course

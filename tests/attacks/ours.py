"""An attack against our grading, and what of it is seen from outside."""

from __future__ import annotations

import functools
import json
import os
import re
import resource
import socket
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import nbformat
import nbgrader.server_extensions.formgrader
from nbconvert.exporters import HTMLExporter

from attacks.arena import (
    ABSTRACT,
    BIG,
    FULL,
    MARK,
    PORT,
    Attack,
    beside,
    build,
    dangers,
    handed_in,
    shared_memory,
    shown,
    snapshot,
    told,
)
from rnncourse.grading.jail.forks import descendants
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.preprocessors import HideTestsInFeedback
from rnncourse.grading.submission import job

CONFIG = """\
c = get_config()
c.Grading.cell = c.Grading.test = 1.5
c.Grading.total = 15
c.Grading.memory = 256
c.Grading.disk = 32
c.Grading.preload = ["torch"]
"""
# Of TeX's, what leaves its place.
PAINTS = r"\\(?:raise|lower|bbox|rule|[rlc]lap|above|[hm]?(?:kern|space|skip) *\{? *-|\\ *\[ *-)"
MOST_MEMORY = 400 << 20  # by which the trusted process may grow
PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/usr", str(Path.home()), ".", tempfile.gettempdir())


class Outside:
    """A machine that would like to be reached: services that listen, the jail, and the folder of the courses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course("honest", None)
        self.spec = Course(folder / "honest").specs("hw")["hw"]
        self.nursery = job.nursery_of(self.spec)
        self.listening = [_listen(socket.AF_INET, ("127.0.0.1", PORT)), _listen(socket.AF_UNIX, ABSTRACT)]
        time.sleep(0.1)
        self.at_rest = len(self.processes())
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def course(self, name: str, attack: Attack | None) -> Course:
        """A course of its own for an attack."""
        build(self.folder / name, attack, CONFIG)
        return Course(self.folder / name)

    def processes(self) -> list[int]:
        """Everything that the jail runs."""
        return descendants(self.nursery._process.pid)

    def reached(self) -> bool:
        """Has somebody connected?"""
        found = False
        for service in self.listening:
            try:
                service.accept()[0].close()
                found = True
            except BlockingIOError:
                pass
        return found

    def __enter__(self) -> Outside:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        for service in self.listening:
            service.close()
        self.nursery.close()
        job._nurseries = {key: kept for key, kept in job._nurseries.items() if kept is not self.nursery}


def _listen(family: int, address: Any) -> socket.socket:
    service = socket.socket(family)
    service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        service.bind(address)
    except OSError:  # another run of these tests listens there
        service.bind(("127.0.0.1", 0) if family == socket.AF_INET else f"{address}-{os.getpid()}")
    service.listen()
    service.setblocking(False)
    return service


def attempt(attack: Attack, outside: Outside) -> list[str]:
    """Grade what the attack hands in, and an honest student after it: everything that should not be, in words."""
    course = outside.course(attack.name, attack)
    spec = course.specs("hw")["hw"]
    if total := attack.setting("TOTAL"):
        spec = replace(spec, times=replace(spec.times, total=total))
    before = snapshot(course.folder)
    jobs = {found.student: found for found in course.jobs("hw", ["mallory", "zoe"])}
    wrong = []
    if attack.setting("NOTHING", False):
        refused = [found.refused for found in course.submissions("hw", ["mallory"])]
        wrong += ["it was read"] if "mallory" in jobs else []
        wrong += [] if all(refused) and refused else ["nobody is told why it was not read"]
    else:
        found = jobs["mallory"]
        data = job.grade("mallory", found.submitted, spec, found.files)
        wrong += _wrong(attack, data, spec)
    after = job.Result.from_bytes(job.grade("zoe", jobs["zoe"].submitted, outside.spec, {}))
    wrong += [f"the next student: {after.scores} {after.stopped}"] if after.scores != FULL else []

    if snapshot(course.folder) != before:
        wrong.append("the course's folder was changed")
    wrong += [f"{path} was left" for place in PLACES for path in Path(place).glob(f"*{MARK}*")]
    wrong += ["a service was reached"] if outside.reached() else []
    wrong += ["shared memory was left"] if shared_memory() else []
    for _ in range(50):
        if len(left := outside.processes()) <= outside.at_rest:
            break
        time.sleep(0.1)
    else:
        wrong.append(f"{len(left) - outside.at_rest} processes were left")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - outside.memory) << 10
    if grown > MOST_MEMORY:
        wrong.append(f"the trusted process grew by {grown >> 20} MB")
    return wrong


def _wrong(attack: Attack, data: bytes, spec: job.Spec) -> list[str]:
    """What of a result should not be."""
    result = job.Result.from_bytes(data)
    wrong = beside(result.scores, attack)
    nbformat.validate(nbformat.from_dict(result.notebook))
    parts = result.__dict__ | {"notebook": shown(result.notebook), "digest": "", "sha256": ""}
    said = json.dumps(parts, ensure_ascii=False)
    wrong += [f"told: {secret}" for secret in told(said)]
    if MARK in said:
        wrong.append(f"it got where it must not: {said[max(0, said.index(MARK) - 80) :][:160]}")
    if len(data) > BIG:
        wrong.append(f"a result of {len(data)} bytes")
    if result.seconds > spec.times.total + 5:
        wrong.append(f"it took {result.seconds} s")
    if attack.setting("LOST", False) and not (result.unreadable or result.stopped):
        wrong.append("nobody is told why there are no points")
    if attack.setting("NOTED", False) and not result.suspicious:
        wrong.append("nobody is told to look")
    if attack.setting("PAGE", False):
        page = feedback(result.notebook)
        wrong += [f"page: {danger}" for danger in dangers(page, _honest_page(spec))]
        wrong += [f"page: painted over with {m}" for m in re.findall(PAINTS, page)]
    return wrong


@functools.lru_cache(1)
def _honest_page(spec: job.Spec) -> str:
    submitted = json.dumps(handed_in()).encode()
    return feedback(job.Result.from_bytes(job.grade("zoe", submitted, spec, {})).notebook)


def feedback(notebook: dict[str, Any]) -> str:
    """A graded notebook as nbgrader's feedback page shows it, without the points."""
    nb = nbformat.from_dict(notebook)
    for cell in nb.cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("grade"):
            settings.update(score=0, comment="")
    where = {"index": [], "student": "s", "first_name": "", "last_name": "", "assignment": "hw", "notebook": "hw"}
    scores = dict.fromkeys(("score", "max_score", "late_penalty", "mean", "task_score"), 0)
    page, _ = _exporter().from_notebook_node(nb, resources={"nbgrader": where | scores, "metadata": {"name": "hw"}})
    return str(page)


@functools.cache
def _exporter() -> HTMLExporter:
    home = Path(nbgrader.server_extensions.formgrader.__file__).parent
    return HTMLExporter(
        template_name="feedback",
        extra_template_basedirs=[str(home / "templates")],
        extra_template_paths=[str(home / "static" / "node_modules" / "bootstrap" / "dist" / "css")],
        preprocessors=[HideTestsInFeedback],
    )

"""One notebook, for somebody who learns alone: what each test says, and the points. No gradebook, no class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from rnncourse import assignments
from rnncourse.assignments import find_source
from rnncourse.grading.batch.jobs import Job
from rnncourse.grading.jail.bubblewrap import CONFINES
from rnncourse.grading.nbgrader.course import Course, imports
from rnncourse.grading.nbgrader.source import check
from rnncourse.grading.nbgrader.submitted import Submission, notebook_of
from rnncourse.grading.submission.graft import settings
from rnncourse.grading.submission.job import Result, Spec, grade
from rnncourse.grading.visible import Item, Report, heading

NO_KEY = b""  # whoever learns alone keeps no secret from themselves


def grade_file(path: Path, source: Path | None = None, jail: bool = True) -> Report:
    """Grade a notebook against the instructor's, which is found by its name when it is not given.

    Raises NoJailError; FileNotFoundError, ValueError and OSError for what cannot be read.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no notebook {path}")
    source = source or find_source(path)
    result = Result.from_bytes(_graded(path.resolve(), source, jail))
    cells = result.notebook["cells"]
    notes = [result.unreadable] if result.unreadable else [*result.mended]
    notes += [f"Your code was stopped: {why}." for why in result.stopped]
    person = sum(float(s["points"]) for s in map(settings, cells) if "points" in s and s["grade_id"] not in result.most)
    points, most = sum(result.scores.values()), sum(result.most.values())
    by = f"{assignments.version()}, {source.name} {result.graded_by['notebook']}"
    return Report(str(path), round(points, 2), most, person, _items(result), notes, by)


def _graded(path: Path, source: Path, jail: bool) -> bytes:
    """The result; nothing is written, so a course that others own will do, and its key is not needed."""
    folder = source.absolute().parent.parent.parent
    if (folder / "nbgrader_config.py").is_file():
        course = Course(folder)
        specs = course.specs(source.parent.name, jail, key=NO_KEY)
        if source.stem not in specs:
            raise FileNotFoundError(f"no notebook {source}")
        spec, job = specs[source.stem], course.job(Submission("you", source.stem, path))
    else:
        text = source.read_text(encoding="utf-8")
        check(source.stem, text)
        spec = Spec(text, NO_KEY, tuple(sorted(imports(text))), confines=replace(CONFINES, jail=jail))
        job = Job("you", source.stem, notebook_of(path), {})
    return grade(job.student, job.submitted, spec, job.files)


def _items(result: Result) -> list[Item]:
    found: list[Item] = []
    errors: list[str] = []
    title = ""
    for cell in result.notebook["cells"]:
        name, outputs = settings(cell).get("grade_id", ""), cell.get("outputs", [])
        if cell["cell_type"] == "markdown" and not settings(cell).get("solution"):
            title = heading(cell["source"]) or title
        elif name in result.most:
            says = errors + [text for output in outputs if (text := _text(output))]
            points, reports = result.scores.get(name, 0.0), result.reports.get(name, [])
            found.append(Item(name, title or name, points, result.most[name], says, reports))
            errors = []
        else:
            errors += [f"Your cell: {_text(output)}" for output in outputs if output["output_type"] == "error"]
    return found


def _text(output: dict[str, Any]) -> str:
    """What a test printed or showed, or the last line of its error: a traceback would quote the test."""
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}".rstrip(": ")
    if output["output_type"] == "stream":
        return str(output["text"]).strip()
    return str(output["data"].get("text/plain", "")) if output["output_type"] == "display_data" else ""

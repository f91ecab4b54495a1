"""Exercises that are checked in the page: the directives ``exercise`` and ``answers``, and the pages' scripts.

Task, stub and solution of an exercise stand in the assignment's notebook and nowhere else; ``{exercise} rnn.cell`` in a
chapter shows them. The notebook of a page has them as ordinary cells (``course_notebooks``).
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from course_assets import digest
from course_node import ROOT, WORKER
from course_runtime import loaders, provide
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import ENUM
from sphinx.util.docutils import SphinxDirective

from rnncourse.assignments import STUBS, release, released
from rnncourse.chapters import chapters
from rnncourse.checks import page
from rnncourse.results import kept as kept_results

SOURCES = ROOT / "book" / "_live"
SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n(.*?)^[ \t]*### END SOLUTION[ \t]*$", re.DOTALL | re.MULTILINE)
DISPLAY = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
BESIDE = re.compile(r",?\s*\\qquad")
TITLE = re.compile(r"^#+ \d+ · (.+?) \([\d.]+ points?\)\n+")


@dataclass(frozen=True)
class Described:
    """An exercise as its assignment describes it."""

    name: str
    cell: str  # the notebook's name for the cell of the answer
    title: str
    task: str
    stub: str
    solution: str
    setup: str  # what the notebook runs before all answers

    @property
    def chapter(self) -> str:
        """The chapter, and the assignment."""
        return self.name.partition(".")[0]


def only_solution(text: str) -> str:
    """A cell as it stands in the instructor's notebook, without the marks around the solution."""
    return SOLUTION.sub(lambda found: found[2].rstrip("\n"), text)


@functools.cache
def described(path: Path, changed: float) -> dict[str, Described]:
    """The exercises of a notebook by their names; ``changed`` is when the file did."""
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    found = {}
    for id, source in cells.items():
        asked = re.search(r'^grade\("([\w.]+)"', source, re.MULTILINE)
        if asked is None or not id.endswith("-test"):
            continue
        task, answer = (cells[id.removesuffix("test") + kind] for kind in ("task", "answer"))
        title = TITLE.match(task)
        if title is None:
            raise ValueError(f"{path}: the task of {asked[1]} does not begin with a number, a title and points")
        text = task[title.end() :]
        setup = cells["setup"]
        solution, cell = only_solution(answer), id.removesuffix("test") + "answer"
        found[asked[1]] = Described(asked[1], cell, title[1], text, released(answer, STUBS[0], True), solution, setup)
    return found


def all_described() -> dict[str, Described]:
    """The exercises of all chapters that have an assignment."""
    found: dict[str, Described] = {}
    for chapter in chapters(ROOT):
        if chapter.assignment.is_file():
            found |= described(chapter.assignment, chapter.assignment.stat().st_mtime)
    return found


def narrow(task: str) -> str:
    """Formulas beside each other stand below each other: a page can be a phone's."""

    def below(found: re.Match[str]) -> str:
        lines = BESIDE.sub(r" \\\\ ", found[1])
        return f"$$\\begin{{gathered}}{lines}\\end{{gathered}}$$" if lines != found[1] else found[0]

    return DISPLAY.sub(below, task)


def raw(text: str, **more: str) -> nodes.raw:
    """HTML as it is; other builders leave it out."""
    return nodes.raw("", text, format="html", **more)


def progress(role: str, source: str, text: str, *_: Any, **__: Any) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """The role ``progress``: how many exercises of a chapter the reader has solved, known in the browser alone."""
    return [raw(f'<span class="progress-of" data-progress="{escape(text)}"></span>')], []


def button(kind: str, text: str, hidden: bool = False) -> str:
    """A button that its script switches on."""
    state = "hidden" if hidden else "disabled"
    return f'<button type="button" class="btn btn-sm exercise-{kind}" {state}>{text}</button>'


class Exercise(SphinxDirective):
    """Task, editor with the stub, report, folded solution."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The parts; what is dynamic is filled in by ``book/_live/exercise.js``."""
        name = self.arguments[0]
        found = all_described().get(name)
        if found is None:
            raise self.error(f"no assignment has an exercise {name!r}")
        path = next(c.assignment for c in chapters(ROOT) if c.name == found.chapter)
        self.env.note_dependency(str(path))
        level, place = 1, self.state_machine.node  # of its heading: one below that of the section around it
        while place is not None:
            level, place = level + isinstance(place, nodes.section), place.parent
        title = nodes.container()
        self.state.nested_parse(StringList([found.title]), self.content_offset, title)
        task = nodes.container()
        self.state.nested_parse(StringList(narrow(found.task).splitlines()), self.content_offset, task)
        id = f"exercise-{name.replace('.', '-').replace('_', '-')}"
        [heading] = title.children
        rows = found.stub.count("\n") + 4
        shown: list[nodes.Node] = [
            raw(
                f'<section class="exercise" id="{id}" data-exercise="{name}" aria-labelledby="{id}-title">'
                f'<div class="exercise-title" id="{id}-title" role="heading" aria-level="{level}">',
                exercise=name,  # `course_notebooks` tells it in its own way, from here to the end
            ),
            *heading.children,
            raw('<span class="exercise-mark" hidden>✓ solved</span></div>'),
            *task.children,
            raw(
                f'<div class="exercise-editor" style="--rows:{rows}"><textarea class="exercise-code" rows="{rows}" '
                f'autocapitalize="off" autocomplete="off" spellcheck="false" aria-label="Your answer: {escape(name)}">'
                f"{escape(found.stub)}</textarea></div>"
                f'<div class="exercise-buttons">{button("check", "Check")}{button("reset", "Reset")}'
                '<span class="exercise-note" role="status">Check loads Python into this page, once.</span></div>'
                '<div class="exercise-report"></div>'
                f"{button('wrong', 'This hint is wrong', hidden=True)}"
            ),
        ]
        when = self.config.solutions
        if when != "none":
            hidden = "" if when == "open" else " hidden"
            code = nodes.literal_block(found.solution, found.solution, language="python")
            shown += [
                raw(f'<details data-when="{when}"{hidden}><summary>Solution</summary>'),
                code,
                raw("</details>"),
            ]
        return [*shown, raw("</section>", exercise="")]


class Answers(SphinxDirective):
    """The chapter's answers as the assignment's notebook, out and in; how many are right."""

    required_arguments = 1
    option_spec = {"class": directives.class_option}  # noqa: RUF012 - docutils' own form

    def run(self) -> list[nodes.Node]:
        """Filled in by ``book/_live/answers.js``."""
        chapter = self.arguments[0]
        return [
            raw(
                f'<div class="answers" data-chapter="{escape(chapter)}">'
                '<button type="button" class="btn btn-sm answers-out" disabled>Save my answers as a notebook</button>'
                '<label class="answers-file">Take answers from a notebook '
                '<input type="file" class="answers-in" accept=".ipynb" disabled></label>'
                '<span class="answers-said" role="status"></span>'
                f'<span class="progress-of" data-progress="{escape(chapter)}"></span></div>'
            )
        ]


def write_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Bundle the scripts and put beside them what they load, then Python."""
    if exception is not None or app.builder.name != "html":
        return
    folder, kept = Path(app.outdir, "live"), Path(app.outdir).parent.parent / "_cache" / "python"
    known = all_described()
    size = provide(folder / "python", kept) if known else 0
    about = [
        {"name": e.name, "chapter": e.chapter, "cell": e.cell, "stub": e.stub, "setup": e.setup}
        | {"stopped": page.stopped(e.name)}
        for e in known.values()
    ]
    texts = {"exercises.json": json.dumps(about)}
    computed_with = {name for names in loaders().values() for name in names}
    for path in sorted((ROOT / "results").glob("*/*.json")):
        document = kept_results.read(path) | {"definitions": {}}
        if f"{path.parent.name}/{path.stem}" not in computed_with:
            document["weights"] = {}  # the tables of pages need no more
        texts[f"results-{path.parent.name}-{path.stem}.json"] = json.dumps(document)
    for chapter in chapters(ROOT):
        if chapter.assignment.is_file():
            texts[f"{chapter.name}.ipynb"] = json.dumps(
                release(json.loads(chapter.assignment.read_text(encoding="utf-8")))
            )
    sources = sorted(SOURCES.glob("*.js"))
    lock = (ROOT / "package-lock.json").read_bytes()
    listed = folder / "python" / "runtime.json"
    version = digest(*(p.read_bytes() for p in sources), lock, *texts.values(), listed.read_bytes() if size else b"")
    made = folder / "version"
    if made.is_file() and made.read_text() == version:
        return
    for path in folder.glob("*.*"):
        path.unlink()
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = json.loads(listed.read_text(encoding="utf-8"))["files"].values() if size else ()
    more = sum(file["bytes"] for file in files if file["for"])
    values = {"VERSION": json.dumps(version), "BYTES": str(size), "MORE": str(more), "LIMIT": str(page.LIMIT)}
    entries = [str(SOURCES / name) for name in ("main.js", "worker.js")]
    answer = WORKER.request("bundle", entries=entries, folder=str(folder), define=values)
    if "error" in answer:
        raise ValueError(f"scripts cannot be bundled: {answer['error']}")
    made.write_text(version)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_config_value("solutions", "after", "env", types=ENUM("open", "after", "none"))
    app.add_directive("exercise", Exercise)
    app.add_directive("answers", Answers)
    app.add_role("progress", progress)
    app.connect("build-finished", write_scripts, priority=800)  # before the pages are tuned, which name the script
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

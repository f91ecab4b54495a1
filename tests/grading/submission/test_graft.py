"""What a student wrote is graded or kept, wherever an editor has put it; needs bubblewrap.

nbgrader's own preprocessors make what is released, and its own function says whether a person is asked.
"""

from __future__ import annotations

import copy
import io
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from nbgrader.utils import compute_checksum, determine_grade

from rnncourse.chapters import chapters
from rnncourse.grading.jail.bubblewrap import Confines
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.submission import job, reader
from rnncourse.grading.submission.graft import graft
from rnncourse.grading.submission.session import Times

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
Notebook = dict[str, Any]


def cell(kind: str, name: str, source: str, **settings: Any) -> dict[str, Any]:
    meta = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False}
    metadata = {"nbgrader": meta | {"cell_type": kind} | settings} if settings or name == "setup" else {}
    made = {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def solved(head: str, body: str) -> str:
    return f"{head}\n    {BEGIN}\n    {body}\n    {END}"


ANSWER: dict[str, Any] = {"solution": True, "locked": False}
CELLS = [
    cell("markdown", "intro", "# A notebook\n\nWrite functions."),
    cell("code", "setup", "import numpy as np\nSCALE = 2"),
    cell("markdown", "double-task", "## Double"),
    cell("code", "double-answer", solved("def double(x):", "return SCALE * x"), **ANSWER),
    cell(
        "code",
        "double-test",
        "### BEGIN HIDDEN TESTS\nassert double(2) == 4\n### END HIDDEN TESTS\nassert double(1) == 2",
        grade=True,
        points=2,
    ),
    cell("markdown", "four-task", "## Four times"),
    cell("code", "four-answer", solved("def four(x):", "return double(double(x))"), **ANSWER),
    cell("code", "four-test", "assert four(np.array([1.0])) == 4", grade=True, points=3),
    cell("markdown", "why-task", "## Why is this so?"),
    cell("markdown", "why", f"{BEGIN}\nBecause.\n{END}", grade=True, points=5, **ANSWER),
    cell("markdown", "play-task", "## Play"),
    cell("code", "play", "double(3)"),
]
SOURCE: Notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": CELLS}
SPEC = job.Spec(json.dumps(SOURCE), b"key", times=Times(cell=10, test=10, total=120), confines=Confines(memory=2**28))
FULL = {"double-test": 2.0, "four-test": 3.0}
RIGHT = {
    "double-answer": "def double(x):\n    return SCALE * x",
    "four-answer": "def four(x):\n    return double(double(x))",
}
WORDS, MORE = "MYWORDS the model copies its input", "and says one symbol for ever"


@pytest.fixture(scope="module", autouse=True)
def nursery(jailed: None) -> Iterator[None]:
    with job.nursery_of(SPEC):
        yield


def released(source: Notebook, config: Any = None) -> Notebook:
    """As nbgrader releases it."""
    notebook: Any = nbformat.reads(json.dumps(source), as_version=4)
    for kind in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        notebook, _ = kind(config=config).preprocess(notebook, {})
    for each in notebook.cells:
        if "nbgrader" in each.metadata:
            each.metadata.nbgrader.checksum = compute_checksum(each)
    return json.loads(json.dumps(notebook))  # type: ignore[no-any-return]


RELEASED = released(SOURCE)


def handed_in(why: str = "", **answers: str) -> Notebook:
    notebook = copy.deepcopy(RELEASED)
    for each in notebook["cells"]:
        each["source"] = (RIGHT | answers).get(each["id"], each["source"])
    at(notebook, "why")["source"] = why or at(notebook, "why")["source"]
    return notebook


def at(notebook: Notebook, name: str) -> Any:
    return next(each for each in notebook["cells"] if each.get("id") == name)


def stub(name: str) -> str:
    return str(at(RELEASED, name)["source"])


def below(notebook: Notebook, name: str, *made: Any, more: int = 1) -> None:
    place = notebook["cells"].index(at(notebook, name)) + more
    notebook["cells"][place:place] = made


def added(kind: str, source: str, **more: Any) -> dict[str, Any]:
    made = {"cell_type": kind, "id": f"own-{zlib.crc32(source.encode())}", "metadata": {}, "source": source, **more}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def twin(notebook: Notebook, name: str, source: str, **more: Any) -> dict[str, Any]:
    """A copy with all metadata, as JupyterLab's paste and split make it."""
    return copy.deepcopy(at(notebook, name)) | {"id": f"{name}-twin", "source": source, **more}


def graded(notebook: Notebook | bytes, spec: job.Spec = SPEC) -> job.Result:
    submitted = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    result = job.Result.from_bytes(job.grade("ada", submitted, spec))
    nbformat.validate(nbformat.from_dict(result.notebook))
    return result


def automatic(result: job.Result, name: str = "why") -> float | None:
    """The points that nbgrader gives for a question without asking anybody."""
    found: Any = next(c for c in result.notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)
    found["metadata"]["nbgrader"]["checksum"] = at(RELEASED, name)["metadata"]["nbgrader"]["checksum"]
    points: float | None = determine_grade(nbformat.from_dict(found))[0]
    return points


def shown(result: job.Result) -> str:
    return "\n".join(c["source"] for c in result.notebook["cells"])


# --- the outside authority


@pytest.mark.parametrize("assignment", [each.name for each in chapters(ASSIGNMENTS.parent) if each.graded])
def test_what_was_released_is_known(assignment: str) -> None:
    course = Course(ASSIGNMENTS)
    spec_stubs = course.stubs()
    source = json.loads((ASSIGNMENTS / "source" / assignment / f"{assignment}.ipynb").read_text("utf-8"))
    handed = json.dumps(released(source, course.config)).encode()
    found = graft(source, handed, spec_stubs)
    assert found.mended == []
    changed = json.loads(handed)
    for each in changed["cells"]:  # untouched is what nothing but names tell
        each["metadata"], each["id"] = {}, "x"
    found = graft(source, json.dumps(changed).encode(), spec_stubs)
    assert [sentence.partition(",")[0] for sentence in found.mended] == ["The notebook has lost the names of its cells"]
    assert [c for c in found.cells if c.original is None] == []


def test_nothing_is_said_of_a_notebook_as_it_should_be() -> None:
    result = graded(handed_in(WORDS))
    assert (result.scores, result.mended, result.suspicious) == (FULL, [], [])
    assert automatic(result) is None


def test_a_question_left_alone_gets_nothing_and_asks_nobody() -> None:
    result = graded(handed_in())
    assert result.mended == []
    assert automatic(result) == 0


# --- text


def question(change: Callable[[Notebook], None]) -> Callable[[], Notebook]:
    def made() -> Notebook:
        notebook = handed_in()
        change(notebook)
        return notebook

    return made


def written(notebook: Notebook, **more: Any) -> None:
    at(notebook, "why").update({"source": WORDS, **more})


def split(notebook: Notebook, first: str = WORDS, second: str = MORE) -> None:
    below(notebook, "why", twin(notebook, "why", second))
    written(notebook, source=first)


def anonymous(notebook: Notebook) -> Notebook:
    """Without ids and metadata, as some editors save it."""
    for i, each in enumerate(notebook["cells"]):
        each["metadata"], each["id"] = {}, f"x{i}"
    return notebook


def into(notebook: Notebook, name: str, text: str) -> None:
    at(notebook, name)["source"] += text


TEXTS: dict[str, Callable[[Notebook], Any]] = {
    "below": lambda nb: below(nb, "why", added("markdown", WORDS)),
    "below, raw": lambda nb: below(nb, "why", added("raw", WORDS)),
    "below, code": lambda nb: below(nb, "why", added("code", f"# {WORDS}")),
    "above": lambda nb: below(nb, "why", added("markdown", WORDS), more=0),
    "at the end": lambda nb: nb["cells"].append(added("markdown", WORDS)),
    "split": split,
    "split at the end": lambda nb: split(nb, WORDS, ""),
    "split at the beginning": lambda nb: split(nb, "", WORDS),
    "a copy": lambda nb: below(nb, "why", twin(nb, "why", WORDS)),
    "a copy above": lambda nb: below(nb, "why", twin(nb, "why", WORDS), more=0),
    "raw": lambda nb: written(nb, cell_type="raw"),
    "code": lambda nb: written(nb, cell_type="code", outputs=[], execution_count=None),
    "metadata lost": lambda nb: written(nb, metadata={}),
    "id lost": lambda nb: written(nb, id="other"),
    "both lost": lambda nb: written(nb, id="other", metadata={}),
    "all lost": lambda nb: (written(nb), anonymous(nb)),
    "all lost, raw": lambda nb: (written(nb, cell_type="raw"), anonymous(nb)),
    "all lost, split": lambda nb: (split(nb), anonymous(nb)),
    "into the question": lambda nb: into(nb, "why-task", f"\n\n{WORDS}"),
    "into the question, which was changed": lambda nb: at(nb, "why-task").update(source=f"## Why?\n{WORDS}"),
    "into the next instructions": lambda nb: into(nb, "play-task", f"\n\n{WORDS}"),
    "in lines": lambda nb: written(nb, source=[f"{WORDS}\r\n", MORE]),
}


@pytest.mark.parametrize("where", TEXTS)
def test_text_is_kept_and_a_person_reads_it(where: str) -> None:
    result = graded(question(TEXTS[where])())
    assert shown(result).count(WORDS) == 1
    assert ("split" in where and "at the" not in where) <= (MORE in shown(result))
    assert automatic(result) is None
    assert result.scores == FULL
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in result.notebook["cells"]]
    task = next(i for i, c in enumerate(result.notebook["cells"]) if c["source"].startswith("## Why is this so?"))
    assert abs(names.index("why") - task) <= 2
    text = next(i for i, c in enumerate(result.notebook["cells"]) if WORDS in c["source"])
    assert text > task
    assert len(result.mended) <= 2


@pytest.mark.parametrize("name", ["intro", "setup", "double-task", "double-answer", "double-test", "four-task"])
def test_text_elsewhere_is_kept_at_its_place(name: str) -> None:
    notebook = handed_in()
    below(notebook, name, added("markdown", WORDS, attachments={}), added("raw", "RAW <b>text</b>"))
    result = graded(notebook)
    assert (
        automatic(result) is None
    )  # nothing stands in the question's own cell: whether this answers it, a person says
    sources = [c["source"] for c in result.notebook["cells"]]
    place = sources.index(WORDS)
    assert sources[place + 1] == "RAW < b>text< /b>"
    assert sources[place - 1].partition("\n")[0] in SPEC.notebook
    assert result.notebook["cells"][place + 1]["cell_type"] == "markdown"  # a raw cell is HTML in a page
    said = "Nothing stands in 'why', but there is text of the student's own elsewhere: read it too."
    assert (result.scores, result.mended) == (FULL, [said])
    notebook = handed_in(WORDS)
    below(notebook, name, added("markdown", MORE))
    assert graded(notebook).mended == []  # where the question is answered, it is a note


def test_pictures_stay_with_the_text_that_shows_them() -> None:
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
    notebook = handed_in("![one](attachment:image.png)")
    at(notebook, "why")["attachments"] = {"image.png": {"image/png": png}}
    more = {"attachments": {"image.png": {"image/png": png}}}
    below(notebook, "why", added("markdown", "![two](attachment:image.png)", **more))
    result = graded(notebook)
    texts = [c for c in result.notebook["cells"] if "](attachment:image.png)" in c["source"]]
    assert [sorted(c["attachments"]) for c in texts] == [["image.png"]] * 2


def test_a_students_own_text_has_an_end() -> None:
    notebook = handed_in(WORDS)
    notebook["cells"] += [added("markdown", f"{i} " + "x" * 150_000) for i in range(9)]
    result = graded(notebook)
    assert len(shown(result)) < 500_000
    assert "What is longer than 200,000 characters was cut." in result.mended


# --- code

FIRST, SECOND = "def double(x):\n    y = SCALE * x", "    return y"
HELPER = "def twice(x):\n    return SCALE * x"


def replace(notebook: Notebook, name: str, *sources: str) -> None:
    """A cell's copies, with all metadata."""
    below(notebook, name, *(twin(notebook, name, source, id=f"{name}-{i}") for i, source in enumerate(sources)))
    notebook["cells"].remove(at(notebook, name))


def remove(notebook: Notebook, *names: str) -> None:
    for name in names:
        notebook["cells"].remove(at(notebook, name))


def moved(notebook: Notebook, place: int, *names: str, kind: str = "code") -> None:
    """An answer in a cell of its own, and the released cell as it was."""
    source = "\n\n\n".join(RIGHT[name] for name in names)
    notebook["cells"].insert(place, added(kind, source))
    for name in names:
        at(notebook, name)["source"] = stub(name)


def merged(notebook: Notebook, into: str, *names: str) -> None:
    """Cells merged into one of them, as JupyterLab merges."""
    sources = [at(notebook, name)["source"] for name in names]
    at(notebook, into)["source"] = "\n\n".join(sources)
    remove(notebook, *(name for name in names if name != into))


def changed(notebook: Notebook, name: str, **more: Any) -> None:
    at(notebook, name).update(more)


def windows(notebook: Notebook, end: str = "\r\n") -> None:
    for each in notebook["cells"]:
        each["source"] = each["source"].replace("\n", end)


MATH = "def double(x):\n    return math.prod([SCALE, 1]) * x"
CODES: dict[str, tuple[Callable[[Notebook], Any], str]] = {  # what was done, what is said of it
    "turned into Markdown": (lambda nb: changed(nb, "double-answer", cell_type="markdown"), "another kind"),
    "turned into raw": (lambda nb: changed(nb, "double-answer", cell_type="raw"), "another kind"),
    "Markdown, found by id": (lambda nb: changed(nb, "four-answer", cell_type="markdown", metadata={}), "another kind"),
    "a stub copied below": (
        lambda nb: replace(nb, "double-answer", RIGHT["double-answer"], stub("double-answer")),
        "the one that was written in counts",
    ),
    "a stub copied above": (
        lambda nb: replace(nb, "double-answer", stub("double-answer"), RIGHT["double-answer"]),
        "the one that was written in counts",
    ),
    "a stub without metadata": (lambda nb: below(nb, "double-answer", added("code", stub("double-answer"))), ""),
    "split between functions": (
        lambda nb: replace(nb, "four-answer", HELPER, "def four(x):\n    return twice(twice(x))"),
        "all parts",
    ),
    "split in a function": (lambda nb: replace(nb, "double-answer", FIRST, SECOND), "was joined again"),
    "split in three": (
        lambda nb: replace(nb, "double-answer", "def double(x):", "    y = SCALE * x", SECOND),
        "was joined again",
    ),
    "split, the rest empty": (lambda nb: replace(nb, "double-answer", RIGHT["double-answer"], ""), "the one that was"),
    "split before else": (
        lambda nb: replace(
            nb, "double-answer", "if SCALE:\n    def double(x):\n        return SCALE * x", "else:\n    double = 1"
        ),
        "was joined again",
    ),
    "split, the second half without metadata": (
        lambda nb: (changed(nb, "double-answer", source=FIRST), below(nb, "double-answer", added("code", SECOND))),
        "was joined again",
    ),
    "an indented cell below": (lambda nb: below(nb, "double-answer", added("code", "  print(double(4))")), ""),
    "an older version": (
        lambda nb: replace(nb, "double-answer", "def double(x):\n    return 0", RIGHT["double-answer"]),
        "all parts",
    ),
    "tried out in a copy": (lambda nb: below(nb, "play", twin(nb, "double-answer", "print(double(8))")), "all parts"),
    "solved above": (lambda nb: moved(nb, 3, "double-answer"), "another cell"),
    "solved between": (lambda nb: moved(nb, 4, "double-answer"), "another cell"),
    "solved at the end": (lambda nb: moved(nb, 12, "double-answer"), "another cell"),
    "all solved above": (lambda nb: moved(nb, 2, "double-answer", "four-answer"), "other cells"),
    "all solved at the end": (lambda nb: moved(nb, 12, "double-answer", "four-answer"), "other cells"),
    "solved above, released cell deleted": (
        lambda nb: (moved(nb, 3, "double-answer"), remove(nb, "double-answer")),
        "had lost its name",
    ),
    "solved at the end, released cell deleted": (
        lambda nb: (moved(nb, 12, "double-answer"), remove(nb, "double-answer")),
        "another cell",
    ),
    "two answers in the first": (
        lambda nb: merged(nb, "double-answer", "double-answer", "four-answer"),
        "another cell",
    ),
    "two answers in the second": (lambda nb: merged(nb, "four-answer", "double-answer", "four-answer"), "another cell"),
    "merged with its test": (lambda nb: merged(nb, "double-answer", "double-answer", "double-test"), "put back"),
    "merged into its test": (lambda nb: merged(nb, "double-test", "double-answer", "double-test"), "put back"),
    "written into the test": (
        lambda nb: (
            changed(nb, "four-test", source=RIGHT["four-answer"] + "\n" + at(nb, "four-test")["source"]),
            changed(nb, "four-answer", source=stub("four-answer")),
        ),
        "The cell 'four-test' was changed",
    ),
    "moved below its test": (
        lambda nb: nb["cells"].append(nb["cells"].pop(nb["cells"].index(at(nb, "double-answer")))),
        "",
    ),
    "an import in the set-up": (
        lambda nb: (into(nb, "setup", "\nimport math"), changed(nb, "double-answer", source=MATH)),
        "The cell 'setup' was changed",
    ),
    "an import in a set-up that was changed": (
        lambda nb: (
            changed(nb, "setup", source="import numpy\nimport math\nSCALE = 3"),
            changed(nb, "double-answer", source=MATH),
        ),
        "The cell 'setup' was changed",
    ),
    "a set-up broken": (lambda nb: changed(nb, "setup", source="import numpy as np\nSCALE ="), "'setup' was changed"),
    "a set-up turned raw": (lambda nb: changed(nb, "setup", cell_type="raw"), "'setup' was changed"),
    "tests changed": (lambda nb: [changed(nb, n, source="pass") for n in FULL], "The cells 'double-test', 'four-test'"),
    "names changed": (
        lambda nb: [c["metadata"].get("nbgrader", {}).update(grade_id="x") for c in nb["cells"]],
        "renamed",
    ),
    "Windows": (windows, ""),
    "old Macs": (lambda nb: windows(nb, "\r"), ""),
    "a mark in front": (lambda nb: changed(nb, "double-answer", source=f"\ufeff{RIGHT['double-answer']}"), ""),
    "blanks at the ends": (lambda nb: windows(nb, "  \n"), ""),
    "quotes of Windows": (lambda nb: into(nb, "double-answer", "  # it\x92s \x0c \x0b \u2028 \u00a0"), ""),
    "tabs": (lambda nb: changed(nb, "double-answer", source=RIGHT["double-answer"].replace("    ", "\t")), ""),
}


@pytest.mark.parametrize("mishap", CODES)
@pytest.mark.parametrize("editor", ["", "lost", "Colab", "Deepnote"])
def test_honest_code_keeps_its_points(mishap: str, editor: str) -> None:
    change, said = CODES[mishap]
    notebook = handed_in(WORDS)
    change(notebook)
    if editor:
        EDITORS[editor](notebook)
    result = graded(notebook)
    assert result.scores == FULL, result.mended
    assert result.suspicious == []
    assert WORDS in shown(result)
    assert not any("counts as empty" in sentence for sentence in result.mended)
    assert len(result.mended) == len(set(result.mended)) <= 5
    if not editor:
        assert any(said in sentence for sentence in result.mended) if said else result.mended == []
        wrote = {line.strip() for c in notebook["cells"] for line in "".join(c["source"]).splitlines()}
        there = {line.strip() for line in shown(result).splitlines()} | {
            line.strip() for line in SPEC.notebook.split("\\n")
        }
        released_lines = {line.strip() for c in RELEASED["cells"] for line in c["source"].splitlines()}
        assert {line.lstrip("\ufeff") for line in wrote} <= there | released_lines


def colab(notebook: Notebook) -> None:
    """Ids in the metadata, outputs of its own."""
    for each in notebook["cells"]:
        each["metadata"] = each["metadata"] | {"id": each.pop("id"), "colab": {"base_uri": "https://localhost:8080/"}}
        each["source"] = each["source"].splitlines(keepends=True)
    notebook["nbformat_minor"] = 0


def deepnote(notebook: Notebook) -> None:
    """Ids and metadata of its own alone."""
    for i, each in enumerate(notebook["cells"]):
        each["metadata"] = {"cell_id": f"{i:032x}", "deepnote_cell_type": each["cell_type"], "tags": []}
        each["id"] = f"{i:032x}"[-8:]


EDITORS: dict[str, Callable[[Notebook], Any]] = {"lost": anonymous, "Colab": colab, "Deepnote": deepnote}


def test_a_notebook_that_lost_its_names_is_told_so_in_one_sentence() -> None:
    notebook = anonymous(handed_in(WORDS))
    for each in notebook["cells"]:
        del each["id"]
    result = graded(notebook | {"nbformat_minor": 0})
    assert result.scores == FULL
    assert [sentence.partition(",")[0] for sentence in result.mended] == [
        "The notebook has lost the names of its cells"
    ]
    assert shown(result).count("def double") == 1


def test_an_answer_that_was_not_written_is_named_once() -> None:
    notebook = handed_in(WORDS)
    remove(notebook, "double-answer")
    result = graded(notebook)
    assert result.mended == ["The answer cell 'double-answer' was missing and counts as empty."]
    assert result.scores == {"double-test": 0, "four-test": 0}


def test_a_scratch_cell_takes_no_names_from_others() -> None:
    """What is no function is not run above its place, even where its name is an answer's that was left."""
    notebook = handed_in(WORDS)
    changed(notebook, "double-answer", source=f"SCALE = 2\n{RIGHT['double-answer']}")
    changed(notebook, "four-answer", source=stub("four-answer"))
    below(notebook, "play", added("code", "four = 4\nSCALE = 5\ndouble = None"))
    result = graded(notebook)
    assert result.scores == {"double-test": 2, "four-test": 0}


@pytest.mark.parametrize("weaker", ["np = None\nSCALE = 0", "assert_equal = len = print = max"])
def test_a_changed_set_up_changes_nothing_for_tests(weaker: str) -> None:
    notebook = handed_in(WORDS, **{"four-answer": "def four(x):\n    return [9.0]"})
    into(notebook, "setup", f"\n{weaker}")
    result = graded(notebook)
    assert result.scores == {"double-test": 2, "four-test": 0}


# --- long files


def test_outputs_are_thrown_away_however_long() -> None:
    notebook = handed_in(WORDS)
    figure = {"output_type": "display_data", "metadata": {}, "data": {"text/html": 'A"\\\n' * 6_000_000}}
    at(notebook, "play")["outputs"] = [figure]
    notebook["metadata"]["widgets"] = {"state": "A" * 6_000_000}
    result = graded(notebook)
    assert (result.scores, result.mended, result.unreadable) == (FULL, [], "")
    assert WORDS in shown(result)


def test_what_is_too_long_is_told_its_size() -> None:
    notebook = handed_in("x" * (40 << 20))
    result = graded(notebook)
    assert result.unreadable.startswith("The file has 40 MB.")
    assert set(result.scores.values()) == {0.0}


def test_pictures_that_are_too_large_cost_no_answer() -> None:
    notebook = handed_in(f"{WORDS} ![](attachment:a.png)")
    at(notebook, "why")["attachments"] = {"a.png": {"image/png": "A" * (30 << 20)}}
    result = graded(notebook)
    assert result.scores == FULL
    assert WORDS in shown(result)
    assert result.mended == ["Pictures that were pasted into the notebook are too large together and were left out."]


@pytest.mark.parametrize("piece", [b"[", b"[],", b'"",', b'{"a":[', b'"\\\\', b'\\"', b"\xff"])
@pytest.mark.parametrize("where", [b'{"cells":[{"outputs":', b'{"cells":[', b'{"cells":[{"source":', b""])
def test_a_long_file_that_is_no_notebook_is_refused(
    monkeypatch: pytest.MonkeyPatch, piece: bytes, where: bytes
) -> None:
    """With all limits a sixteenth of what they are; the tests above have files as long as the true ones ask for."""
    for limit in ("MOST_BYTES", "MOST_FILE", "MOST_TOKENS", "MOST_ATTACHED"):
        monkeypatch.setattr(reader, limit, getattr(reader, limit) // 16)
    with pytest.raises(reader.UnreadableError):
        reader.cells_of(where + piece * ((20 << 16) // len(piece)))


def test_a_long_file_is_read_in_pieces(tmp_path: Path) -> None:
    """From a file as from memory; the size that is told is the file's."""

    class Counted(io.BytesIO):
        most = 0

        def read(self, size: int | None = -1, /) -> bytes:
            found = super().read(size)
            self.most = max(self.most, len(found))
            return found

    notebook = handed_in(WORDS)
    at(notebook, "play")["outputs"] = [{"data": "A" * (50 << 20)}]
    file = Counted(json.dumps(notebook).encode())
    short = reader.shortened(file)
    assert file.most <= reader.MOST_BYTES + 1
    assert len(short) < 20_000
    assert graded(short).scores == FULL


# --- what a person reads that is no text


def by_hand(name: str, kind: str, source: str, **more: Any) -> tuple[Notebook, Notebook]:
    """A notebook with one such cell in the place of the question; and as it is released."""
    source_cells = [cell(kind, name, source, points=4, **more) if c["id"] == "why" else c for c in CELLS]
    made = SOURCE | {"cells": source_cells}
    return made, released(made)


def test_code_that_a_person_reads_may_stand_below_its_cell() -> None:
    source, handed = by_hand("plot", "code", f"{BEGIN}\n1 + 1\n{END}", grade=True, **ANSWER)
    untouched = at(handed, "plot")["source"]
    checksum = at(handed, "plot")["metadata"]["nbgrader"]["checksum"]
    for own, asked in (([], False), ([added("code", "print('mine')")], True), ([added("markdown", WORDS)], True)):
        notebook = copy.deepcopy(handed)
        below(notebook, "plot", *own)
        found = next(c for c in graft(source, json.dumps(notebook).encode()).cells if c.grade_id == "plot")
        made = cell("code", "plot", found.source, grade=True, points=4, checksum=checksum, **ANSWER)
        assert (determine_grade(nbformat.from_dict(made))[0] is None) is asked
        assert found.source.startswith(untouched)


def test_a_task_is_put_back_and_what_is_written_below_it_stays() -> None:
    source, handed = by_hand("draw", "markdown", "Draw it.", task=True)
    below(handed, "draw", added("markdown", WORDS))
    found = graft(source, json.dumps(handed).encode())
    assert [c.source for c in found.cells][9:11] == ["Draw it.", WORDS]
    assert found.mended == ["Cells beside 'draw' belong to the answer: read them too."]
    remove(handed, "draw")
    found = graft(source, json.dumps(handed).encode())
    assert {"Draw it.", WORDS} <= {c.source for c in found.cells}


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\x00", "\x08", "\x1b[2K"])
def test_what_hides_code_is_still_told(hidden: str) -> None:
    result = graded(handed_in(WORDS, **{"double-answer": f"{RIGHT['double-answer']}  # {hidden}"}))
    assert result.suspicious == ["characters that cannot be seen or turn the text's direction, in double-answer"]

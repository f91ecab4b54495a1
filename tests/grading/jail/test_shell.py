"""Whatever a kernel runs, runs when a notebook is graded: ``first_lines.txt``, each above an answer in one cell.

A part of the file has a kernel of its own, and a student's process; needs bubblewrap. A cell that ends with
``# error`` fails in a kernel, with ``# no-answer`` what stands below it is no Python of this process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.session import Session, Times

ANSWER, AWAY = "answer = 42", "globals().pop('answer', None)"
ENDS = "What ends the kernel, when the cell is done"


def parts() -> dict[str, list[str]]:
    """The cells of the file, by its headings."""
    found: dict[str, list[str]] = {}
    for block in Path(__file__).with_name("first_lines.txt").read_text("utf-8").strip().split("\n\n"):
        if block.startswith("## "):
            heading = block[3:]
        else:
            found.setdefault(heading, []).append(block)
    return found


PARTS = parts()


def expected(cell: str) -> str:
    """What becomes of a cell in a kernel, by its last line."""
    last = cell.rpartition("\n")[2]
    return last[2:] if last in ("# error", "# no-answer") else "answer"


@pytest.fixture(scope="module")
def nursery(jailed: None) -> Iterator[Nursery]:
    with Nursery(("matplotlib.pyplot", "torch")) as nursery:
        yield nursery


def ran_here(session: Session, cell: str) -> str:
    session.cell(AWAY)
    if session.cell(f"{cell}\n{ANSWER}\n")["error"]:
        return "error"
    return "answer" if "answer" in session.names() else "no-answer"


def test_there_are_many() -> None:
    assert sum(map(len, PARTS.values())) > 400


@pytest.mark.parametrize("part", [pytest.param(p, marks=[pytest.mark.stock] * (p == "Slow")) for p in PARTS])
def test_what_a_kernel_runs_runs_when_it_is_graded(nursery: Nursery, part: str) -> None:
    with Session(nursery, Times(cell=60, test=60, total=600)) as session:
        found = {cell: ran_here(session, cell) for cell in PARTS[part]}
        assert session.lives == 1
    differ = {cell: got for cell, got in found.items() if expected(cell) not in ("error", got)}
    assert not differ


@pytest.mark.stock
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", PARTS)
def test_a_kernel_runs_them_so(part: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "course", "assignment")
        home.mkdir(parents=True)
        found = {}
        for cells in [[cell] for cell in PARTS[part]] if part == ENDS else [PARTS[part]]:
            manager = KernelManager(
                kernel_name="python3", transport="ipc", connection_file=str(Path(folder, f"{len(found)}.json"))
            )
            own = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}  # kernels look
            manager.start_kernel(cwd=str(home), env=own)
            client = manager.client()
            client.start_channels()
            try:
                client.wait_for_ready(timeout=120)
                for cell in cells:
                    for source in (AWAY, f"{cell}\n{ANSWER}\n"):
                        reply = client.execute_interactive(
                            source,
                            user_expressions={"answer": "answer"},
                            allow_stdin=False,
                            stop_on_error=False,
                            output_hook=lambda message: None,
                            timeout=120,
                        )["content"]
                    there = reply.get("user_expressions", {}).get("answer", {}).get("status") == "ok"
                    found[cell] = "error" if reply["status"] != "ok" else "answer" if there else "no-answer"
            finally:
                client.stop_channels()
                manager.shutdown_kernel(now=True)
    assert found == {cell: expected(cell) for cell in PARTS[part]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%matplotlb inline", "`%matplotlb` not found"),
        ("%not_a_magic", "`%not_a_magic` not found"),
        ("x = %not_a_magic", "`%not_a_magic` not found"),
        ("for _ in range(2):\n    %not_a_magic", "`%not_a_magic` not found"),
        ("get_ipython().run_line_magic('not_a_magic', '')", "`%not_a_magic` not found"),
        ("%memit 1", "`%memit` not found"),
        ("%load_ext not_installed", "No module named 'not_installed'"),
        ("%reload_ext not_installed", "No module named 'not_installed'"),
        ("%autosave often", "requires an integer"),
        ("%matplotlib inline  # below the cell", "unrecognized arguments"),
    ],
)
def test_a_line_magic_that_is_not_to_be_had_says_so_and_costs_nothing(nursery: Nursery, line: str, said: str) -> None:
    with Session(nursery) as session:
        shown = session.cell(f"{line}\n{ANSWER}\n")
        assert not shown["error"]
        assert any(said in output.get("text", "") for output in shown["outputs"]), shown
        assert session.value("answer") == 42


@pytest.mark.parametrize("cell", ["%time 1 / 0", "%%not_a_magic\nx = 1", "%run not_there.py", "%%time\n1 / 0"])
def test_an_error_of_the_students_own_code_is_one(nursery: Nursery, cell: str) -> None:
    with Session(nursery) as session:
        assert session.cell(f"{cell}\n{ANSWER}\n")["error"]


@pytest.mark.parametrize("asked", ["inline", "", "notebook", "widget", "qt", "tk", "agg", "osx"])
def test_whatever_window_is_asked_for_the_figure_is_below_the_cell(nursery: Nursery, asked: str) -> None:
    with Session(nursery) as session:
        session.cell(f"%matplotlib {asked}\nimport matplotlib.pyplot as plt")
        shown = session.cell("import matplotlib\nmatplotlib.use('TkAgg')\nplt.plot([1, 2])\nplt.show()")
        assert not shown["error"]
        images = [output for output in shown["outputs"] if "image/png" in output.get("data", ())]
        assert len(images) == 1


def test_tasks_go_on_between_cells(nursery: Nursery) -> None:
    with Session(nursery) as session:
        session.cell(
            "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 3\nt = asyncio.create_task(f())"
        )
        session.cell("for_ever = asyncio.create_task(asyncio.sleep(1000))\nx = t.result()")
        session.cell("y = await asyncio.gather(f(), f())")
        assert (session.value("x"), session.value("y")) == (3, [3, 3])


def test_what_a_cell_sets_for_its_context_stays_set(nursery: Nursery) -> None:
    with Session(nursery) as session:
        session.cell("import numpy as np\nold = np.seterr(all='raise')\ndef f(): return np.geterr()['over']")
        session.cell("x = f()")
        assert session.value("x") == "raise"
        with session.test():
            assert session.value_now("f")() == "raise"
        session.cell("import asyncio\nawait asyncio.sleep(0)\nold = np.seterr(all='ignore')")
        session.cell("x = f()")
        assert session.value("x") == "ignore"


def test_a_cell_that_closes_or_stops_the_loop_costs_no_other(nursery: Nursery) -> None:
    with Session(nursery) as session:
        session.cell("import asyncio\nasyncio.get_running_loop().stop()")
        session.cell("asyncio.get_event_loop().call_soon(asyncio.get_event_loop().stop)")
        session.cell("x = 1")
        session.cell("loop = asyncio.get_running_loop()\nloop.call_soon(loop.close)")
        session.cell("y = 2")
        assert (session.value("x"), session.value("y")) == (1, 2)


def test_a_traceback_that_is_asked_for_is_shown_and_no_error(nursery: Nursery) -> None:
    with Session(nursery) as session:
        session.cell("1 / 0")
        shown = session.cell("%tb\nx = 1")
        assert not shown["error"]
        assert "ZeroDivisionError" in shown["outputs"][0]["text"]


def test_what_is_written_to_a_stream_is_shown_however_it_is_written(nursery: Nursery) -> None:
    with Session(nursery) as session:
        shown = session.cell(
            "import sys\nprint('a\\ud800')\nsys.stdout.buffer.write(b'b\\xff')\nsys.stdout.close()\nprint('c')\n"
            "print('d', file=sys.stderr)"
        )
    assert [output["text"] for output in shown["outputs"]] == ["a\\ud800\nb\ufffdc\n", "d\n"]

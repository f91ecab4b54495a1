"""What ``make results`` keeps: each thing that the gate must notice, once; what is computed, kept and gone on with."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from rnncourse import cli, results
from rnncourse.results import kept
from rnncourse.results.computing import again, disagreements, made_by
from rnncourse.results.declared import Declared, declared, result
from rnncourse.results.digest import Code
from rnncourse.results.gate import collect, status_of

ROOT = Path(__file__).parents[2]

TOY = '''"""Experiments."""
import os
import time

import numpy as np

from rnncourse.results import result

GAIN = 2.0


@result("toy/spread", seeds=range(6), data=("Faker",), digits=3)
def spread(seed: int) -> dict:
    """Numbers."""
    return {"a": GAIN * seed + 1 / 3, "n": seed, "curve": [seed, 0.123456]}


@result("toy/net", seeds=(3,), quick={"steps": 1}, tolerance={"loss": 0.5})
def net(seed: int, steps: int = 5) -> dict:
    """Weights."""
    if steps > 1 and os.environ.get("SLOW"):
        time.sleep(60)
    return {"loss": 1 / steps, "W": np.arange(6, dtype=np.float16).reshape(2, 3) / 4}
'''
PAGE = """---
title: x
---
# Page

```{code-cell} ipython3
from rnncourse import results
results.load("toy/spread")
```

```{moving} net
:result: toy/net
```
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose two results are fresh."""
    checkout = tmp_path / "checkout"
    texts = {"rnncourse/experiments/toy.py": TOY, "book/toy/index.md": PAGE, "requirements.txt": "faker==1.0\n"}
    for name, text in texts.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text, encoding="utf-8")
    for one in declared(checkout):
        keep(checkout, one)
    return checkout


def keep(root: Path, one: Declared, **changes: Any) -> None:
    status = status_of(one, Code(root), root)
    document = {
        "result": one.name,
        "digest": status.digest,
        "made": {
            "by": f"{one.module}.{one.function}",
            "command": f"make results ONLY={one.name}",
            "date": "2026-11-09",
            "seconds": 150.0,
            "packages": {"Python": "3.11.2", "Faker": "1.0"},
            "processor": "x86_64 AVX2",
        },
        "seeds": list(one.seeds),
        "seconds": [0.1 for _ in one.seeds],
        "numbers": {"a": [float(s) for s in one.seeds]} if one.quick is None else {"loss": [0.25]},
        "quick": {} if one.quick is None else {"numbers": {"loss": 1.0}, "seconds": 0.1},
        "weights": {},
        "definitions": status.definitions,
    }
    kept.write(status.path, document | changes)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- the gate


def test_a_checkout_whose_results_are_fresh(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["results", "--root", str(root)]) == 0
    out = capsys.readouterr().out
    assert (
        "toy/spread  fresh\n  code  rnncourse.experiments.toy.spread, 3 definitions\n  file  results/toy/spread.json, "
        in out
    )
    assert "  page  book/toy/index.md:8\n" in out
    assert out.endswith("2 results, 0 problems\n")


def code(old: str, new: str) -> Callable[[Path], None]:
    return lambda root: edit(root / "rnncourse/experiments/toy.py", old, new)


def page(old: str, new: str) -> Callable[[Path], None]:
    return lambda root: edit(root / "book/toy/index.md", old, new)


def file(name: str, content: str = "") -> Callable[[Path], None]:
    def create(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")

    return create


def kept_with(name: str, **changes: Any) -> Callable[[Path], None]:
    return lambda root: keep(root, next(one for one in declared(root) if one.name == name), **changes)


CELL = 'results.load("toy/spread")\n'


STALE = "stale: made before these changed:"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (code("GAIN = 2.0", "GAIN = 3.0"), f"toy/spread: {STALE} experiments.toy.GAIN: run `make"),
        (code("1 / steps", "2 / steps"), f"toy/net: {STALE} experiments.toy.net"),
        (code("digits=3", "digits=4"), "toy/spread: stale: made with other digits, or another quick run"),
        (code('"steps": 1', '"steps": 2'), "toy/net: stale: made with other digits, or another quick run"),
        (code("range(6)", "range(2, 8)"), "stale: made with seeds [0, 1, 2, 3, 4, 5], expected [2, 3, 4, 5, 6, 7]"),
        (lambda root: edit(root / "requirements.txt", "1.0", "1.1"), f"toy/spread: {STALE} Faker"),
        (lambda root: (root / "results/toy/net.json").unlink(), "toy/net: missing: run `make results ONLY=toy/net`"),
        (kept_with("toy/net", result="toy/other"), "toy/net: stale: it is the file of toy/other"),
        (kept_with("toy/spread", seconds=[1.0, 12.4, 1, 1, 1, 1]), "a seed takes 12 s, a test has 10: say quick="),
        (kept_with("toy/net", quick={"numbers": {"loss": 1.0}, "seconds": 11.0}), "toy/net: the quick run takes 11 s"),
        (kept_with("toy/spread", numbers={"a": [1.0]}), "a has 1 numbers, expected one for each of 6 seeds"),
        (kept_with("toy/net", numbers={"b": [1.0]}), "toy/net: tolerance: expected one for each of b, got loss"),
        (page(CELL, "\n"), "toy/spread: no page uses it: expected results.load('toy/spread') in a cell"),
        (page(":result: toy/net", ""), "toy/net: no page uses it"),
        (page(CELL, CELL + 'results.load("toy/no")\n'), "book/toy/index.md:9: no function gives toy/no"),
        (page(CELL, CELL + "results.load(name)\n"), "book/toy/index.md:9: results.load: expected the name itself"),
        (page(CELL, CELL + 'np.load("a.npy")\n'), "book/toy/index.md:9: reads a file by np.load"),
        (page(CELL, CELL + 'open("a")\n'), "book/toy/index.md:9: reads a file by open"),
        (page(CELL, CELL + 'Path("a").read_text()\n'), "book/toy/index.md:9: reads a file by Path('a').read_text"),
        (page("```{mov", "```{csv-table}\n:file: a.csv\n```\n```{mov"), "book/toy/index.md: a table from a file"),
        (file("book/toy/a.csv"), "book/toy/a.csv: data beside the pages"),
        (file("rnncourse/experiments/b.py", "\nx = torch.load('a')\n"), "experiments/b.py:2: reads a file by torch"),
        (file("results/toy/old.json"), "results/toy/old.json: no function makes it"),
        (file("results/toy/net.json.part"), "results/toy/net.json.part: no function makes it"),
        (file("results/toy/big.json", " " * 4_000_000), "bytes in all, expected at most 4,000,000"),
    ],
)  # fmt: skip
def test_each_fault_is_found(
    root: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], None], problem: str
) -> None:
    change(root)
    assert cli.main(["results", "--problems", "--root", str(root)]) == 1
    assert problem in capsys.readouterr().out


def test_what_changes_no_number_leaves_a_result_fresh(root: Path) -> None:
    edit(root / "rnncourse/experiments/toy.py", '"""Numbers."""', '"""Other words."""')
    edit(root / "rnncourse/experiments/toy.py", '"loss": 0.5', '"loss": 0.7')
    assert not collect(root).problems()


def test_a_file_that_is_too_large_is_a_problem_and_is_not_written(root: Path) -> None:
    path = root / "results/toy/net.json"
    document = kept.read(path)
    with pytest.raises(ValueError, match=r"net\.json: expected at most 200,000 bytes, got 2\d\d,\d\d\d: keep less"):
        kept.write(path, document | {"weights": {"W": kept.pack(np.zeros(80_000, np.float16))}})
    assert kept.read(path) == document
    path.write_text(path.read_text(encoding="utf-8") + " " * 200_000, encoding="utf-8")
    assert any("expected at most 200,000" in problem for problem in collect(root).problems())


def test_a_file_of_the_checkout_counts_by_its_bytes(root: Path) -> None:
    (root / "results/toy/input.json").write_text("1")
    one = Declared("toy/more", (0,), ("results/toy/input.json",), None, 1.0, 4, "rnncourse.experiments.toy", "spread")
    digest = status_of(one, Code(root), root).digest
    assert status_of(one, Code(root), root).digest == digest
    (root / "results/toy/input.json").write_text("2")
    assert status_of(one, Code(root), root).digest != digest
    (root / "results/toy/input.json").unlink()
    with pytest.raises(ValueError, match=r"expected a file of the checkout, got results/toy/input\.json"):
        status_of(one, Code(root), root)


def test_files_of_a_pattern_count_by_their_names_and_bytes(root: Path) -> None:
    one = Declared("toy/more", (0,), ("answers/*/a.*.py",), None, 1.0, 4, "rnncourse.experiments.toy", "spread")
    with pytest.raises(ValueError, match=r"expected files of the checkout, found none like answers/\*/a\.\*\.py"):
        status_of(one, Code(root), root)
    for name in ("x/a.b.py", "x/other.py"):
        file(f"answers/{name}", "1")(root)
    digest = status_of(one, Code(root), root).digest
    file("answers/x/other.py", "2")(root)
    assert status_of(one, Code(root), root).digest == digest
    file("answers/x/a.b.py", "2")(root)
    changed = status_of(one, Code(root), root).digest
    (root / "answers/x/a.b.py").rename(root / "answers/x/a.c.py")
    assert len({digest, changed, status_of(one, Code(root), root).digest}) == 3


def test_what_a_keyword_gives_can_be_left_out_of_the_digest(root: Path) -> None:
    """As the hints of an exercise, where points alone are counted."""
    path = root / "rnncourse/experiments/toy.py"
    path.write_text(f"{TOY}\n\nHINT = 'a'\nASKED = dict(size=GAIN, words=[HINT, 'b'])\n", encoding="utf-8")
    edit(path, '"n": seed', '"n": seed + ASKED["size"]')
    one = next(one for one in declared(root) if one.name == "toy/spread")

    def digests() -> tuple[str, str]:
        without = replace(one, aside=("words",))
        return status_of(one, Code(root), root).digest, status_of(without, Code(root), root).digest

    with_hints, without = digests()
    edit(path, "HINT = 'a'", "HINT = 'c'")
    assert digests()[0] != with_hints
    assert digests()[1] == without
    edit(path, "size=GAIN", "size=GAIN + 1")
    assert digests()[1] != without


@pytest.mark.parametrize("content", ["[", "[]", '{"result": "toy/net"}'])
def test_a_file_that_another_program_wrote_is_named(
    root: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (root / "results/toy/net.json").write_text(content)
    assert cli.main(["results", "--root", str(root)]) == 2
    assert "net.json: expected" in capsys.readouterr().err


def test_outside_a_checkout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["results", "--root", str(tmp_path)]) == 2
    assert "expected a checkout of the course" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["toy/net"], ["--anew"], ["--workers", "2"], ["--make", "--workers", "0"]])
def test_arguments_that_do_not_go_together(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["results", *arguments])
    assert "--workers" in capsys.readouterr().err


# --- what is said above a function


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("spread", {"seeds": (1,), "tolerance": 1.0}, "name: expected 'chapter/what', in small letters, got 'spread'"),
        ("toy/a", {"seeds": ()}, "toy/a: seeds: expected different whole numbers, at least one"),
        ("toy/a", {"seeds": (1, 1)}, "toy/a: seeds: expected different whole numbers"),
        ("toy/a", {"seeds": (0,)}, "toy/a: tolerance: expected what rounding may change, for fewer than 5 seeds"),
        ("toy/a", {"seeds": range(9), "quick": {"steps": 1}}, "toy/a: tolerance: .* a quick run shows no spread"),
        ("toy/a", {"seeds": range(9), "digits": 0}, "toy/a: digits: expected 1 to 9, got 0"),
    ],
)
def test_a_declaration_that_says_too_little(name: str, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        result(name, **settings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("range(6)", "range(N)", r"toy\.py:12: @result: expected literals, or range of literals, got N"),
        ('"toy/spread", ', '"toy/spread", "b", ', r"toy\.py:12: @result: expected the name and settings by name"),
        ("seeds=(3,)", "seed=(3,)", r"toy\.py:18: @result: .*unexpected keyword argument 'seed'"),
        ('"toy/net"', '"toy/spread"', r"toy\.py:18: toy/spread is declared twice, above spread too"),
        ('("Faker",)', '("Fakir",)', "expected a package that requirements.txt pins, or a path with a /, got Fakir"),
    ],
)
def test_a_declaration_is_read_without_running_it(root: Path, old: str, new: str, message: str) -> None:
    edit(root / "rnncourse/experiments/toy.py", old, new)
    with pytest.raises(ValueError, match=message):
        collect(root)


def test_a_tolerance_may_be_one_for_each_number() -> None:
    one = Declared("toy/a", (0,), tolerance={"loss": 0.5})
    assert one.tolerated("loss") == 0.5
    with pytest.raises(ValueError, match="toy/a: tolerance: expected one for 'bits' too"):
        one.tolerated("bits")


def test_a_declared_function_is_itself() -> None:
    def f(seed: int) -> dict[str, float]:
        return {"a": 1.0}

    assert result("toy/a", seeds=(0,), tolerance=0)(f) is f


# --- what a page reads


@pytest.fixture
def folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "FOLDER", root / "results")
    monkeypatch.setattr(kept, "opened", set())
    return root


def test_a_page_reads_numbers_and_says_when_they_were_made(folder: Path) -> None:
    found = results.load("toy/spread")
    assert kept.opened == {str(folder / "results/toy/spread.json")}
    np.testing.assert_array_equal(found["a"], np.arange(6.0))
    assert list(found) == ["a"]
    assert len(found) == 1
    assert found.note == (
        "Computed before the book was built, by make results ONLY=toy/spread: 6 seeds, 2 min on one core "
        "(x86_64 AVX2), 9 November 2026, Python 3.11.2, Faker 1.0."
    )
    with pytest.raises(KeyError, match="toy/spread: expected one of a, got 'b'"):
        found["b"]
    with pytest.raises(FileNotFoundError, match=r"toy/no\.json: run `make results ONLY=toy/no`"):
        results.load("toy/no")


def test_outside_a_checkout_that_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", folder / "nowhere")
    with pytest.raises(FileNotFoundError, match="they lie in a checkout of the course"):
        results.load("toy/spread")


def test_a_table_has_mean_and_range(folder: Path) -> None:
    table = results.load("toy/spread").table("{:.1f}", a="the <first>")
    assert repr(table) == "6 seeds      mean  lowest  highest\nthe <first>   2.5     0.0      5.0"
    html = table._repr_html_()
    assert '<tr><th scope="row">the &lt;first&gt;</th><td>2.5</td><td>0.0</td><td>5.0</td></tr>' in html
    assert repr(results.load("toy/net")) == "one seed  value\nloss       0.25"
    keep(folder, declared(folder)[1], numbers={"a": [[1, 2]] * 6})
    with pytest.raises(ValueError, match=r"toy/spread: a: expected one number a seed, got shape \(6, 2\)"):
        results.load("toy/spread").table(a="a")


def test_weights_come_back_bit_for_bit_and_lie_as_a_browser_reads_them() -> None:
    w = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float16)
    w[0, 0], w[0, 1] = np.finfo(np.float16).tiny / 4, -0.0
    packed = json.loads(json.dumps(kept.pack(w.T)))
    back = kept.unpack(packed)
    assert (back.view(np.uint16) == w.T.view(np.uint16)).all()
    assert kept.pack(np.array([1.0], np.float16)) == {"shape": [1], "float16": "ADw="}  # 0x3C00, low byte first


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        ([1.0], TypeError, "toy/a: expected a dict of numbers by name, got list"),
        ({}, TypeError, "toy/a: expected a dict of numbers by name"),
        ({"a": "b"}, TypeError, "toy/a: a: expected a number or a list of numbers, got str"),
        ({"a": True}, TypeError, "toy/a: a: expected a number or a list of numbers, got bool"),
        ({"a": [1.0, float("nan")]}, ValueError, "toy/a: a: expected a finite number, got nan"),
        ({"W": np.array([np.inf], np.float16)}, ValueError, "toy/a: W: expected finite weights"),
    ],
)
def test_what_cannot_be_kept(returned: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        kept.numbers(returned, "toy/a", 4)


def test_numbers_are_kept_with_their_digits() -> None:
    given = {"a": 1 / 3, "n": np.int64(123456), "c": np.array([[2 / 3], [1e-7 / 3]]), "W": np.ones(2, np.float16)}
    numbers, weights = kept.numbers(given, "toy/a", 3)
    assert numbers == {"a": 0.333, "n": 123456, "c": [[0.667], [3.33e-8]]}
    assert list(weights) == ["W"]


def test_a_page_is_executed_again_when_a_result_that_it_read_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The build's list of what a page used has the file, with the fingerprint that it is compared by."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    course_execution = pytest.importorskip("course_execution")
    nbformat = pytest.importorskip("nbformat")
    cell = nbformat.v4.new_code_cell('from rnncourse import results\nresults.load("rnn/names")["network"].mean()')
    chapter = course_execution.Chapter(
        "names", ROOT / "book" / "rnn" / "names.md", nbformat.v4.new_notebook(cells=[cell])
    )
    used = course_execution.execute(chapter, ROOT, 60, course_execution.tqdm(disable=True))["sources"]
    assert not chapter.error
    assert used["results/rnn/names.json"] == course_execution.fingerprint(ROOT / "results/rnn/names.json") != ""
    assert "results/rnn/text_weights.json" not in used
    assert "rnncourse/results/kept.py" in used


# --- computing


@pytest.fixture
def runs(root: Path) -> Path:
    """The same checkout with the real package under it, that computes."""
    import importlib.metadata

    for name in ("__init__.py", "_extras.py", "assignments.py", "cli.py", "results"):
        source, target = ROOT / "rnncourse" / name, root / "rnncourse" / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    (root / "requirements.txt").write_text(f"faker=={importlib.metadata.version('Faker')}\n")
    shutil.rmtree(root / "results")
    return root


def command(root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    own = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    line = [sys.executable, "-m", "rnncourse.cli", "results", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(line, cwd=root, env=own, **pipes)


def say(root: Path, *arguments: str, status: int = 0, **environment: str) -> str:
    process = command(root, *arguments, **environment)
    out = process.communicate(timeout=120)[0]
    assert process.returncode == status, out
    return out


def test_what_is_missing_or_stale_is_computed_and_nothing_else(runs: Path) -> None:
    out = say(runs, "--make", "--workers", "2")
    assert "to compute: toy/net (missing), toy/spread (missing): 8 runs" in out
    assert re.search(r"\[8/8\] toy/\w+  (seed|quick)", out)
    spread, net = (kept.read(runs / "results/toy" / name) for name in ("spread.json", "net.json"))
    assert spread["numbers"]["a"] == [0.333, 2.33, 4.33, 6.33, 8.33, 10.3]
    assert spread["numbers"]["n"] == [0, 1, 2, 3, 4, 5]
    assert spread["numbers"]["curve"] == [[seed, 0.123] for seed in range(6)]
    assert net["numbers"] == {"loss": [0.2]}
    assert net["quick"]["numbers"] == {"loss": 1.0}
    np.testing.assert_array_equal(kept.unpack(net["weights"]["W"]), np.arange(6).reshape(2, 3) / 4)
    assert {"Python", "numpy"} <= set(net["made"]["packages"])
    assert "Faker" in spread["made"]["packages"]
    assert say(runs, "--problems") == "2 results, 0 problems\n"
    assert say(runs, "--make") == "2 results, all fresh\n"

    edit(runs / "rnncourse/experiments/toy.py", "GAIN = 2.0", "GAIN = 3.0")
    edit(runs / "rnncourse/experiments/toy.py", "range(6)", "range(7)")
    net_before = (runs / "results/toy/net.json").read_bytes()
    out = say(runs, "--make")
    assert "to compute: toy/spread (stale): 7 runs" in out
    assert "  a: 9.318  (was 5.325)\n  n: 3  (was 2.5)\n  curve: 1.562  (was 1.311)\n" in out
    assert (runs / "results/toy/net.json").read_bytes() == net_before
    edit(runs / "rnncourse/experiments/toy.py", "range(7)", "range(8)")
    assert "to compute: toy/spread (stale): 1 runs" in say(runs, "--make", "toy/spread"), "seeds that are there stay"
    assert "expected a result, one of toy/net, toy/spread, got 'toy/no'" in say(runs, "--make", "toy/no", status=2)


def test_a_run_that_was_interrupted_goes_on(runs: Path) -> None:
    process = command(runs, "--make", "--workers", "2", SLOW="1")
    deadline = time.monotonic() + 100
    while len(list((runs / "_cache").rglob("toy/spread/*/*.json"))) < 2:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=30)[0]
    assert process.returncode == 130, out
    assert "runs are kept; the same command goes on" in out
    done = len(list((runs / "_cache").rglob("toy/*/*/*.json")))
    assert not (runs / "results/toy/net.json").exists()
    assert f": {8 - done} runs" in say(runs, "--make")


def test_a_run_that_is_killed_leaves_no_worker(runs: Path) -> None:
    process = command(runs, "--make", "--workers", "2", SLOW="1")
    deadline = time.monotonic() + 100
    while not list((runs / "_cache").rglob("toy/spread/*/*.json")):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    workers = psutil.Process(process.pid).children(recursive=True)
    assert len(workers) >= 2
    process.kill()
    process.communicate(timeout=30)
    assert psutil.wait_procs(workers, timeout=20)[1] == []


def test_a_seed_that_fails_is_named_and_the_other_results_are_written(runs: Path) -> None:
    edit(runs / "rnncourse/experiments/toy.py", "GAIN * seed + 1 / 3", "GAIN / (seed - 4)")
    out = say(runs, "--make", status=1)
    assert "not written: toy/spread  seed 4: ZeroDivisionError: float division by zero" in out
    assert (runs / "results/toy/net.json").is_file()
    assert not (runs / "results/toy/spread.json").exists()


def test_data_of_another_version_are_refused(runs: Path) -> None:
    (runs / "requirements.txt").write_text("faker==0.1\n")
    assert "toy/spread: requirements.txt pins Faker 0.1, here is" in say(runs, "--make", status=2)


def test_another_checkout_than_the_one_that_runs_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["results", "--make", "--root", str(root)]) == 2
    assert "expected the checkout that runs" in capsys.readouterr().err


# --- computing some of it again


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"a": 6.9}, ""),
        ({"a": -2.5}, ""),
        (
            {"a": 7.6},
            "toy/spread: a: expected -2.5 to 7.5, the spread of the seeds and half of it on each side, got",
        ),
        ({"a": -2.6}, "toy/spread: a: expected -2.5 to 7.5"),
        ({"a": float("nan")}, "toy/spread: a: expected -2.5 to 7.5"),
        ({"b": 1.0}, "toy/spread: expected a, got b"),
    ],
)
def test_a_number_that_comes_out_differently_is_told_by_the_spread(
    root: Path, found: dict[str, float], said: str
) -> None:
    one = declared(root)[1]
    problems = disagreements(one, kept.read(root / "results/toy/spread.json"), found)
    assert problems[0].startswith(said) if said else problems == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (1.0, ""),
        (1.49, ""),
        (0.4, "toy/net: loss: expected 1.0 within 0.5, got 0.4"),
        (float("nan"), "toy/net: loss: expected 1.0 within 0.5, got nan"),
        ([1.0, 1.0], "toy/net: loss: expected 1.0 within 0.5, got [1.0, 1.0]"),
    ],
)
def test_a_number_that_comes_out_differently_is_told_by_its_tolerance(root: Path, found: Any, said: str) -> None:
    problems = disagreements(declared(root)[0], kept.read(root / "results/toy/net.json"), {"loss": found})
    assert problems == ([said] if said else [])


OURS = declared(ROOT)


@pytest.mark.learning
@pytest.mark.parametrize("one", OURS, ids=[one.name for one in OURS])
def test_some_of_each_result_is_computed_again(one: Declared, one_thread: None) -> None:
    """The first seed, or the quick run that the author named."""
    document = kept.read(ROOT / "results" / f"{one.name}.json")
    then, now = document["made"]["packages"], made_by(one)["packages"]
    assert isinstance(now, dict)
    if "python" in one.data and then["Python"].split(".")[:2] != now["Python"].split(".")[:2]:
        pytest.skip(f"made from the library of Python {then['Python']}")
    if changed := [name for name in one.data if name in then and then[name] != now[name]]:
        pytest.skip(f"made from other data: {changed}")
    found = again(one, one.seeds[0], one.quick is not None)
    assert disagreements(one, document, found["numbers"]) == []


# --- the course's own


def test_what_the_course_keeps_is_what_its_code_gives() -> None:
    assert collect(ROOT).problems() == []


def test_importing_results_needs_numpy_alone() -> None:
    heavy = ["torch", "matplotlib", "scipy", "yaml", "tqdm", "faker"]
    code = f"import sys\nfor name in {heavy}: sys.modules[name] = None\n"
    code += "import rnncourse.results.gate, rnncourse.results.computing"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

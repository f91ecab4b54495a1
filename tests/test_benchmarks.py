"""The benchmarks' own machinery: sides that differ are refused, results are compared with the run before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import __main__ as program
from benchmarks import harness, recurrent

ROW = {"what": "RNN kernel", "config": "A", "target": 2.0, "peer_ms": 8.0, "ours_ms": 4.0, "ratio": 2.0}


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "LAST", tmp_path / "last")
    monkeypatch.setattr(program, "KEPT", tmp_path / "kept")
    return tmp_path / "last"


def faked(monkeypatch: pytest.MonkeyPatch, **row: Any) -> None:
    monkeypatch.setattr(program, "TABLES", {"kernels": ("Kernels", lambda effort: iter([ROW | row]))})


def test_sides_run_in_processes_of_their_own_and_are_compared() -> None:
    here = "benchmarks.recurrent:kernel"
    row = harness.compare((here, "RNN", "S"), (here, "RNN", "S"), effort=harness.QUICK)
    assert row["low"] <= row["ratio"] <= row["high"]
    assert row["pairs"] == harness.QUICK.pairs


def test_sides_that_differ_are_not_timed() -> None:
    here = "benchmarks.recurrent:kernel"
    with pytest.raises(AssertionError, match=r"GRU S: .* differs"):
        harness.compare((here, "RNN", "S"), (here, "GRU", "S"), effort=harness.QUICK)
    with pytest.raises(AssertionError, match="no answer in common"):
        harness.same({"a": np.zeros(1)}, {"b": np.zeros(1)}, 1e-5, "sides")


def test_what_fails_in_a_worker_is_said_here() -> None:
    with harness.process(1) as ask, pytest.raises(RuntimeError, match=r"KeyError: 'no such size'"):
        ask("make", "benchmarks.recurrent:kernel", "RNN", "no such size")


def test_workers_do_not_inherit_what_hides_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    with harness.process(1) as ask:
        assert ask("call", "os:getenv", "OPENBLAS_CORETYPE") is None
        assert ask("call", "os:getenv", "OMP_NUM_THREADS") == "1"
    with harness.process(None) as ask:
        assert ask("call", "os:getenv", "OMP_NUM_THREADS") is None


def test_gate_by_gate_is_the_kernel() -> None:
    for cell in recurrent.CELLS:
        harness.same(recurrent.kernel(cell, "S")(), recurrent.gate_by_gate(cell, "S")(), 1e-5, cell)


def test_a_second_run_says_what_changed(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faked(monkeypatch, low=1.9, high=2.1)
    program.main(["kernels"])
    assert "→" not in capsys.readouterr().out
    faked(monkeypatch, low=1.4, high=1.6, ratio=1.5)
    program.main(["kernels"])
    assert "2 → 1.5" in capsys.readouterr().out
    (written,) = results.glob("*.json")
    assert json.loads(written.read_text())["tables"]["kernels"]["rows"][0]["ratio"] == 1.5
    page = written.with_suffix(".md").read_text()
    assert "≥ 2.0 **not reached**" in page
    assert "2 → 1.5" in page


def test_a_change_within_the_quartiles_is_none() -> None:
    before = [ROW | {"low": 1.8, "high": 2.2}]
    assert program.change(ROW | {"ratio": 1.7, "low": 1.5, "high": 1.9}, before) == ""
    assert program.change(ROW | {"ratio": 1.5, "low": 1.4, "high": 1.6}, before) == "2 → 1.5"
    assert program.change(ROW | {"what": "another"}, before) == "new"


def test_quick_runs_write_nothing_and_a_wrong_table_is_named(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faked(monkeypatch)
    program.main(["--quick"])
    assert not results.exists()
    with pytest.raises(SystemExit):
        program.main(["kernel"])
    assert "no such table: kernel; there are kernels" in capsys.readouterr().err

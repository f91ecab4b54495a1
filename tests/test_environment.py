"""What the set-up script tells a person whose machine is not as it should be, and that it goes on afterwards."""

import importlib.util
import json
import shutil
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "tools" / "environment.py"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, working on an empty checkout."""
    spec = importlib.util.spec_from_file_location("environment", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(SCRIPT.parents[1] / name, tmp_path / name)
    venv = tmp_path / ".venv"
    for name, value in {"ROOT": tmp_path, "VENV": venv, "BIN": venv / "bin", "STAMP": venv / "installed.json"}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "LOG", venv / "install.log")
    return module


def fake_python(environment: ModuleType, pip_output: str, status: int) -> None:
    """Stand in for .venv/bin/python: a pip that prints this and ends with this status."""
    environment.BIN.mkdir(parents=True)
    (environment.BIN / "python").write_text(f"#!/bin/sh\ncat <<'END'\n{pip_output}\nEND\nexit {status}\n")
    (environment.BIN / "python").chmod(0o755)


def test_a_python_that_is_too_old(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    version = namedtuple("version", "major minor micro")
    monkeypatch.setattr(sys, "version_info", version(3, 9, 18))
    with pytest.raises(SystemExit, match="1"):
        environment.check_machine()
    assert "needs Python 3.11, 3.12 or 3.13" in capsys.readouterr().err


def test_a_disk_that_is_too_full(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**10, 10**10, 10**8))
    with pytest.raises(SystemExit, match="1"):
        environment.check_machine()
    assert "needs 3 GB of disk; 0.1 GB are free" in capsys.readouterr().err


@pytest.mark.parametrize(
    "sign", ["No space left on device", "No matching distribution found", "error: command 'gcc' failed"]
)
def test_a_known_failure_of_pip_is_explained(
    environment: ModuleType, capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    fake_python(environment, f"Collecting numpy\nERROR: {sign}", 1)
    with pytest.raises(SystemExit, match="1"):
        environment.pip("-r", "requirements.txt")
    message = capsys.readouterr().err
    assert environment.WAYS_OUT[sign] in message
    assert str(environment.LOG) in message
    assert sign in environment.LOG.read_text(encoding="utf-8")


def test_ready_only_after_a_complete_installation_of_these_pins(environment: ModuleType) -> None:
    assert not environment.is_ready()
    fake_python(environment, "", 0)
    assert not environment.is_ready(), "interrupted before the stamp was written"
    environment.STAMP.write_text(json.dumps(environment.wanted()))
    assert environment.is_ready()
    with (environment.ROOT / "requirements.txt").open("a") as pins:
        pins.write("another==1\n")
    assert not environment.is_ready(), "the pins have changed"


def test_chapters_open_as_notebooks(environment: ModuleType) -> None:
    environment.open_chapters_as_notebooks()
    settings = json.loads((environment.VENV / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]["markdown"] == "Jupytext Notebook"

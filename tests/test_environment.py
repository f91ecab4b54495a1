"""What the set-up script tells a person whose machine is not as it should be, and that it goes on afterwards."""

import importlib.util
import json
import os
import re
import shutil
import sys
import tomllib
from collections import namedtuple
from functools import partial
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "tools" / "environment.py"


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


PythonVersion = namedtuple("PythonVersion", "major minor micro")


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 11, 0), (3, 11, 1), (3, 14, 0)])
def test_a_python_that_does_not_suit(
    environment: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int, int],
) -> None:
    monkeypatch.setattr(sys, "version_info", PythonVersion(*version))
    with pytest.raises(SystemExit, match="1"):
        environment.check_machine("cpu")
    message = capsys.readouterr().err
    assert "3.11 (from 3.11.2 on), 3.12 and 3.13" in message
    assert ".".join(map(str, version)) in message


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 11, 9), (3, 12, 0), (3, 13, 9)])
def test_a_python_that_suits(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    monkeypatch.setattr(sys, "version_info", PythonVersion(*version))
    monkeypatch.setattr(environment, "DISK_GB", {"cpu": 0.0, "cuda": 0.0})
    environment.check_machine("cpu")


def test_every_pinned_package_runs_on_the_oldest_python_that_is_promised(environment: ModuleType) -> None:
    oldest = ".".join(map(str, environment.OLDEST))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={oldest}"
    assert f"--python-version {oldest} " in (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", text, re.MULTILINE))
    refused = {}
    for package in metadata.distributions():
        name = re.sub(r"[-_.]+", "-", package.name).lower()
        needs = package.metadata.get("Requires-Python")  # importlib_metadata, once imported, has a KeyError for none
        pinned = package.version.partition("+")[0] == pins.get(name)  # not those of PINS=latest
        if pinned and needs and not SpecifierSet(needs).contains(oldest):
            refused[name] = needs
    assert not refused


def disk(monkeypatch: pytest.MonkeyPatch, free: float) -> None:
    """Leave so much of the disk."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, free))


@pytest.mark.parametrize(
    ("platform", "torch", "free", "message"),
    [
        ("linux", "pypi", 1e9, "needs 9.0 GB of disk; 1.0 GB are free"),
        ("linux", "pypi", 5e9, "Without it 4 GB are enough: make book TORCH=cpu"),
        ("linux", "pypi", 10e9, ""),
        ("linux", "cpu", 1e9, "needs 4.0 GB of disk; 1.0 GB are free"),
        ("linux", "cpu", 5e9, ""),
        ("darwin", "pypi", 1e9, "needs 4.0 GB of disk; 1.0 GB are free"),
        ("darwin", "pypi", 5e9, ""),
    ],
)
def test_the_disk_that_is_asked_for_is_what_the_build_of_pytorch_needs(
    environment: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    platform: str,
    torch: str,
    free: float,
    message: str,
) -> None:
    disk(monkeypatch, free)
    monkeypatch.setattr(sys, "platform", platform)
    if message:
        with pytest.raises(SystemExit, match="1"):
            environment.check_machine(torch)
        said = capsys.readouterr().err
        assert message in said
        assert ("TORCH=cpu" in said) == ((platform, torch) == ("linux", "pypi")), "advice to who can follow it"
    else:
        environment.check_machine(torch)


def test_what_is_installed_already_is_not_asked_for_again(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(monkeypatch, 1e9)
    environment.VENV.mkdir()
    with (environment.VENV / "sparse").open("wb") as file:
        file.truncate(int(3.5e9))
    environment.check_machine("cpu")


@pytest.fixture
def no_venv(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A venv that is made at once: its python says its version and nothing else."""
    version = "{} {}".format(*sys.version_info)
    monkeypatch.setattr(environment, "make_venv", lambda: fake_python(environment, version, 0))
    monkeypatch.setattr(environment, "check_machine", lambda torch: None)


def installed(environment: ModuleType, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> list[str]:
    """What ``main`` has pip do with these settings."""
    calls: list[str] = []
    for name in environment.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(environment, "pip", lambda *arguments: calls.append(" ".join(arguments)))
    assert environment.main() == 0
    return calls


CPU = "--no-deps --index-url https://download.pytorch.org/whl/cpu"


@pytest.mark.usefixtures("no_venv")
def test_settings_compose_the_command_lines_of_pip(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    root = environment.ROOT
    pins = f"{root}/requirements.txt"
    locked = [f"--prefer-binary -r {pins}", f"--no-deps -e {root}"]
    latest = [f"--prefer-binary --upgrade --upgrade-strategy eager -e {root}[dev]"]
    call = partial(installed, environment, monkeypatch)
    assert call({}) == locked
    assert call({}) == [], "ready"
    assert call({"TORCH": "pypi"}) == [], "what it is already"
    assert call({"TORCH": "cpu"}) == [f"{CPU} -c {pins} torch", *locked]
    assert call({}) == [], "who says nothing keeps what was chosen"
    assert call({"TORCH": "cpu", "PINS": "latest"}) == [f"{CPU} --upgrade torch", *latest]
    assert call({}) == [], "the newest of then"
    assert call({"PINS": "latest"}) == [f"{CPU} --upgrade torch", *latest], "the newest of today"
    assert call({"PINS": "locked", "TORCH": "pypi"}) == locked


@pytest.mark.usefixtures("no_venv")
def test_an_interrupted_installation_keeps_what_was_chosen(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("TORCH", "cpu")
    monkeypatch.delenv("PINS", raising=False)
    monkeypatch.setattr(environment, "pip", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environment.main()
    assert not environment.is_ready(environment.chosen())
    assert installed(environment, monkeypatch, {})[0].startswith(CPU)


@pytest.mark.usefixtures("no_venv")
def test_the_other_build_of_pytorch_gets_a_new_environment(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pin is satisfied by both, so pip would change nothing."""
    assert SpecifierSet("==2.13.0").contains("2.13.0+cpu")
    installed(environment, monkeypatch, {})
    left = environment.VENV / "left behind"
    left.touch()
    installed(environment, monkeypatch, {"PINS": "latest"})
    assert left.exists(), "the same build"
    installed(environment, monkeypatch, {"TORCH": "cpu"})
    assert not left.exists()


@pytest.mark.parametrize(("name", "values"), [("TORCH", "TORCH=pypi, TORCH=cpu"), ("PINS", "PINS=locked, PINS=latest")])
def test_a_setting_that_does_not_exist(
    environment: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    values: str,
) -> None:
    monkeypatch.setenv(name, "gpu")
    with pytest.raises(SystemExit, match="1"):
        environment.main()
    assert f"{name}=gpu is none of {values}" in capsys.readouterr().err


def test_the_cpu_build_without_a_connection(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """pip itself, at an address where nobody answers."""
    environment.VENV.mkdir()
    environment.BIN.mkdir()
    (environment.BIN / "python").symlink_to(sys.executable)
    monkeypatch.setattr(environment, "CPU_INDEX", "http://127.0.0.1:9/simple")
    for name in [name for name in os.environ if name.upper().startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_TARGET", str(environment.VENV / "target"))  # as if nothing were installed yet
    with pytest.raises(SystemExit, match="1"):
        environment.install({"TORCH": "cpu", "PINS": "locked"})
    assert environment.OFFLINE in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "way_out"),
    [
        # What pip 23 and 25 print: the reason stands before the words with which every such failure ends.
        (
            "ERROR: Ignored the following versions that require a different python version: 3.0.2 Requires-Python "
            ">=3.11.5\nERROR: No matching distribution found for soupsieve==4.1.2",
            "does not run on this Python",
        ),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(Failed to establish a "
            "new connection: [Errno -2] Name or service not known)': /simple/torch/\n"
            "ERROR: No matching distribution found for torch==2.13.0",
            "No connection",
        ),
        ("ERROR: No matching distribution found for torch==2.13.0", "no build for this Python and system"),
        ("ERROR: ResolutionImpossible: for help visit https://pip.pypa.io", "no build for this Python and system"),
    ],
)
def test_the_reason_is_the_true_one(
    environment: ModuleType, capsys: pytest.CaptureFixture[str], output: str, way_out: str
) -> None:
    fake_python(environment, output, 1)
    with pytest.raises(SystemExit, match="1"):
        environment.pip("-r", "requirements.txt")
    assert way_out in capsys.readouterr().err


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
    choice = {"TORCH": "pypi", "PINS": "locked"}
    assert not environment.is_ready(choice)
    fake_python(environment, "", 0)
    assert not environment.is_ready(choice), "interrupted before the stamp was written"
    environment.STAMP.write_text(json.dumps(environment.wanted(choice)))
    assert environment.is_ready(choice)
    with (environment.ROOT / "requirements.txt").open("a") as pins:
        pins.write("another==1\n")
    assert not environment.is_ready(choice), "the pins have changed"

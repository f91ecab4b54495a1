"""Make the course's virtual environment in .venv, or mend it; do nothing when it is as it should be.

Runs with the system's Python and nothing but the standard library. A stamp in .venv names what was installed (the
pins, the project's metadata, the Python version) and is completed last: an interrupted or outdated installation has no
valid stamp, and the next call goes on from pip's cache.

Two settings come from the environment, and so from `make`: ``TORCH=cpu`` takes PyTorch from its own index of builds
without CUDA, ``TORCH=pypi`` from PyPI; ``PINS=latest`` takes the newest packages that pyproject.toml allows instead of
those that requirements.txt pins, ``PINS=locked`` the pinned ones. The stamp keeps both for calls that say nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"
OLDEST, NEWEST = (3, 11, 2), (3, 13)
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
SETTINGS = {"TORCH": ("pypi", "cpu"), "PINS": ("locked", "latest")}  # the first where nobody chose
# GB of disk: what is installed, and as much as pip keeps of the downloads meanwhile and afterwards.
INSTALLED_GB = {"cpu": 2.5, "cuda": 6.0}
DISK_GB = {"cpu": 4.0, "cuda": 9.0}
DISK_FULL = (
    "The disk is full: where .venv lies, or where pip puts its downloads (TMPDIR, and its cache). Free some space and "
    "run the same command again; it goes on from here."
)
OFFLINE = (
    "No connection to the package index. Run the same command again when there is one; it goes on from here. "
    "A proxy is named by the environment variable https_proxy."
)
SUPPORTED = "The course runs on Python 3.11 (from 3.11.2 on), 3.12 and 3.13 (64 bit)"
COMPILER = (
    "A package had to be compiled and could not be. Install a C compiler (Debian and Ubuntu: apt install "
    "build-essential) and run the same command again."
)
ANOTHER = f"{SUPPORTED}; choose another one with make book PYTHON=python3.12"
NO_BUILD = f"A package has no build for this Python and system. {ANOTHER}"
# What pip says, and what a person can do. The first one found counts: pip ends with "No matching distribution found"
# or "ResolutionImpossible" whatever the reason was, so they stand last.
WAYS_OUT = {
    "No space left on device": DISK_FULL,
    "Temporary failure in name resolution": OFFLINE,
    "Name or service not known": OFFLINE,
    "nodename nor servname provided": OFFLINE,
    "getaddrinfo failed": OFFLINE,
    "Failed to resolve": OFFLINE,
    "Failed to establish a new connection": OFFLINE,
    "Network is unreachable": OFFLINE,
    "ProxyError": OFFLINE,
    "Read timed out": "The package index did not answer in time. Run the same command again; it goes on from here.",
    "error: command 'gcc' failed": COMPILER,
    "error: command 'cc' failed": COMPILER,
    "require a different python version": f"A package does not run on this Python. {ANOTHER}",
    "No matching distribution found": NO_BUILD,
    "ResolutionImpossible": NO_BUILD,  # how pip says the same of a pin given by -c
}


def stop(*lines: str) -> None:
    """End with a message for the person at the terminal."""
    print("\n" + "\n".join(lines), file=sys.stderr)
    raise SystemExit(1)


def suits() -> bool:
    """True if the course runs on this Python."""
    return sys.version_info[:3] >= OLDEST and sys.version_info[:2] <= NEWEST


def stamped() -> dict[str, str]:
    """What the stamp says; nothing where there is none."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def chosen() -> dict[str, str]:
    """The settings: what the caller says, else what the environment was made with, else the default."""
    stamp, choice = stamped(), {}
    for name, values in SETTINGS.items():
        choice[name] = os.environ.get(name) or stamp.get(name) or values[0]
        if choice[name] not in values:
            stop(f"{name}={choice[name]} is none of {', '.join(f'{name}={value}' for value in values)}.")
    return choice


def size_gb(folder: Path) -> float:
    """What lies in a folder, in GB."""
    return sum(path.lstat().st_size for path in folder.rglob("*")) / 1e9


def check_machine(torch: str) -> None:
    """Stop where the installation cannot succeed, with what to do about it."""
    if not suits():
        found = ".".join(map(str, sys.version_info[:3]))
        stop(f"{SUPPORTED}; {sys.executable} is {found}.")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("This Python comes without venv. On Debian and Ubuntu: apt install python3-venv")
    build = build_of(torch)
    free, needed = shutil.disk_usage(ROOT).free / 1e9, DISK_GB[build] - size_gb(VENV)
    if free < needed:
        lines = [f"The installation needs {needed:.1f} GB of disk; {free:.1f} GB are free in {ROOT}."]
        if build == "cuda":
            less = DISK_GB["cpu"]
            lines.append(f"Most of it is PyTorch with CUDA. Without it {less:.0f} GB are enough: make book TORCH=cpu")
        stop(*lines)


def build_of(torch: str) -> str:
    """Which build of PyTorch pip takes: on Linux, PyPI's is the one with CUDA."""
    return "cuda" if torch == "pypi" and sys.platform == "linux" else "cpu"


def wanted(choice: dict[str, str]) -> dict[str, str]:
    """What the stamp must say for the environment to be as it should be."""
    files = {n: hashlib.sha256((ROOT / n).read_bytes()).hexdigest() for n in ("requirements.txt", "pyproject.toml")}
    return {**files, "python": ".".join(map(str, sys.version_info[:3])), "root": str(ROOT), **choice}


def is_ready(choice: dict[str, str]) -> bool:
    """True if the environment was installed completely, as chosen, for this Python and folder."""
    return stamped() == wanted(choice) and (BIN / "python").exists()


def pip(*arguments: str) -> None:
    """Run pip with one line of progress; its whole output goes to the log."""
    start, tail = time.monotonic(), ""
    command = [str(BIN / "python"), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
    with LOG.open("a", encoding="utf-8") as log, subprocess.Popen(command, **streams) as process:
        packages = 0
        for line in process.stdout:
            log.write(line)
            tail = (tail + line)[-20_000:]
            if line.startswith(("Collecting", "Installing", "Obtaining")):
                packages += line.startswith("Collecting")
                progress(f"{packages:3d} packages, {time.monotonic() - start:3.0f} s: {' '.join(line.split()[:2])}")
        status = process.wait()
    progress_end()
    if status != 0:
        known = [way for sign, way in WAYS_OUT.items() if sign in tail]
        last = [line for line in tail.splitlines() if "ERROR" in line or "error:" in line][-3:]
        stop("The packages could not be installed.", *known[:1], *last, f"pip's whole output: {LOG}")


def progress(text: str) -> None:
    """Show one line that overwrites itself on a terminal, and every twentieth line elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K  {text[:76]}", end="", flush=True)
    elif text.lstrip().split(" ")[0].endswith("0") or "Installing" in text:
        print(f"  {text[:100]}", flush=True)


def progress_end() -> None:
    """Leave the progress line."""
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


def install(choice: dict[str, str]) -> None:
    """Install PyTorch from the index that was chosen, then everything else."""
    pins = str(ROOT / "requirements.txt")
    locked = choice["PINS"] == "locked"
    versions = ["-c", pins] if locked else ["--upgrade"]
    if choice["TORCH"] == "cpu":  # nothing but PyTorch itself may come from there
        pip("--no-deps", "--index-url", CPU_INDEX, *versions, "torch")
    if locked:
        pip("--prefer-binary", "-r", pins)
        pip("--no-deps", "-e", str(ROOT))
    else:
        pip("--prefer-binary", "--upgrade", "--upgrade-strategy", "eager", "-e", f"{ROOT}[dev]")


def make_venv() -> None:
    """Make an empty environment."""
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        stop("The virtual environment could not be made.", made.stdout[-500:] + made.stderr[-500:])


def main() -> int:
    """Make or mend the environment."""
    choice = chosen()
    if is_ready(choice) and os.environ.get("PINS") != "latest":  # who asks for the newest, asks for today's
        return 0
    check_machine(choice["TORCH"])
    start = time.monotonic()
    intact = (
        (BIN / "python").exists()
        and subprocess.run([BIN / "python", "-c", "import pip"], capture_output=True, check=False).returncode == 0
        and python_of_venv() == sys.version_info[:2]
        # A build of PyTorch satisfies the pin of the other one, and CUDA's packages would stay behind.
        and stamped().get("TORCH", "pypi") == choice["TORCH"]
    )
    size = INSTALLED_GB[build_of(choice["TORCH"])]
    print(f"Setting up the environment in {VENV} (once; about {size:g} GB, some minutes)", flush=True)
    if not intact:
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv()
    STAMP.write_text(json.dumps(choice), encoding="utf-8")  # no complete stamp: not ready, but what was chosen is kept
    LOG.unlink(missing_ok=True)
    install(choice)
    STAMP.write_text(json.dumps(wanted(choice)), encoding="utf-8")
    print(f"Environment ready after {time.monotonic() - start:.0f} s", flush=True)
    return 0


def python_of_venv() -> tuple[int, ...]:
    """The Python version that the environment was made with."""
    code = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([BIN / "python", "-c", code], capture_output=True, text=True, check=False)
    return tuple(map(int, answer.stdout.split()))


if __name__ == "__main__":
    if sys.argv[1:] == ["--suits"]:  # the Makefile looks for a Python
        raise SystemExit(not suits())
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        print("\nInterrupted. Nothing is broken: the same command goes on from here.", file=sys.stderr)
        raise SystemExit(130) from None
    except OSError as error:
        if error.errno == 28:
            stop(DISK_FULL)
        raise

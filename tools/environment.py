"""Make the course's virtual environment in .venv, or mend it; do nothing when it is as it should be.

Runs with the system's Python and nothing but the standard library. A stamp in .venv names what was installed (the
pins, the project's metadata, the Python version) and is written last: an interrupted or outdated installation has no
valid stamp, and the next call goes on from pip's cache.
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
OLDEST, NEWEST = (3, 11), (3, 13)
DISK_GB = 3.0  # the environment takes 2 GB with torch's CPU build, pip's temporary files the rest
DISK_FULL = "The disk is full. Free some space and run the same command again; it goes on from here."
WAYS_OUT = {
    "No space left on device": DISK_FULL,
    "No matching distribution found": "A pinned package has no build for this Python and system. The course runs on "
    "Python 3.11 to 3.13 (64 bit); choose one with make book PYTHON=python3.12",
    "Temporary failure in name resolution": "No connection to the package index. Run the same command again when "
    "there is one; it goes on from here.",
    "Read timed out": "The package index did not answer in time. Run the same command again; it goes on from here.",
    "error: command 'gcc' failed": "A package had to be compiled and could not be. Install a C compiler (Debian and "
    "Ubuntu: apt install build-essential) and run the same command again.",
    "error: command 'cc' failed": "A package had to be compiled and could not be. Install a C compiler and try again.",
}


def stop(*lines: str) -> None:
    """End with a message for the person at the terminal."""
    print("\n" + "\n".join(lines), file=sys.stderr)
    raise SystemExit(1)


def check_machine() -> None:
    """Stop where the installation cannot succeed, with what to do about it."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(f"The course needs Python 3.11, 3.12 or 3.13; {sys.executable} is {found}.")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("This Python comes without venv. On Debian and Ubuntu: apt install python3-venv")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < DISK_GB:
        stop(f"The environment needs {DISK_GB:.0f} GB of disk; {free:.1f} GB are free in {ROOT}.")


def wanted() -> dict[str, str]:
    """What the stamp must say for the environment to be as it should be."""
    files = {n: hashlib.sha256((ROOT / n).read_bytes()).hexdigest() for n in ("requirements.txt", "pyproject.toml")}
    return {**files, "python": ".".join(map(str, sys.version_info[:3])), "root": str(ROOT)}


def is_ready() -> bool:
    """True if the environment was installed completely, from these pins, for this Python and folder."""
    try:
        return json.loads(STAMP.read_text()) == wanted() and (BIN / "python").exists()
    except (OSError, ValueError):
        return False


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


def open_chapters_as_notebooks() -> None:
    """Let JupyterLab in this environment open MyST Markdown as a notebook on a double click, and ask no other host."""
    settings = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    viewers = {"defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}
    silent = {"fetchNews": "false", "checkForUpdates": False}
    plugins = {"docmanager-extension:plugin": viewers, "apputils-extension:notification": silent}
    settings.write_text(json.dumps({f"@jupyterlab/{name}": value for name, value in plugins.items()}, indent=2))


def main() -> int:
    """Make or mend the environment."""
    if is_ready():
        return 0
    check_machine()
    start = time.monotonic()
    intact = (BIN / "python").exists() and subprocess.run(
        [BIN / "python", "-c", "import pip"], check=False
    ).returncode == 0
    print(f"Setting up the environment in {VENV} (once; about 2 GB, some minutes)", flush=True)
    STAMP.unlink(missing_ok=True)
    if not intact or python_of_venv() != sys.version_info[:2]:
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            stop("The virtual environment could not be made.", made.stdout[-500:] + made.stderr[-500:])
    LOG.unlink(missing_ok=True)
    pip("--prefer-binary", "-r", str(ROOT / "requirements.txt"))
    pip("--no-deps", "-e", str(ROOT))
    open_chapters_as_notebooks()
    STAMP.write_text(json.dumps(wanted()))
    print(f"Environment ready after {time.monotonic() - start:.0f} s", flush=True)
    return 0


def python_of_venv() -> tuple[int, ...]:
    """The Python version that the environment was made with."""
    code = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([BIN / "python", "-c", code], capture_output=True, text=True, check=False)
    return tuple(map(int, answer.stdout.split()))


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        print("\nInterrupted. Nothing is broken: the same command goes on from here.", file=sys.stderr)
        raise SystemExit(130) from None
    except OSError as error:
        if error.errno == 28:
            stop(DISK_FULL)
        raise

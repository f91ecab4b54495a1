"""Build the book: ``python tools/book.py``.

This is `jupyter-book build` with the options that the book needs, and with a word on what went wrong around it:
another build at work, a full disk, an interruption. The build itself, with execution of the chapters, mathematics
and the tuning of the pages, is in `_config.yml` and `book/_ext/`, so that plain jupyter-book does the same.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
NEEDED_MB = 200
COMMAND = ["build", "book", "--config", "_config.yml", "--toc", "_toc.yml", "--path-output", ".", "-W", "--keep-going"]


def free_mb() -> int:
    """Free space where the book is built, in MB."""
    return shutil.disk_usage(ROOT).free // 2**20


@contextmanager
def alone() -> Iterator[None]:
    """Wait for another build of this checkout; two at once would spoil each other's files."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build of this checkout is running; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build() -> int:
    """Build; return the exit status."""
    if importlib.util.find_spec("jupyter_book") is None:
        print("jupyter-book is not installed. `make book` installs everything; so does `pip install -e .[book]`.")
        return 2
    if free_mb() < NEEDED_MB:
        print(f"Only {free_mb()} MB free at {ROOT}; the build needs {NEEDED_MB} MB. Make room and build again.")
        return 2
    import click
    import jupyter_book.sphinx
    from jupyter_book.cli.main import main as jupyter_book_command
    from sphinx.util.console import color_terminal, nocolor

    explain = jupyter_book.sphinx.handle_exception

    def explain_faults(app: Any, arguments: Any, exception: BaseException, stream: Any) -> None:
        """Say what went wrong, as Sphinx does, but let an interruption pass: jupyter-book would call it a fault."""
        if isinstance(exception, KeyboardInterrupt):
            raise exception
        explain(app, arguments, exception, stream)

    jupyter_book.sphinx.handle_exception = explain_faults

    if not color_terminal():
        nocolor()
    os.chdir(ROOT)
    started, problem = time.monotonic(), None
    with alone():
        try:
            jupyter_book_command(COMMAND, standalone_mode=False)
        except click.Abort:  # click's word for an interruption
            raise KeyboardInterrupt from None
        except (RuntimeError, SystemExit) as error:  # how jupyter-book ends once Sphinx has printed the reason
            problem = error
    seconds = time.monotonic() - started
    if problem is not None:
        full = f" The disk is full ({free_mb()} MB free)." if free_mb() < 20 else ""
        print(f"\nThe book was not built ({seconds:.0f} s); the reason is above.{full} What was executed is kept.")
        return 1
    print(f"\nBuilt in {seconds:.0f} s. Open {BUILD / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(build())
    except KeyboardInterrupt:
        print("\nInterrupted. What was executed is kept; the next build goes on from there.")
        sys.exit(130)

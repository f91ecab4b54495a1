"""The built pages in Lighthouse: four kinds of page, desktop and mobile, medians. It needs a book: ``make book``."""

from __future__ import annotations

import functools
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.harness import FULL, Effort, Row

ROOT = Path(__file__).parents[1]
BUILT, TOOL = ROOT / "_build" / "html", Path(__file__).with_name("lighthouse")
KINDS = {"first page": "preface", "chapter": "rnn/index", "exercises": "bptt/exercises", "reference": "api/nn"}
LEAST = {"desktop": 100, "mobile": 95}  # of performance; all else is to have 100


class Compressed(SimpleHTTPRequestHandler):
    """Serves the book as hosts of static pages do: text compressed."""

    def do_GET(self) -> None:
        """Answer with a file, text compressed."""
        path = Path(self.translate_path(self.path))
        if not path.is_file() or path.suffix not in (".html", ".css", ".js", ".json", ".svg"):
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of a request."""


def browser() -> str | None:
    """Where Chromium is; None, said on the terminal, without it or without a built book."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is not None and BUILT.is_dir():
        return chromium
    print("pages are not measured: no Chromium, or no built book", file=sys.stderr)
    return None


@contextmanager
def served() -> Iterator[str]:
    """The address of the built book, while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressed, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def rows(effort: Effort) -> Iterator[Row]:
    """A row a page and size: the median of each of Lighthouse's four scores."""
    sys.path.append(str(ROOT / "book" / "_ext"))
    from course_node import install, node

    if (chromium := browser()) is None:
        return
    install(TOOL)
    runs = 5 if effort == FULL else 1
    with served() as book:
        for kind, page in KINDS.items():
            for size, least in LEAST.items():
                command = [str(node()), str(TOOL / "measure.mjs"), chromium, f"{book}/{page}.html", size, str(runs)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                scores = json.loads(done.stdout.splitlines()[-1])
                failed = scores.pop("failed", {})
                medians = {name: round(statistics.median(values)) for name, values in scores.items()}
                print(f"    below .9: {', '.join(sorted(failed)) or 'nothing'}", file=sys.stderr)
                yield {
                    "what": f"{kind}, {size}",
                    "value": medians["performance"],
                    "unit": "",
                    "text": " / ".join(map(str, medians.values())) + f" ({', '.join(map(str, scores['performance']))})",
                    "target": f"≥ {least} / 100 / 100 / 100",
                    "reached": medians.pop("performance") >= least and min(medians.values()) == 100,
                }

"""Serve the built book to this machine: ``python tools/serve.py``; another port than 8000 by the variable PORT."""

from __future__ import annotations

import os
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "_build" / "html"


def serve(port: str) -> int:
    """Serve until Ctrl-C; return the exit status."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        print(f"PORT={port} is no port; a number from 1 to 65535 is.", file=sys.stderr)
        return 2
    if not PAGES.is_dir():
        print(f"There is no book in {PAGES}; `make book` builds it.", file=sys.stderr)
        return 2
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), partial(SimpleHTTPRequestHandler, directory=PAGES))
    except OSError as error:
        other = 8000 if int(port) < 1024 else int(port) % 65535 + 1
        print(f"Port {port} cannot be used ({error.strerror}). Another one: make serve PORT={other}", file=sys.stderr)
        return 1
    with server:
        print(f"http://localhost:{port} (stop with Ctrl-C)", flush=True)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(serve(os.environ.get("PORT") or "8000"))
    except KeyboardInterrupt:
        print()

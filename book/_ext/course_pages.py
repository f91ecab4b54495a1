"""Tune the built pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config


def find_toc(app: Sphinx, config: Config) -> None:
    """Let ``--toc`` be relative to where the command runs, as ``--config`` is; Sphinx looks in the source folder."""
    toc = Path(config.external_toc_path)
    if not (app.srcdir / toc).is_file():
        config.external_toc_path = str(toc.resolve())


def forget_after_warnings(app: Sphinx, exception: Exception | None) -> None:
    """Where warnings are errors, let the next build read all pages again and repeat the warnings."""
    if app.warningiserror and app._warncount:
        (app.doctreedir / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", find_toc, priority=100)
    app.connect("build-finished", forget_after_warnings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Open the chapters in JupyterLab: ``python tools/lab.py``, after the book was built.

The notebooks are copies, in ``_work/``, for a reader to change; git ignores the folder. A copy that was not changed
follows the book; one that was stays as it is, and that is said.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OFFERED, WORK = ROOT / "_build" / "html" / "_sources", ROOT / "_work"
FIRST = "preface.ipynb"
# Of the settings, those that ask or tell a reader something before the page is seen; extensions that read Markdown
# in their own way show a plain notebook no better.
SETTINGS = {
    "overrides.json": {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    },
    "page_config.json": {"disabledExtensions": {"jupyterlab-myst": True, "jupyterlab-jupytext": True}},
}


def digest(path: Path) -> str:
    """By which a notebook is known again, whatever JupyterLab writes beside its cells; outputs are the book's too."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        said: list[str] = [cell["cell_type"] + "".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError):  # no notebook any more: certainly the reader's
        return ""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def copy(offered: Path, work: Path) -> list[str]:
    """Copy the notebooks; say which copies a reader has changed although the book has a newer one."""
    noted = work / ".copied.json"
    copied = json.loads(noted.read_text(encoding="utf-8")) if noted.is_file() else {}
    kept = []
    for source in sorted(offered.rglob("*.ipynb")):
        name = source.relative_to(offered).as_posix()
        target, new = work / name, digest(source)
        if target.is_file() and digest(target) != copied.get(name):
            kept += [name] if copied.get(name) != new else []
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        copied[name] = new
    noted.parent.mkdir(parents=True, exist_ok=True)
    noted.write_text(json.dumps(copied, indent=1), encoding="utf-8")
    return kept


def command(work: Path, more: list[str]) -> list[str]:
    """What starts JupyterLab at the first page."""
    settings = work / ".lab"
    settings.mkdir(parents=True, exist_ok=True)
    for name, content in SETTINGS.items():
        (settings / name).write_text(json.dumps(content), encoding="utf-8")
    places = [f"--ServerApp.root_dir={work}", f"--LabApp.app_settings_dir={settings}"]
    return [sys.executable, "-m", "jupyterlab", *places, f"--LabApp.default_url=/lab/tree/{FIRST}", *more]


def main(more: list[str]) -> int:
    """Copy and open; options are handed on to JupyterLab."""
    if not (OFFERED / FIRST).is_file():
        print("The book is not built: run `make book` first; `make lab` does both.")
        return 2
    for name in copy(OFFERED, WORK):
        print(f"_work/{name} stays as you changed it; the book has a newer one. Delete yours to get it.")
    start = command(WORK, more)
    sys.stdout.flush()
    os.execv(start[0], start)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Execute the chapters before Sphinx reads them: in parallel, with progress, into the Jupyter cache.

MyST-NB takes every chapter from the cache afterwards. A chapter is executed again when its code cells, a module of
this repository that it imported, a kept result that it read, a package that it computes with or the processor has
changed; an edited sentence executes nothing.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from docutils import nodes
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from myst_nb.core.read import MystMetadataParsingError, create_nb_reader
from myst_nb.sphinx_ import NbMetadataCollector
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.console import bold, green, red, strip_escape_sequences, yellow
from tqdm import tqdm

from rnncourse.results import kept

logger = logging.getLogger(__name__)

# What the numbers on a page may depend on, besides the chapter and this repository.
PACKAGES = ("rnncourse", "numpy", "scipy", "torch", "matplotlib", "Faker", "ipykernel")

# Runs as the chapter's last cell and is taken out again: which of the repository's modules were imported, and which
# results read?
PROBE = """
import json as _json, sys as _sys
_read = getattr(_sys.modules.get("rnncourse.results.kept"), "opened", ())
print(_json.dumps([*_read, *(f for m in list(_sys.modules.values()) if (f := getattr(m, "__file__", None) or ""))]))
"""


class ChapterError(SphinxError):
    """A chapter that did not execute."""

    category = "Chapters not executed"


@dataclass
class Chapter:
    """One chapter on its way through execution."""

    name: str
    path: Path
    nb: nbformat.NotebookNode
    seconds: float = 0.0
    error: str = ""
    client: NotebookClient | None = None


def fingerprint(path: Path) -> str:
    """Content of a file as a short hash, empty when the file is gone."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that a number on a page may depend on, and what the processor can do.

    By that NumPy and torch choose their loops, and each loop rounds in its own way.
    """
    able = np.show_config(mode="dicts").get("SIMD Extensions", {})
    found = {"python": "{}.{}".format(*sys.version_info), "processor": json.dumps(able)}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = ""
    return found


def is_current(cache: JupyterCacheAbstract, chapter: Chapter, root: Path) -> bool:
    """Whether the cache holds this chapter's outputs, computed from today's code and packages."""
    try:
        record = cache.match_cache_notebook(chapter.nb)
        cache.get_cache_bundle(record.pk)  # an interrupted build can leave a record without its notebook
    except KeyError:
        return False
    sources = record.data.get("sources")
    fresh = (
        sources is not None
        and "packages" in record.data
        and record.data.get("versions") == versions()
        and all(fingerprint(root / name) == value for name, value in sources.items())
    )
    if not fresh:
        cache.remove_cache(record.pk)
    return fresh


def execute(chapter: Chapter, root: Path, timeout: int, bar: tqdm[Any]) -> dict[str, Any]:
    """Execute one chapter in its own kernel; return what it used.

    That is files of the repository, with their fingerprints, and the names by which other packages were imported.
    """
    probe = nbformat.from_dict(
        {"cell_type": "code", "metadata": {}, "source": PROBE, "outputs": [], "execution_count": None}
    )
    chapter.nb.cells.append(probe)

    def advance(**_: Any) -> None:
        bar.update()

    environment = dict(os.environ)
    # One thread each: chapters that run side by side do not fight, and sums round the same way in every build.
    environment.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")})
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    chapter.client = NotebookClient(
        chapter.nb,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(chapter.path.parent)}},
        on_cell_executed=advance,
        record_timing=False,  # times in the cells' metadata would change the key of the cache
    )
    files = [*(root / "rnncourse").rglob("*.py"), *(root / "results").rglob("*.json")]
    before = {path: fingerprint(path) for path in files}  # it may be edited meanwhile
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as sockets:
        if os.name == "posix":  # no ports that two kernels could race for
            manager = chapter.client.create_kernel_manager()
            manager.connection_file, manager.transport = str(Path(sockets, "kernel.json")), "ipc"
        try:
            chapter.client.execute(env=environment)
        except CellTimeoutError as error:
            chapter.error = f"a cell ran for more than {timeout} s\n{error}"
        except (CellExecutionError, DeadKernelError) as error:
            chapter.error = str(error)
        finally:  # nbclient forgets it where a kernel dies while it starts, and stumbles over it at the end
            atexit.unregister(chapter.client._cleanup_kernel)
    chapter.seconds = time.monotonic() - started
    if chapter.error:
        return {}
    chapter.nb.cells.remove(probe)
    for cell in chapter.nb.cells:
        if cell.cell_type == "code":
            cell.outputs = in_one(cell.outputs)
    said = json.loads("".join(o.text for o in probe.outputs if o.get("name") == "stdout"))
    used = sorted({Path(name) for name in said})
    foreign = [f for f in used if "site-packages" in f.parts]
    own = [f for f in used if f.is_relative_to(root) and f not in foreign]
    return {
        "sources": {str(f.relative_to(root)): before.get(f) or fingerprint(f) for f in own},
        "packages": sorted({f.parts[f.parts.index("site-packages") + 1].removesuffix(".py") for f in foreign}),
    }


def in_one(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Outputs of a cell, with what was printed in a row in one piece.

    A busy kernel sends a line in two pieces, its end apart; MyST-NB would show an empty line between them.
    """
    found: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = found[-1] if found else nbformat.NotebookNode()
        if output.output_type == last.get("output_type") == "stream" and output.name == last.get("name"):
            last.text += output.text
        else:
            found.append(output)
    return found


def stop(chapters: list[Chapter]) -> None:
    """Kill the kernels of chapters that are still running, so that their threads end."""
    for chapter in chapters:
        process = getattr(getattr(getattr(chapter.client, "km", None), "provisioner", None), "process", None)
        if process is not None and process.poll() is None:
            process.kill()


def run_all(chapters: list[Chapter], cache: JupyterCacheAbstract, root: Path, timeout: int) -> None:
    """Execute chapters side by side, say how far each is, and put the finished ones into the cache."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = min(len(chapters), cores)
    cells = sum(cell.cell_type == "code" for chapter in chapters for cell in chapter.nb.cells) + len(chapters)
    logger.info("")  # Sphinx is in the middle of a line
    logger.info(bold("executing chapters: ") + "%s", ", ".join(chapter.name for chapter in chapters))
    bar = tqdm(total=cells, unit="cell", file=sys.stdout, leave=False, disable=not sys.stdout.isatty())
    with bar, ThreadPoolExecutor(workers) as pool:
        tasks: dict[Future[dict[str, Any]], Chapter] = {}
        try:
            for chapter in chapters:
                tasks[pool.submit(execute, chapter, root, timeout, bar)] = chapter
            waiting = set(tasks)
            while waiting:
                done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                bar.refresh()
                for task in done:
                    chapter, used = tasks[task], task.result()
                    if chapter.error:
                        bar.write(f"  {chapter.name}: {red('failed')} after {chapter.seconds:.1f} s")
                        continue
                    data = {"execution_seconds": chapter.seconds, "versions": versions(), **used}
                    cache.cache_notebook_bundle(
                        CacheBundleIn(chapter.nb, str(chapter.path), data=data), check_validity=False, overwrite=True
                    )
                    bar.write(f"  {chapter.name}: {green('executed')} in {chapter.seconds:.1f} s")
        except BaseException:
            waiting = {task for task in tasks if not task.cancel()}
            while waiting:  # a kernel that was about to start when the others were killed is killed in the next round
                stop(chapters)
                waiting = wait(waiting, timeout=0.2).not_done
            raise
    failed = [chapter for chapter in chapters if chapter.error]
    if failed:
        text = "\n\n".join(f"{chapter.path}:\n{chapter.error}" for chapter in failed)
        raise ChapterError(text if sys.stdout.isatty() else strip_escape_sequences(text))


def configure(app: Sphinx, config: Any) -> None:
    """The cache lies at the root of the repository, wherever the build is started from."""
    config.nb_execution_cache_path = str(app.srcdir.parent / "_cache")


def read(env: BuildEnvironment, name: str) -> Chapter | None:
    """Read a page as a notebook, exactly as MyST-NB will; None for a page without cells."""
    path = Path(env.doc2path(name))
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)  # type: ignore[attr-defined]
    if reader is None:
        return None
    try:
        return Chapter(name, path, reader.read(text))
    except MystMetadataParsingError as error:
        raise ChapterError(f"{path}: {error}") from error


def execute_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Bring the cache up to date; return the chapters that Sphinx has to read again."""
    if app.config.nb_execution_mode != "cache":
        return []
    root = Path(app.srcdir).parent.resolve()
    cache = get_cache(app.config.nb_execution_cache_path)
    chapters = filter(None, (read(env, name) for name in sorted(env.found_docs)))
    stale = [chapter for chapter in chapters if not is_current(cache, chapter, root)]
    if stale:
        run_all(stale, cache, root, app.config.nb_execution_timeout)
    return [chapter.name for chapter in stale]


def write_notebook(app: Sphinx, doctree: nodes.document) -> None:
    """Put the executed notebook into ``jupyter_execute``: from a cache, MyST-NB writes it there without its outputs."""
    if app.config.nb_execution_mode != "cache" or (chapter := read(app.env, app.env.docname)) is None:
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    _, notebook = cache.merge_match_into_notebook(chapter.nb)
    target = Path(app.outdir).parent / "jupyter_execute" / f"{chapter.name}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(nbformat.writes(notebook), encoding="utf-8")


def add_execution_time(app: Sphinx, doctree: nodes.document) -> None:
    """Say at the end of a page how long its code ran, what its chapter may take, and what was computed before."""
    noted = NbMetadataCollector.get_exec_data(app.env, app.env.docname)
    sections = list(doctree.findall(nodes.section))
    if not sections:
        return
    if noted is not None and noted["runtime"] is not None:
        seconds, budget = noted["runtime"], app.config.chapter_budget
        text = f"The code of this page ran in {seconds:.0f} s; the budget of its chapter is {budget} s."
        sections[0] += nodes.paragraph("", text, classes=["execution-time"])
    for note in notes(app, doctree):
        sections[0] += nodes.paragraph("", note, classes=["execution-time"])


def record(app: Sphinx, page: str) -> dict[str, Any]:
    """What was noted when a page was executed; nothing of a page without cells."""
    chapter = read(app.env, page)
    if chapter is None:
        return {}
    noted: dict[str, Any] = get_cache(app.config.nb_execution_cache_path).match_cache_notebook(chapter.nb).data
    return noted


def notes(app: Sphinx, doctree: nodes.document) -> list[str]:
    """When and how each result was made that a cell of the page or one of its figures read."""
    root = Path(app.srcdir).parent
    names = {f"results/{name}.json" for figure in doctree.findall(nodes.figure) for name in figure.get("results", ())}
    names |= {name for name in record(app, app.env.docname).get("sources", {}) if Path(name).parts[0] == "results"}
    return [kept.Result(kept.read(root / name)).note for name in sorted(names)]


def report_budget(app: Sphinx, exception: Exception | None) -> None:
    """Warn of chapters over their budget. No error: a slower machine than the one the budget is for may build too."""
    if exception is not None or not hasattr(app.env, "nb_metadata"):
        return
    budget, chapters = app.config.chapter_budget, Counter[str]()
    for name, data in app.env.nb_metadata.items():
        chapters[name.partition("/")[0]] += (data.get("exec_data") or {}).get("runtime") or 0
    for name, seconds in sorted(chapters.items()):
        if seconds > budget:
            logger.info(bold(yellow(f"OVER BUDGET: chapter {name} ran {seconds:.0f} s, its budget is {budget} s.")))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_config_value("chapter_budget", 60, "env", types=int)
    app.connect("config-inited", configure)
    app.connect("env-get-outdated", execute_outdated)
    app.connect("doctree-read", write_notebook)
    app.connect("doctree-read", add_execution_time)
    app.connect("build-finished", report_budget, priority=950)  # late, so that it is not overlooked
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}

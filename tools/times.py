"""Make the parts of ``make test`` one after the other, and end with a table where the time went.

``python tools/times.py MAKE TARGET …`` makes each target as ``make TARGET`` would, but the book once. The table has the
seconds of each target and, of what belongs to a chapter, those that the chapter adds: the execution of its pages, and
the tests that bear its name or look at its pages. A chapter over its budget is a warning: machines differ.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import nbformat
from jupyter_cache import get_cache

from rnncourse.chapters import Chapter, chapters

ROOT = Path(__file__).resolve().parents[1]
BUDGET = 90  # seconds that a chapter may add, on 2 cores


def owner(case: ElementTree.Element, names: set[str]) -> str:
    """The chapter that a test belongs to: by its page, exercise or assignment, else by folder or file; or nothing."""
    _, _, asked = case.get("name", "").partition("[")
    folder, _, file = ("." + case.get("classname", "")).rpartition(".")
    folder = folder.rpartition(".")[2]
    if page := re.match(r"api/(\w+)\]|(\w+)/", asked):
        found = page[1] or page[2]
    elif folder == "checks" or file in ("test_every_assignment", "test_benign"):  # each once more for a chapter more
        found = next((word for word in re.findall(r"\w+", asked) if word in names), "")
    elif folder in ("tests", "experiments"):  # kernels and nn have files of the same names
        found = file.removeprefix("test_")
    else:
        found = folder
    return found if found in names else ""


def tested(report: Path, seconds: float, names: set[str]) -> dict[str, float]:
    """What each chapter's tests took of a target's seconds, from pytest's report; several processes share these out."""
    spent: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):
        said = case.find("properties/property[@name='seconds']")  # where one test did the work for others
        spent[owner(case, names)] += float(case.get("time", 0) if said is None else said.get("value", 0))
    scale = min(1.0, seconds / (sum(spent.values()) or 1))
    return {name: scale * spent[name] for name in names}


def executed(chapter: Chapter) -> float:
    """What the execution of a chapter's pages took or, where the build found them executed, once took."""
    cache, seconds = get_cache(str(ROOT / "_cache")), 0.0
    for page in chapter.pages:
        notebook = ROOT / "_build" / "jupyter_execute" / f"{page}.ipynb"
        if notebook.is_file():
            record = cache.match_cache_notebook(nbformat.read(notebook, nbformat.NO_CONVERT))
            seconds += record.data["execution_seconds"]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return seconds / cores


def table(took: dict[str, float]) -> str:
    """The seconds of each target, then those of each chapter."""
    lines = ["", "Where the time went, in seconds", *(f"{name:14}{seconds:8.0f}" for name, seconds in took.items())]
    lines.append(f"{'together':14}{sum(took.values()):8.0f}")
    found = chapters(ROOT)
    names = {chapter.name for chapter in found}
    reports = {target: ROOT / "_build" / "times" / f"{target}.xml" for target in took}
    columns = {t: tested(reports[t], took[t], names) for t in took if reports[t].is_file()}
    if "book" in took:
        columns = {"execution": {chapter.name: executed(chapter) for chapter in found}} | columns
    columns = {column: spent for column, spent in columns.items() if any(spent.values())}
    lines += ["", f"{'A chapter adds':14}" + "".join(f"{column:>11}" for column in (*columns, "together"))]
    over = []
    for chapter in found:
        spent = [column[chapter.name] for column in columns.values()]
        lines.append(f"{chapter.name:14}" + "".join(f"{seconds:11.0f}" for seconds in (*spent, sum(spent))))
        if sum(spent) > BUDGET:
            over.append(
                f"OVER BUDGET: chapter {chapter.name} adds {sum(spent):.0f} s; {BUDGET} s are meant, on 2 cores."
            )
    return "\n".join([*lines, *over, ""])


def main(make: str, targets: list[str]) -> int:
    """Make the targets up to the first that fails, or with ``make -k`` all of them; return the exit status."""
    status, took, flags = 0, dict[str, float](), os.environ.get("MAKEFLAGS", "").split(" ")[0]
    (ROOT / "_build" / "times").mkdir(parents=True, exist_ok=True)
    try:
        for target in targets:
            (ROOT / "_build" / "times" / f"{target}.xml").unlink(missing_ok=True)
            started = time.monotonic()
            done = subprocess.run([make, "--no-print-directory", *["-o", "book"] * ("book" in took), target], cwd=ROOT)
            took[target] = time.monotonic() - started
            status = status or done.returncode
            if done.returncode and (flags.startswith("-") or "k" not in flags):
                break
    except KeyboardInterrupt:
        status = 130
    said = table(took)
    (ROOT / "_build" / "times.txt").write_text(said, encoding="utf-8")
    print(said)
    return status


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("expected the command make and what to make, as in: python tools/times.py make lint unit")
    sys.exit(main(sys.argv[1], sys.argv[2:]))

"""``python -m benchmarks``: how fast and how well, measured on this machine; see README.md."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import device, grading, learning, live, memory, pages, recurrent, sizes
from benchmarks.harness import FULL, QUICK, Effort, Row, load, machine

ROOT = Path(__file__).parents[1]
LAST, KEPT = ROOT / "_build" / "benchmarks", Path(__file__).parent / "results"

TABLES: dict[str, tuple[str, Callable[[Effort], Iterator[Row]]]] = {
    "kernels": ("Kernel against torch.nn, 1 thread and a process each", recurrent.kernels),
    "loops": ("Kernel against the usual loop from scratch (torch, gate by gate, autograd), 1 thread", recurrent.loops),
    "floors": ("Kernel against its matrix products alone (below 1 by nature), 1 thread", recurrent.floors),
    "layers": ("rnncourse.nn against torch.nn, 1 thread", recurrent.layers_one_thread),
    "layers-threads": ("rnncourse.nn against torch.nn, default threads", recurrent.layers_default_threads),
    "steps": (
        "Training step (embedding, layer, linear, cross-entropy, Adam) against the same with torch.nn, default threads",
        recurrent.steps,
    ),
    "first": ("A new process, default threads", recurrent.first_calls),
    "rtrl": ("Real-time recurrent learning, float64, batch 1, 1 thread", recurrent.rtrl),
    "ntm": ("Neural Turing machine: a training step, 1 thread", memory.steps),
    "device": ("On an accelerator, forward and backward, absolute times", device.rows),
    "live": ("Python in the page, in Chromium from this machine", live.rows),
    "learning": ("Learning results, 1 thread; median (lowest–highest) over seeds", learning.rows),
    "pages": (
        "Pages in Lighthouse: performance / accessibility / best practices / SEO, medians (performance of each run)",
        pages.rows,
    ),
    "sizes": (
        "Pages: words / KB before anything is done / KB after a full scroll / nodes / seconds that the cells took",
        sizes.rows,
    ),
    "grading": ("Grading beside stock nbgrader, 1 thread a process; median (quartiles) over rounds", grading.rows),
    "class": ("Grading a generated class from submissions to gradebook, 2 workers on 2 cores", grading.class_rows),
}


def markdown_row(row: Row, change: str = "") -> str:
    """One line of a table: a comparison, or a single value."""
    if "ratio" in row:
        quartiles = f" ({row['low']:.2f}–{row['high']:.2f})" if "low" in row else ""
        target = (
            f"≥ {row['target']}{'' if row['ratio'] >= row['target'] else ' **not reached**'}" if row["target"] else ""
        )
        values = f"{row['peer_ms']:.2f} | {row['ours_ms']:.2f} | {row['ratio']:.2f}{quartiles} | {target}"
        return f"| {row['what']} | {row['config']} | {values} | {change} |"
    target = row["target"] + ("" if row["reached"] else " **not reached**")
    value = row.get("text") or f"{row['value']:.4g} {row['unit']}"
    return f"| {row['what']} | {value} | {target} | {change} |"


def head(row: Row) -> str:
    """The head of the table that a row belongs to."""
    if "ratio" in row:
        names = ["", "sizes", "peer, ms", "ours, ms", "times faster (quartiles)", "target", "since"]
    else:
        names = ["", "reached", "target", "since"]
    return f"| {' | '.join(names)} |\n{'|---' * len(names)}|"


def change(row: Row, earlier: list[Row]) -> str:
    """What became of a row since an earlier run on the same machine: empty where nothing did.

    A ratio has changed when the quartiles of the two runs do not meet and it moved by over 5 %.
    """
    before = next(
        (old for old in earlier if (old["what"], old.get("config")) == (row["what"], row.get("config"))), None
    )
    if before is None:
        return "new"
    if "ratio" in row:
        key, apart = "ratio", row.get("low", 0) > before.get("high", 0) or row.get("high", 0) < before.get("low", 0)
    else:
        key, apart = "value", True
    moved = row[key] / before[key] - 1 if before[key] else 0.0
    return f"{before[key]:.4g} → {row[key]:.4g}" if apart and abs(moved) > 0.05 else ""


def markdown(result: dict[str, Any], earlier: dict[str, Any] | None) -> str:
    """A page of all tables, with what changed since the earlier result."""
    m = result["machine"]
    sizes = "; ".join(f"{name}: B={B}, T={T}, F={F}, H={H}" for name, (B, T, F, H) in recurrent.SIZES.items())
    lines = [
        "# Benchmarks",
        f"{m['cpu']}, {m['cores']} cores, {m['system']} · Python {m['python']}, NumPy {m['numpy']} ({m['blas']}), "
        f"torch {m['torch']}",
        "",
        f"float32, forward and backward. {sizes}.",
    ]
    if m["removed from the environment"]:
        lines.append(f"Measured without these settings of the machine: {', '.join(m['removed from the environment'])}.")
    for name, table in result["tables"].items():
        old = (earlier or {}).get("tables", {}).get(name, {}).get("rows", [])
        title = TABLES[name][0] if name in TABLES else name
        lines += ["", f"## {title}", f"{table['date']}, {table['load']:.1f} busy processes in the minute before.", ""]
        if table["rows"]:
            lines.append(head(table["rows"][0]))
            lines += [markdown_row(row, change(row, old) if earlier else "") for row in table["rows"]]
    return "\n".join(lines) + "\n"


def slug(m: Row) -> str:
    """A file name for a machine: the same one again finds its earlier run."""
    return re.sub(r"[^a-z0-9]+", "-", f"{m['cpu']} {m['cores']} cores {m['system']}".lower()).strip("-")


def main(arguments: list[str] | None = None) -> int:
    """Measure, table after table; each is written when it is finished, so that an interrupted run keeps them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"all, or some of: {', '.join(TABLES)}")
    parser.add_argument("--quick", action="store_true", help="does it run, not how fast; nothing is written")
    parser.add_argument("--keep", action="store_true", help="write to benchmarks/results/, to be committed")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.tables if name not in TABLES]
    if unknown:
        parser.error(f"no such table: {', '.join(unknown)}; there are {', '.join(TABLES)}")
    this = machine()
    name = f"{slug(this)}.json"
    found = [path for path in (LAST / name, KEPT / name) if path.exists()]
    earlier = json.loads(found[0].read_text(encoding="utf-8")) if found else None
    result: dict[str, Any] = {"machine": this, "tables": dict((earlier or {}).get("tables", {}))}
    target = (KEPT if asked.keep else LAST) / name
    print(f"{this['cpu']}, {this['cores']} cores, load {load():.1f}" + (f"; compared with {found[0]}" if found else ""))
    if load() > 0.5 * (this["cores"] or 1):
        print("Other processes are busy: times will be off, ratios less so.", file=sys.stderr)
    for table in asked.tables or TABLES:
        title, measure = TABLES[table]
        started, rows = {"date": f"{datetime.now():%Y-%m-%d %H:%M}", "load": load()}, []
        old = (earlier or {}).get("tables", {}).get(table, {}).get("rows", [])
        print(f"\n{title}")
        for row in measure(QUICK if asked.quick else FULL):
            if not rows:
                print(head(row))
            rows.append(row)
            print(markdown_row(row, change(row, old) if earlier else ""), flush=True)
        result["tables"][table] = started | {"rows": rows}
        result["tables"] = {key: result["tables"][key] for key in TABLES if key in result["tables"]}
        if not asked.quick:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            target.with_suffix(".md").write_text(markdown(result, earlier), encoding="utf-8")
    if not asked.quick:
        print(f"\nwritten: {target.relative_to(ROOT)} and .md")
    return 0


if __name__ == "__main__":
    sys.exit(main())

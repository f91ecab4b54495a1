"""Print what attacks do to stock nbgrader and to ours, as a table in Markdown: ``python tests/attacks [NAME …]``.

``--keep`` tries all on stock nbgrader alone, and keeps for ``make stock`` what happened.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from attacks import arena, kept, ours, stock


def main() -> None:
    """Run the attacks that are named, or all."""
    names = sys.argv[1:] or list(arena.corpus())
    os.environ["GRADER_TOKEN"] = arena.TOKEN
    print("| attack | tries | stock nbgrader | ours |\n|---|---|---|---|")
    counts: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, ours.Outside(Path(folder, "ours")) as outside:
        template = stock.prepared(Path(folder, "template"))
        for name in names:
            attack = arena.corpus()[name]
            seen = stock.observe(attack, Path(folder, name), template)
            wrong = ours.attempt(attack, outside)
            kind = next((kind for kind in ("batch", "gains", "leaks", "harms") if kind in seen), "resists")
            counts[kind] = counts.get(kind, 0) + 1
            theirs = f"{kind}: {'; '.join(seen[kind])}" if seen else kind
            cells = [name, attack.tries, theirs, "; ".join(wrong) or "resists"]
            print("|", " | ".join(cell.replace("|", "/") for cell in cells), "|", flush=True)
    print(f"\n{len(names)} attacks; stock: {', '.join(f'{n} {kind}' for kind, n in sorted(counts.items()))}")


def keep() -> None:
    """Try all on stock nbgrader; those that do what they say are kept, the others are named."""
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        template = stock.prepared(Path(folder, "template"))
        for name, attack in arena.corpus().items():
            found = stock.observe(attack, Path(folder, name), template)
            if stock.disagrees(attack, found):
                print(f"{name}: expected {attack.setting('STOCK')}, saw {found}", flush=True)
            else:
                seen[attack] = found
    kept.write(seen)


if __name__ == "__main__":
    keep() if sys.argv[1:] == ["--keep"] else main()

"""What attacks did to stock nbgrader when all were last tried on it, in stock.json: ``python tests/attacks --keep``.

It depends on the attack, on this folder's two files and on the packages of a course, not on ours; where none of these
has changed, one attack of each outcome is tried again and the others are read. Attacks that use the package are never
kept.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path

from attacks.arena import Attack

FILE = Path(__file__).with_name("stock.json")
PACKAGES = (
    "nbgrader",
    "nbconvert",
    "nbclient",
    "nbformat",
    "jupyter_client",
    "ipykernel",
    "ipython",
    "traitlets",
    "numpy",
)
Kept = dict[str, tuple[str, list[str]]]  # by attack: the digest of what it depended on, the outcomes


def digest(attack: Attack) -> str:
    """Of what decides what happens."""
    parts = [attack.text, *(Path(__file__).with_name(name).read_text("utf-8") for name in ("arena.py", "stock.py"))]
    parts += [platform.python_version().rpartition(".")[0], *map(version, PACKAGES)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def keeps(attack: Attack) -> bool:
    """Is it without the package's part?"""
    return "rnncourse" not in attack.text and attack.setting("CELL") != "cell"


def read() -> Kept:
    """What is kept."""
    return {k: (d, found) for k, (d, found) in json.loads(FILE.read_text("utf-8")).items()} if FILE.is_file() else {}


def write(seen: Mapping[Attack, Collection[str]]) -> None:
    """Keep what has just been seen."""
    kept = {attack.name: [digest(attack), sorted(found)] for attack, found in seen.items() if keeps(attack)}
    FILE.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(kept.items())) + "\n}\n")


def unchanged(corpus: Mapping[str, Attack], kept: Kept) -> dict[str, list[str]]:
    """The outcomes of attacks that need not be tried again: all whose digest is kept, but the first of each outcome."""
    found: dict[str, list[str]] = {}
    again: set[str] = set()
    for name, attack in corpus.items():
        was, outcomes = kept.get(name, ("", []))
        declared = str(attack.setting("STOCK"))
        if keeps(attack) and was == digest(attack):
            if declared in again:
                found[name] = outcomes
            again.add(declared)
    return found

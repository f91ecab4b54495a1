"""What each mistake leaves right, computed; parts_kept.txt holds it, so that a change shows in the difference.

`python tests/checks/parts_kept.py` writes it anew.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from rnncourse.checks import exercises, find
from rnncourse.checks.engine import kept

FILE = Path(__file__).with_suffix(".txt")


def table() -> str:
    """A line a form: the exercise, the form, the parts of the answer that stay right."""
    return "".join(f"{n}, {f}: {'; '.join(kept(find(n), f)) or '-'}\n" for n in exercises() for f in find(n).forms)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    FILE.write_text(table(), encoding="utf-8")

"""``python -m tests.natural``: how the checks judge natural answers, and how their reports were judged.

A row a hand and part: right answers that lost something, wrong ones that passed, how many got a named mistake, and of
the reports that two readers have judged, how many fit. A report that has changed since counts as not judged.
``--reports FILE`` writes what a reader judges, as JSON: answer, mistake, ideal hint, report; of the sealed part too.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import signal
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from rnncourse.checks import check
from tests.natural import VERDICTS, Answer, answers, digest, verdicts

LIMIT = 12  # seconds a check


def examined(answer: Answer, seed: int) -> Any:
    """The report of a check, without what the answer prints; None where it does not come back."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(LIMIT)
    try:
        return _examined(answer, seed)
    except KeyboardInterrupt:
        return None
    finally:
        signal.alarm(0)


def _examined(answer: Answer, seed: int) -> Any:
    hidden = io.StringIO()
    with contextlib.redirect_stdout(hidden), contextlib.redirect_stderr(hidden), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return check(answer.exercise, answer.function, seed=seed)


def main() -> None:
    """The table, and the reports."""
    parser = argparse.ArgumentParser(prog="python -m tests.natural", description=__doc__)
    parser.add_argument("--hand", help="only answers by this hand")
    parser.add_argument("--part", choices=("open", "opened", "sealed"), help="only this part")
    parser.add_argument("--exercise", help="only this exercise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reports", type=Path, help="write the reports to be judged to this file")
    asked = parser.parse_args()
    rows: dict[tuple[str, str], Counter[str]] = {}
    judged, reports = verdicts(), []
    wanted = {name: value for name in ("hand", "part", "exercise") if (value := getattr(asked, name)) is not None}
    for a in answers():
        if any(getattr(a, name) != value for name, value in wanted.items()):
            continue
        row, report = rows.setdefault((a.hand, a.part), Counter()), examined(a, asked.seed)
        if report is None:
            row["ended"] += 1
            print(f"NOT BACK {a.key}")
            continue
        if not a.mistake:
            row["right"] += 1
            if not report.passed:
                row["lost"] += 1
                print(f"LOST {a.key}")
            continue
        row["wrong"] += 1
        row["named"] += bool(report.mistakes)
        if report.passed:
            row["passed"] += 1
            print(f"PASSED {a.key}: {a.mistake}")
            continue
        said = judged.get(a.key, {}).get(digest(str(report)))
        if said is None:
            row["not judged"] += 1
        else:  # readers who disagree: it does not fit
            worst = max(said, key=VERDICTS.index)
            row[worst] += 1
        reports.append(
            {
                "key": a.key,
                "digest": digest(str(report)),
                "mistake": a.mistake,
                "ideal": a.hint,
                "source": a.source,
                "report": str(report),
                "more": "\n".join(text for level in report.hints for text in level),
            }
        )
    columns = ("right", "lost", "wrong", "passed", "ended", "named", *VERDICTS, "not judged")
    print(f"{'hand, part':20}" + "".join(f"{c:>11}" for c in columns))
    for (hand, part), row in rows.items():
        print(f"{hand + ', ' + part:20}" + "".join(f"{row[c]:11}" for c in columns))
    if asked.reports:
        asked.reports.write_text(json.dumps(reports, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Programs that print lines: one that stalls is ended, one that goes on may take as long as it likes."""

from __future__ import annotations

import sys
import time

import pytest

from tests.book.watched import printed

LINES = "import sys, time\nfor i in range(8): print(i, flush=True); time.sleep(0.4)\n"


def run(program: str, quiet: float) -> list[int]:
    return printed([sys.executable, "-c", program], quiet)


def test_the_whole_has_no_limit() -> None:
    assert run(LINES, quiet=2.5) == [*range(8)]  # 3.2 s in all


def test_one_that_stalls_is_ended_and_the_last_line_named() -> None:
    started = time.monotonic()
    with pytest.raises(AssertionError, match=r"nothing for 3 s after 8 lines, the last: 7\nhere"):
        run(LINES + "print('here', file=sys.stderr, flush=True); time.sleep(1000)", quiet=3)
    assert time.monotonic() - started < 100


def test_one_that_fails_says_why() -> None:
    with pytest.raises(AssertionError, match=r"status 1 after 8 lines, the last: 7\n(?s:.*)a reason"):
        run(LINES + "raise SystemExit('a reason')", quiet=30)

"""Stamps of the exchange, against nbgrader's own reading of them; what a student may have written in their place."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.utils import parse_utc

from rnncourse.grading.nbgrader import timestamps

HONEST = (
    "2026-01-03 00:00:00 UTC",
    "2026-01-03 10:20:30.123456 UTC",
    "2026-07-03 10:20:30.123456 Europe/Berlin",
    "2026-01-03 10:20:30.5 America/Los_Angeles",
    "2026-01-03 10:20:30 America/Argentina/Buenos_Aires",
    "2026-01-03 10:20:30 EST",
    "2026-01-03 10:20:30",
    "2026-01-03 10:20",
    "2026-01-03T10:20:30+02:00",
    "2026-01-03 10:20:30 -0330",
    "2026-01-03T10:20:30Z",
)


@pytest.mark.parametrize("text", HONEST)
def test_a_stamp_is_what_nbgrader_reads(text: str) -> None:
    wanted: datetime = parse_utc(text.replace(" -0330", "-0330"))
    assert timestamps.parse(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2026-01-03 10:20:30 /etc/passwd",
        "2026-01-03 10:20:30 ../../../etc/passwd",
        "2026-01-03 10:20:30 Europe/Nowhere",
        "2026-01-03 10:20:30 " + "A" * 100_000,
        "1" * 100_000,
        "2026-13-03 10:20:30 UTC",
        "2026-01-03 25:20:30 UTC",
        "2026-01-03 10:20:30 +99:99",
        "\u0662026-01-03 10:20:30 UTC",
        "2026-01-03 10:20:30 UTC\0",
        "",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a|must be in|month|hour"):
        timestamps.parse(text)


def test_no_file_is_opened(tmp_path: Path) -> None:
    """nbgrader would wait for ever: it opens what the zone's name names."""
    os.mkfifo(tmp_path / "zone")
    with pytest.raises(ValueError, match="expected a"):
        timestamps.parse(f"2026-01-03 10:20:30 {tmp_path / 'zone'}")

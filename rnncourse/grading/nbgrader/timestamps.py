"""When something was handed in, as nbgrader's exchange notes it in a file that a student can write too.

nbgrader gives the text to dateutil, which guesses, and opens the file that a zone's name names. Here it is read as what
nbgrader writes, or not at all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6})\d*)?"
    r"(?: ?(Z|[+-]\d\d:?\d\d)| ([A-Z]{1,5}|[A-Za-z][\w+-]*(?:/[\w+-]+){1,2}))?",
    re.ASCII,
)
MOST = 100  # characters


def parse(text: str) -> datetime:
    """The time of a stamp such as "2026-01-03 10:00:00.123 Europe/Berlin", in UTC and without a zone.

    Without a zone it is UTC; so it is with letters that are no zone's, as nbgrader has it. Raises ValueError.
    """
    found = STAMP.fullmatch(text) if len(text) <= MOST else None
    if found is None:
        raise ValueError(f"expected a time such as 2026-01-03 10:00:00 UTC, got {text[:60]!r}")
    day, clock, fraction, offset, zone = found.groups()
    when = datetime.fromisoformat(f"{day}T{clock}") + timedelta(microseconds=int((fraction or "0").ljust(6, "0")))
    if offset and offset != "Z":
        sign, hours, minutes = offset[0], int(offset[1:3]), int(offset[-2:])
        if hours > 23 or minutes > 59:
            raise ValueError(f"expected a zone of less than a day, got {offset}")
        return when - timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    return when.replace(tzinfo=_zone(zone or "UTC")).astimezone(UTC).replace(tzinfo=None)


def _zone(name: str) -> tzinfo:
    """The zone of a name; UTC for letters that are no zone's. Raises ValueError for a place that is none."""
    if name in _names():
        return ZoneInfo(name)
    if "/" in name:
        raise ValueError(f"expected a zone, got {name[:60]!r}")
    return UTC


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())

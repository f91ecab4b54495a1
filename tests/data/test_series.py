"""The real series against the files that they come from, and against what is known of them."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from rnncourse.data.series import co2, sunspots


def rows(name: str) -> list[dict[str, str]]:
    with (files("statsmodels.datasets") / name / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_sunspots_are_those_of_the_file() -> None:
    table = rows("sunspots")
    series = sunspots()
    np.testing.assert_array_equal(series.time, [float(row["YEAR"]) for row in table])
    np.testing.assert_array_equal(series.value, [float(row["SUNACTIVITY"]) for row in table])


def test_sunspots_are_complete_and_come_back_every_eleven_years() -> None:
    time, value = sunspots()
    np.testing.assert_array_equal(time, np.arange(1700, 2009))
    assert np.isfinite(value).all()
    assert time[value.argmax()] == 1957  # the highest maximum on record
    power = np.abs(np.fft.rfft(value - value.mean())) ** 2
    assert 1 / np.fft.rfftfreq(309)[power.argmax()] == pytest.approx(11, abs=0.3)


def test_co2_is_that_of_the_file_with_nan_where_it_is_empty() -> None:
    expected = [float(row["co2"]) if row["co2"] else np.nan for row in rows("co2")]
    np.testing.assert_array_equal(co2().value, expected)


def test_co2_has_real_gaps() -> None:
    missing = np.isnan(co2().value)
    assert (len(missing), missing.sum()) == (2284, 59)
    runs = "".join(" x"[int(m)] for m in missing).split()
    assert max(map(len, runs)) == 18


def test_co2_is_dated_week_by_week_in_years() -> None:
    time = co2().time
    for i, row in enumerate(rows("co2")):
        day = date.fromisoformat(f"{row['date'][:4]}-{row['date'][4:6]}-{row['date'][6:]}")
        assert day == date(1958, 3, 29) + timedelta(weeks=i)
        assert time[i] == pytest.approx(day.year + day.timetuple().tm_yday / 365.25, abs=0.005)
    np.testing.assert_allclose(np.diff(time) * 365.2425, 7, rtol=1e-9)


@pytest.mark.parametrize("series", [co2, sunspots])
def test_series_are_typed_and_the_callers_own(series: Any) -> None:
    first = series()
    assert all(array.dtype == np.float64 and array.flags.writeable for array in first)
    first.value[:] = 0
    assert np.nanmax(series().value) > 0


def test_statsmodels_is_imported_only_when_asked_for_and_named_when_missing() -> None:
    code = """
import sys
sys.modules["statsmodels"] = None
from rnncourse.data.series import co2
try:
    co2()
except ImportError as error:
    assert "needs statsmodels: pip install" in str(error), error
else:
    raise SystemExit("no error")
"""
    subprocess.run([sys.executable, "-c", code], check=True)

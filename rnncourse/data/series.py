"""Two real series: yearly sunspots, and the weekly carbon dioxide of the air, which has gaps. Nothing is downloaded.

Source: both come with statsmodels (https://www.statsmodels.org, BSD licence), a package that the course depends on;
it states that both are in the public domain. statsmodels is imported only when a series is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse._extras import needs


class Series(NamedTuple):
    """Times in years (T,) and values (T,), both float64; NaN is a value that was never measured."""

    time: Array
    value: Array


def sunspots() -> Series:
    """The number of sunspots of each year from 1700 to 2008, without a gap: 309 values.

    Source: National Geophysical Data Center, yearly means of the sunspot number as it was counted until 2015, public
    domain; statsmodels.datasets.sunspots.

    Raises ImportError when statsmodels is not installed.
    """
    table = _load("sunspots")
    return Series(table["YEAR"].to_numpy(np.float64, copy=True), table["SUNACTIVITY"].to_numpy(np.float64, copy=True))


def co2() -> Series:
    """Carbon dioxide in the air of Mauna Loa, ppm, a week a value: 2284 weeks from 29 March 1958, 59 of them NaN.

    A week lasts 7/365.2425 years. The longest gap is 18 weeks long, from January to May of 1964.

    Source: Keeling and Whorf (2004), Carbon Dioxide Information Analysis Center, Oak Ridge National Laboratory, public
    domain; statsmodels.datasets.co2.

    Raises ImportError when statsmodels is not installed.
    """
    table = _load("co2")
    days = table.index.to_numpy().astype("datetime64[D]").astype(np.float64)  # since 1 January 1970
    return Series(1970 + days / 365.2425, table["co2"].to_numpy(np.float64, copy=True))


def _load(name: str) -> Any:
    with needs(__name__, "data"):
        datasets = import_module(f"statsmodels.datasets.{name}")
    return datasets.load_pandas().data

"""Two real series, read once and verified: yearly sunspots, and carbon dioxide in the air.

Chapter: book/lstm_windows.md. `data/README.md` says where they come from.
"""

import csv
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlexp import paths
from dlexp.idx import DataError

SERIES_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "co2.csv": "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f",
        "sunspots.csv": "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
    }
)
"""What the embedded files must hash to. A key of a result covers its data through these."""


class Series(NamedTuple):
    """Values (n,), and when each was measured (n,), in years."""

    years: NDArray[np.float64]
    values: NDArray[np.float64]


def sunspots() -> Series:
    """Return the sunspot number of each year from 1700 to 2008.

    Raises
    ------
    DataError
        If the file is missing, or not the one that is meant.

    Examples
    --------
    >>> years, values = sunspots()
    >>> len(years), years[0], values[:3].tolist()
    (309, np.float64(1700.0), [5.0, 11.0, 16.0])
    """
    rows = np.array([[float(cell) for cell in row] for row in _rows("sunspots.csv")])
    return Series(rows[:, 0], rows[:, 1])


def carbon_dioxide() -> Series:
    """Return the carbon dioxide in the air of Mauna Loa, month by month, in parts per million.

    A month is the mean of its weeks; the few without one lie on a line between their neighbours.

    Raises
    ------
    DataError
        If the file is missing, or not the one that is meant.

    Examples
    --------
    >>> years, values = carbon_dioxide()
    >>> len(years), years[:2].round(2).tolist(), values[:2].round(2).tolist()
    (526, [1958.21, 1958.29], [316.1, 317.2])
    """
    weeks: dict[int, list[float]] = {}
    for date, value in _rows("co2.csv"):
        month = 12 * int(date[:4]) + int(date[4:6]) - 1
        weeks.setdefault(month, []).extend([float(value)] if value else [])
    known = {month: float(np.mean(values)) for month, values in weeks.items() if values}
    months = np.arange(min(known), max(known) + 1)
    values = np.interp(months, list(known), list(known.values()))
    return Series((months + 0.5) / 12, values)


def _rows(name: str) -> list[list[str]]:
    """Return the rows of a file of ours below its heading."""
    try:
        content = (paths.DATA / "series" / name).read_bytes()
    except OSError as error:
        raise DataError(f"{name}: the file must be in data/series; it is missing") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SERIES_SHA256[name]:
        raise DataError(f"{name}: the SHA-256 must be {SERIES_SHA256[name]}; got {digest}")
    return list(csv.reader(content.decode("ascii").splitlines()))[1:]

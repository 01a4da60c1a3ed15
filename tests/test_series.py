"""The real series: what they are, and that no other bytes are taken for them."""

from pathlib import Path

import numpy as np
import pytest

from dlexp import paths, series
from dlexp.idx import DataError


def test_sunspots_are_known_years() -> None:
    years, values = series.sunspots()

    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert values[np.flatnonzero(years == 1957)[0]] == 190.2
    assert (values >= 0).all()


def test_months_of_carbon_dioxide_follow_each_other() -> None:
    years, values = series.carbon_dioxide()

    np.testing.assert_allclose(np.diff(years), 1 / 12)
    assert (np.floor(years[0]), np.floor(years[-1])) == (1958, 2001)
    assert values.min() > 310
    assert values.max() < 375


def test_a_month_without_weeks_lies_between_its_neighbours() -> None:
    """None was measured in June 1958; the months around it have 317.43 and 315.62."""
    _, values = series.carbon_dioxide()

    assert values[3] == pytest.approx((values[2] + values[4]) / 2)


def test_other_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "series").mkdir()
    (tmp_path / "series" / "co2.csv").write_text("date,co2\n19580329,999.9\n")
    monkeypatch.setattr(paths, "DATA", tmp_path)

    with pytest.raises(DataError, match=r"co2.csv: the SHA-256 must be 16695fa.*; got "):
        series.carbon_dioxide()
    with pytest.raises(DataError, match=r"sunspots.csv: the file must be in data/series; it is mi"):
        series.sunspots()

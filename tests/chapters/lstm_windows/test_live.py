"""The live forecasts: what they draw and say is what the records have."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import calls
from dlexp.byhand import forecasting
from dlexp.chapters.lstm_windows import live, tasks
from live_elements import said, shown


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return live.forecasts()


def test_the_last_values_are_the_truth_one_step_before(data: dict[str, Any]) -> None:
    for series in data["series"]:
        assert series["last"][1:] == series["truth"][:-1]


def test_each_series_has_forecasts_for_each_window(data: dict[str, Any]) -> None:
    assert len(data["series"]) == len(tasks.SERIES)
    for series in data["series"]:
        for given in series["given"].values():
            assert {len(told) for told in given["told"]} == {len(series["truth"])}
            assert len(given["told"]) == len(given["r_squared"]) == len(data["windows"])


def test_r_squared_and_its_parts_are_those_by_hand() -> None:
    truth, told = np.random.default_rng(0).normal(size=(2, 30))
    asked = [
        [f"forecasts.{name}", truth.tolist(), told.tolist()] for name in ("rSquared", "missing")
    ]

    found, parts = calls.values(asked, "charts", "windows")

    spread, offset = forecasting.r_squared_parts(truth, told)
    assert found == pytest.approx(forecasting.r_squared(truth, told))
    assert parts == pytest.approx({"spread": spread, "offset": offset})


def test_what_is_said_follows_the_choices(data: dict[str, Any], tmp_path: Path) -> None:
    moves = [["series", 5], ["given", "changes"], ["window", 3]]

    found = shown(tmp_path / "asked.json", "windows", {"forecasts": data}, *moves)

    told = data["series"][5]["given"]["changes"]["r_squared"][3]
    assert f"R² on the whole test part: {told:.2f}." in said(found[-1])
    assert said(found[0]) != said(found[-1])

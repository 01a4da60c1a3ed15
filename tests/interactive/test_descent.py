"""The live figure on ways down a loss: its arithmetic is the package's, and its words are true."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import calls
from dlexp.byhand import descent
from dlexp.chapters.logistic_regression import live
from dlexp.chapters.logistic_regression.problem import Problem, with_ones
from helpers import FLOAT64, assert_agree
from live_elements import said, shown

RATES, MOMENTUM, STEPS = (0.5, 4.0, 15.0), 0.9, 12


def problem(l2: float) -> Problem:
    """Return the problem of the figure, from its own data."""
    data = live.digits()
    return Problem(
        with_ones(np.array(data["ink"])[:, np.newaxis]), np.array(data["targets"], float), l2
    )


def ways(l2: float, rate: float) -> dict[str, descent.Path]:
    """Return the ways of the package, by their names in the figure."""
    of = problem(l2)
    loss, gradient, start = of.loss, of.gradient, of.start
    rolling = {"rate": rate, "momentum": MOMENTUM, "steps": STEPS}
    search = descent.LineSearch(first=rate)
    return {
        "fixed": descent.gradient_descent(loss, gradient, start, rate=rate, steps=STEPS),
        "search": descent.backtracking_descent(loss, gradient, start, steps=STEPS, search=search),
        "momentum": descent.momentum_descent(loss, gradient, start, **rolling),  # type: ignore[arg-type]
        "nesterov": descent.momentum_descent(loss, gradient, start, nesterov=True, **rolling),  # type: ignore[arg-type]
        "newton": descent.newton_descent(loss, gradient, of.hessian, start, steps=STEPS),
    }


def asked(l2: float, how: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the ways of the figure."""
    requests = [["descentWay", live.digits(), l2, each] for each in how]
    found: list[dict[str, Any]] = calls.values(requests, "descent")
    return found


@pytest.mark.parametrize("l2", [0.0, 0.1])
@pytest.mark.parametrize("rate", RATES)
def test_every_way_is_that_of_the_package(l2: float, rate: float) -> None:
    expected = ways(l2, rate)
    how = [{"method": m, "rate": rate, "momentum": MOMENTUM, "steps": STEPS} for m in expected]
    for path, found in zip(expected.values(), asked(l2, how), strict=True):
        assert_agree(found["points"], path.points, tolerance=FLOAT64)
        assert_agree(found["losses"], path.losses, tolerance=FLOAT64)
        assert found["asked"] == path.loss_evaluations[-1]


def test_the_least_loss_is_that_of_newton() -> None:
    path = ways(0.1, 1.0)["newton"]
    [found] = calls.values([["descentBottom", live.digits(), 0.1]], "descent")

    assert found["loss"] == pytest.approx(path.losses[-1], rel=1e-12)


def test_a_contour_lies_where_the_level_is() -> None:
    rows, columns = np.mgrid[0:6, 0:8]
    values = (columns + 2 * rows).astype(float)
    [pieces] = calls.values([["descent.contour", values.tolist(), 4.5]], "descent")

    assert len(pieces) > 5
    ends = np.array(pieces).reshape(-1, 2)
    assert np.allclose(ends[:, 0] + 2 * ends[:, 1], 4.5)


def told(tmp_path: Path, *moves: list[Any]) -> list[str]:
    """Return what the figure says at first and after each move."""
    data = {"zeros_and_ones": live.digits()}
    return [said(state) for state in shown(tmp_path / "asked.json", "descent", data, *moves)]


def test_it_says_the_loss_and_whether_it_rose(tmp_path: Path) -> None:
    first, fast, searched = told(tmp_path, ["rate", 8], ["method", "search"])

    path = ways(0.0, 4.0)["fixed"]
    found = re.match(
        r"After 15 steps of one rate the loss is (\d\.\d{4}), .* above the least", first
    )
    assert found is not None
    assert float(found[1]) < path.losses[-1]
    assert first.endswith("It fell in every step.")
    assert "steps of one rate" in fast
    assert "The search asked for" in searched
    assert "It fell in every step." in searched


def test_a_search_that_begins_low_is_no_better_than_the_bound(tmp_path: Path) -> None:
    *_, low = told(tmp_path, ["method", "search"], ["rate", 0])

    path = descent.backtracking_descent(problem(0).loss, problem(0).gradient, np.zeros(2), steps=15)
    assert f"the loss is {path.losses[-1]:.4f}" in low
    assert f"asked for {path.loss_evaluations[-1]} losses" in low

"""What descents ask of the functions that they are given, and how they refuse."""

from typing import Any

import numpy as np
import pytest

from byhand_learning import BOWL, DESCENTS
from dlexp.byhand import descent
from dlexp.byhand.descent import LineSearch

each_descent = pytest.mark.parametrize("name", DESCENTS)


@each_descent
def test_what_is_no_function_is_refused(name: str) -> None:
    for part in ("loss", "gradient", "hessian"):
        if part in DESCENTS[name].parameters:
            for wrong in (None, 1.0, np.ones(2), float):
                with pytest.raises(ValueError, match=f"^`{part}` must be a function; got "):
                    DESCENTS[name](**{part: wrong})


@each_descent
@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("loss", None, r"`loss\(point\)` must be a number; got None"),
        ("loss", np.ones(1), r"`loss\(point\)` must be a number; got array\(\[1\.\]\)"),
        ("loss", True, r"`loss\(point\)` must be a number; got True"),
        ("loss", np.nan, r"`loss\(point\)` must be finite; got nan"),
        ("loss", np.inf, r"`loss\(point\)` must be finite; got inf"),
        ("gradient", [1.0, 2.0], r"`gradient\(point\)` must be a NumPy array of .*; got list"),
        ("gradient", np.ones(2, int), r"`gradient\(point\)` must be a NumPy array of .*int64"),
        ("gradient", np.ones(3), r"`gradient\(point\)` must have shape \(2,\); got \(3,\)"),
        ("gradient", np.ones((2, 1)), r"`gradient\(point\)` must have shape \(2,\); got \(2, 1\)"),
        ("gradient", np.array([np.nan, 1]), r"`gradient\(point\)` must be finite; got nan"),
    ],
)
def test_what_a_function_returns_is_refused_by_name(
    name: str, part: str, value: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        DESCENTS[name](**{part: lambda _: value})


@pytest.mark.parametrize(
    ("hessian", "message"),
    [
        (np.ones(2), r"`hessian\(point\)` must have shape \(2, 2\); got \(2,\)"),
        (np.array([[1.0, 1.0], [0.0, 1.0]]), r"`hessian\(point\)` must be symmetric; got 1 off"),
        (np.diag([1.0, -2.0]), r"`hessian\(point\)` must have no eigenvalue below zero; got -2"),
        (np.full((2, 2), np.nan), r"`hessian\(point\)` must be finite; got nan"),
    ],
)
def test_a_hessian_is_that_of_a_convex_loss(hessian: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        DESCENTS["newton_descent"](hessian=lambda _: hessian)


@pytest.mark.parametrize("name", ["gradient_descent", "momentum_descent"])
def test_a_descent_that_runs_away_says_where_and_at_which_rate(name: str) -> None:
    steep = {"loss": lambda _: 0.0, "gradient": lambda _: np.full(2, 1e308), "rate": 10.0}

    with pytest.raises(
        ValueError,
        match=r"^a descent must stay at finite points; got one that is not, in step 1 with .* 10$",
    ):
        DESCENTS[name](**steep)


def test_a_loss_may_be_infinite_where_a_rate_is_tried() -> None:
    """Minus the logarithm of 1 - w is not a number beyond one."""
    with np.errstate(all="ignore"):
        path = descent.backtracking_descent(
            lambda w: float(-np.log(1 - w[0]) - 3 * w[0]),
            lambda w: 1 / (1 - w) - 3, np.zeros(1), steps=40,
        )  # fmt: skip

    assert path.rates[0] < 1
    assert path.points[-1].item() == pytest.approx(2 / 3, abs=1e-6)


def test_a_search_ends_also_where_no_rate_lowers_the_loss() -> None:
    """A slope of the wrong sign: the rate shrinks until nothing moves."""
    path = descent.backtracking_descent(BOWL["loss"], lambda w: -w, np.array([3.0, -4.0]), steps=1)

    assert path.rates[0] < 1e-12
    assert path.losses[1] == pytest.approx(path.losses[0])


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (LineSearch(first=0), "`first` must be positive; got 0"),
        (LineSearch(decrease=1.0), r"`decrease` must be in \(0, 1\); got 1\.0"),
        (LineSearch(shrink=0), r"`shrink` must be in \(0, 1\); got 0"),
        ("armijo", "`search` must be a line search; got 'armijo'"),
    ],
)
@pytest.mark.parametrize("name", ["backtracking_descent", "newton_descent"])
def test_a_line_search_is_within_its_ranges(name: str, search: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        DESCENTS[name](search=search)


@each_descent
def test_a_start_is_a_point(name: str) -> None:
    for start, message in (
        ([1.0, 2.0], r"`start` must be a NumPy array of .*; got list"),
        (np.ones((1, 2)), r"`start` must have shape \(weights\); got \(1, 2\)"),
        (np.ones(0), r"`start` must have one weight at least; got shape \(0,\)"),
        (np.array([np.inf, 1]), r"`start` must be finite; got inf"),
    ):
        with pytest.raises(ValueError, match=f"^{message}$"):
            DESCENTS[name](start=start)


@each_descent
@pytest.mark.parametrize("dtype", [np.float16, np.float32, ">f8"])
def test_points_are_in_double_precision_whatever_comes(name: str, dtype: Any) -> None:
    path = DESCENTS[name](start=np.array([3.0, -4.0], dtype), gradient=lambda w: w.astype(dtype))

    assert path.points.dtype == path.losses.dtype == path.rates.dtype == np.float64
    np.testing.assert_allclose(path.points, DESCENTS[name]().points, rtol=2e-3, atol=1e-12)

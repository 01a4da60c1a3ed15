"""Descents by hand: cases on paper, laws, Keras and PyTorch through their steps, messages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from byhand_learning import DESCENTS
from dlexp.byhand import descent, logistic, sgd
from dlexp.byhand.descent import LineSearch
from helpers import EXACT, FLOAT64, assert_agree, random
from parity import record_optimisers

each_descent = pytest.mark.parametrize("name", DESCENTS)


class Bowl:
    """The loss sum(curvatures * w²) / 2, in turned axes, and how often each part was asked for."""

    def __init__(self, *curvatures: float, seed: int = 0) -> None:
        axes, _ = np.linalg.qr(random(seed, len(curvatures), len(curvatures)))
        self.matrix = axes * np.array(curvatures) @ axes.T
        self.asked = {"loss": 0, "gradient": 0, "hessian": 0}

    def loss(self, point: np.ndarray) -> float:
        self.asked["loss"] += 1
        return float(point @ self.matrix @ point / 2)

    def gradient(self, point: np.ndarray) -> np.ndarray:
        self.asked["gradient"] += 1
        return self.matrix @ point

    def hessian(self, _: np.ndarray) -> np.ndarray:
        self.asked["hessian"] += 1
        return (self.matrix + self.matrix.T) / 2


curvatures = st.lists(st.floats(0.01, 10), min_size=1, max_size=4)


# --- Cases on paper -----------------------------------------------------------------------------


def test_a_line_search_computed_by_hand() -> None:
    """The loss 2 w² from 1: rates 1, 1/2 and 1/4 lead to losses of 18, 2 and 0."""
    path = descent.backtracking_descent(
        lambda w: 2 * w @ w, lambda w: 4 * w, np.array([1.0]), steps=2
    )

    assert path.points.ravel().tolist() == [1, 0, 0]
    assert path.losses.tolist() == [2, 0, 0]
    assert path.rates.tolist() == [0.25, 1]  # each search begins at one again
    assert path.loss_evaluations.tolist() == [1, 4, 5]
    assert path.gradient_evaluations.tolist() == [0, 1, 2]


def test_newton_leaps_to_the_minimum_of_a_parabola() -> None:
    bowl, start = Bowl(100.0, 1.0, 0.01), random(1, 3)

    path = descent.newton_descent(bowl.loss, bowl.gradient, bowl.hessian, start, steps=1)

    assert np.abs(path.points[1]).max() <= FLOAT64
    assert (path.rates.tolist(), path.loss_evaluations.tolist()) == ([1], [1, 2])


def test_newton_stays_where_nothing_is_curved() -> None:
    """As for the weight of a pixel that is always black."""
    flat = np.diag([2.0, 0.0])

    path = descent.newton_descent(
        lambda w: w @ flat @ w / 2, lambda w: flat @ w, lambda _: flat,
        np.array([3.0, 7.0]), steps=1,
    )  # fmt: skip

    assert path.points[1].tolist() == [0, 7]


def test_newton_halves_its_leap_where_it_would_go_too_far() -> None:
    """From 3 on sqrt(1 + w²), a whole leap leads to -27."""
    path = descent.newton_descent(
        lambda w: np.sqrt(1 + w @ w), lambda w: w / np.sqrt(1 + w @ w),
        lambda w: np.diag((1 + w**2) ** -1.5), np.array([3.0]), steps=8,
    )  # fmt: skip

    assert path.rates[0] == 1 / 8
    assert path.rates[-1] == 1
    assert abs(path.points[-1].item()) <= FLOAT64


def test_no_step_is_a_path_too() -> None:
    for call in DESCENTS.values():
        path = call(steps=0)

        assert path.points.tolist() == [[3, -4]]
        assert path.losses.tolist() == [12.5]
        assert path.rates.shape == (0,)


# --- Laws ---------------------------------------------------------------------------------------


@given(curvatures, st.floats(0.01, 0.19), strategies.seeds)
def test_each_axis_of_a_bowl_shrinks_by_its_own_factor(
    drawn: list[float], rate: float, seed: int
) -> None:
    """The factor 1 - rate * curvature, step for step."""
    axes, start = np.diag(drawn), random(seed, len(drawn))

    path = descent.gradient_descent(
        lambda w: w @ axes @ w / 2, lambda w: axes @ w, start, rate=rate, steps=7
    )

    factors = (1 - rate * np.array(drawn)) ** np.arange(8)[:, np.newaxis]  # (steps + 1, D)
    assert_agree(path.points, factors * start, tolerance=FLOAT64)


@given(curvatures, strategies.seeds)
def test_a_rate_of_one_over_the_curvature_never_raises_the_loss(
    drawn: list[float], seed: int
) -> None:
    bowl = Bowl(*drawn, seed=seed)

    path = descent.gradient_descent(
        bowl.loss, bowl.gradient, random(seed, len(drawn)), rate=1 / max(drawn), steps=9
    )

    assert (np.diff(path.losses) <= FLOAT64 * path.losses[0]).all()


def test_a_rate_above_two_over_the_curvature_leads_away() -> None:
    bowl, start = Bowl(1.0), np.ones(1)

    for rate, grows in ((1.99, False), (2.01, True)):
        path = descent.gradient_descent(bowl.loss, bowl.gradient, start, rate=rate, steps=50)
        assert (path.losses[-1] > path.losses[0]) == grows


@given(curvatures, strategies.seeds, st.floats(0.01, 0.9), st.floats(0.1, 0.9))
def test_a_search_is_content_as_armijo_says_and_no_rate_is_needlessly_small(
    drawn: list[float], seed: int, decrease: float, shrink: float
) -> None:
    bowl = Bowl(*drawn, seed=seed)
    search = LineSearch(first=2.0, decrease=decrease, shrink=shrink)

    path = descent.backtracking_descent(
        bowl.loss, bowl.gradient, random(seed, len(drawn)), steps=4, search=search
    )

    slopes = path.points[:-1] @ bowl.matrix
    enough = decrease * path.rates * (slopes**2).sum(axis=1)
    rounding = FLOAT64 * path.losses[0]
    assert (path.losses[1:] <= path.losses[:-1] - enough + rounding).all()
    # Up to 2 (1 - decrease) / L any rate will do, so none is tried below `shrink` times that.
    least = min(search.first, shrink * 2 * (1 - decrease) / max(drawn))
    assert (path.rates >= least * (1 - 1e-9)).all()


@each_descent
def test_evaluations_are_counted_as_they_are_asked_for(name: str) -> None:
    """But the losses that are only written down: one at each point of a method without search."""
    bowl, steps = Bowl(1.0, 30.0), 6
    parts = {"loss": bowl.loss, "gradient": bowl.gradient, "start": np.ones(2), "steps": steps}
    if name == "newton_descent":
        parts["hessian"] = bowl.hessian

    path = DESCENTS[name](**parts, **({"rate": 0.01} if "rate" in DESCENTS[name].options else {}))

    searches = name in ("backtracking_descent", "newton_descent")
    written = 0 if searches else steps + 1
    assert bowl.asked["loss"] == path.loss_evaluations[-1] + written
    assert bowl.asked["gradient"] == path.gradient_evaluations[-1] == steps
    assert bowl.asked["hessian"] == (steps if name == "newton_descent" else 0)
    assert path.points.shape == (steps + 1, 2)


@given(strategies.seeds)
def test_newton_does_not_care_how_features_are_scaled(seed: int) -> None:
    """Gradient descent does: that is why features are standardised."""
    x, targets = random(seed, 30, 3), np.arange(30.0) % 2
    scales = np.array([1.0, 20.0, 0.1])

    def path(x: np.ndarray) -> descent.Path:
        return descent.newton_descent(
            lambda w: logistic.logistic_loss(w, x, targets),
            lambda w: logistic.logistic_gradient(w, x, targets),
            lambda w: logistic.logistic_hessian(w, x),
            np.zeros(3), steps=4,
        )  # fmt: skip

    assert_agree(path(scales * x).points * scales, path(x).points, tolerance=1e-8)


def test_newton_doubles_its_digits_and_gradient_descent_does_not() -> None:
    x, targets = random(0, 40, 3), (random(1, 40) > 0).astype(float)
    parts: list[Callable[..., Any]] = [
        lambda w: logistic.logistic_loss(w, x, targets),
        lambda w: logistic.logistic_gradient(w, x, targets),
        lambda w: logistic.logistic_hessian(w, x),
    ]

    newton = descent.newton_descent(*parts, np.zeros(3), steps=8)  # type: ignore[arg-type]
    rate = 1 / logistic.logistic_smoothness(x)
    plain = descent.gradient_descent(*parts[:2], np.zeros(3), rate=rate, steps=8)

    errors = np.linalg.norm(newton.points - newton.points[-1], axis=1)
    assert errors[0] > 1e-2
    assert errors[4] <= 1e-12
    assert (newton.rates == 1).all()  # also at the end, where only rounding changes the loss
    assert np.linalg.norm(plain.points[4] - newton.points[-1]) > 1e-4


# --- The steps of Keras and PyTorch -------------------------------------------------------------


@pytest.mark.parametrize("name", ["plain", "momentum", "nesterov"])
def test_a_path_is_that_of_pytorch(name: str) -> None:
    """And so of Keras, whose steps `test_optimisers` compares with the same."""
    (case,) = (c for c in record_optimisers.recorded()["cases"] if c["name"] == name)
    shape, settings = record_optimisers.START.shape, dict(case["settings"])
    rate = settings.pop("lr")

    path = descent.momentum_descent(
        lambda w: float(w @ w), lambda w: record_optimisers.slope(w.reshape(shape)).ravel(),
        record_optimisers.START.ravel(),
        rate=rate, steps=record_optimisers.STEPS, **{"momentum": 0.0, **settings},
    )  # fmt: skip

    assert_agree(path.points[1:].reshape(-1, *shape), case["weights"], tolerance=FLOAT64)


@given(curvatures, strategies.seeds, st.floats(0, 0.95), st.booleans())
def test_a_path_with_momentum_is_made_of_steps_of_sgd(
    drawn: list[float], seed: int, momentum: float, nesterov: bool
) -> None:
    bowl, start = Bowl(*drawn, seed=seed), random(seed, len(drawn))
    settings: dict[str, Any] = {"rate": 0.05, "momentum": momentum, "nesterov": nesterov}

    path = descent.momentum_descent(bowl.loss, bowl.gradient, start, **settings, steps=3)

    weights, velocity = start, np.zeros_like(start)
    for point in path.points[1:]:
        weights, velocity = sgd.sgd_step(weights, bowl.gradient(weights), velocity, **settings)
        assert_agree(point, weights, tolerance=EXACT)

"""The live figure on ways down shows the digits of the printed one."""

import numpy as np

from dlexp.chapters.logistic_regression import live, page, problem


def test_the_digits_are_those_of_the_page() -> None:
    shown, small = live.digits(), problem.zeros_and_ones(live.DIGITS)

    assert np.allclose(shown["ink"], small.x[:, 0], atol=1e-6)
    assert shown["targets"] == small.targets.tolist()
    assert set(shown["targets"]) == {0, 1}


def test_one_over_the_bound_is_the_rate_that_the_figures_have() -> None:
    """The ink is standardised, so its curvature and that of the intercept are a quarter."""
    bound = problem.zeros_and_ones(live.DIGITS).smoothness()

    assert np.isclose(1 / bound, page.RATE)

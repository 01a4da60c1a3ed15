"""A Gaussian process by hand beside scikit-learn's, which Keras Tuner uses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from dlexp.chapters.keras_tuner import process
from dlexp.tuning import spaces


def drawn(seed: int, trials: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return generator.random((trials, 3)), generator.random(trials), generator.random((20, 3))


@settings(max_examples=20)
@given(st.integers(0, 100), st.integers(2, 25), st.floats(0.1, 3.0), st.sampled_from([1e-4, 0.02]))
def test_guess_and_error_bar_are_scikit_learns(
    seed: int, trials: int, length: float, noise: float
) -> None:
    tried, scores, places = drawn(seed, trials)
    theirs = GaussianProcessRegressor(
        Matern(length, nu=2.5), alpha=noise, optimizer=None, normalize_y=True
    ).fit(tried, scores)

    mean, deviation, _ = process.guess(tried, scores, places, length=length, noise=noise)

    expected, error = theirs.predict(places, return_std=True)
    np.testing.assert_allclose(mean, expected, atol=1e-6)
    np.testing.assert_allclose(deviation, error, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_length_is_the_one_that_explains_the_scores_best(seed: int) -> None:
    tried, scores, places = drawn(seed, 12)
    z = (scores - scores.mean()) / scores.std()
    theirs = GaussianProcessRegressor(Matern(nu=2.5), alpha=process.NOISE, optimizer=None)
    theirs.fit(tried, z)

    length = process.guess(tried, scores, places).length

    likely = [theirs.log_marginal_likelihood(np.log([each])) for each in process.LENGTHS]
    assert length == process.LENGTHS[int(np.argmax(likely))]


def test_a_place_that_was_tried_is_certain_and_a_far_one_is_not() -> None:
    tried, scores = np.array([[0.0], [1.0]]), np.array([1.0, 3.0])

    mean, deviation, _ = process.guess(tried, scores, np.array([[0.0], [50.0]]), length=0.5)

    np.testing.assert_allclose(mean, [1.0, 2.0], atol=1e-3)
    np.testing.assert_allclose(deviation, [0.01, 1.0], atol=1e-2)


def test_equal_scores_are_no_division_by_zero() -> None:
    assert process.propose([0, 100], [0.5, 0.5]) not in (0, 100)


def test_what_was_tried_is_proposed_again_only_where_that_is_allowed() -> None:
    everywhere = list(range(len(spaces.configurations())))
    tried, scores = everywhere[:-1], [0.5] * (len(everywhere) - 2) + [0.9]

    assert process.propose(tried, scores) == everywhere[-1]
    assert process.propose(tried, scores, again=True) in everywhere

"""Batch normalisation by hand: hand-computed cases, laws, differences, messages."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from byhand_calls import CALLS
from dlexp.byhand import batch_norm as bn
from dlexp.grading import normalisation as laws
from helpers import EXACT, FLOAT64, assert_agree, assert_law, numeric_gradient, random
from parity import record_batch_norm

MODES: tuple[bn.Mode, ...] = ("training", "inference")

each_mode = pytest.mark.parametrize("mode", MODES)

STEP = 1e-4

BY_DIFFERENCES = 1e-5  # the function is curved; the spread of every drawn channel is not small


def running(channels: int) -> bn.Statistics:
    return bn.Statistics(random(7, channels), np.exp(random(8, channels)))


# --- Cases on paper -----------------------------------------------------------------------------


def test_the_two_conventions_on_zero_and_two() -> None:
    """A variance of 1 if divided by two, of 2 if divided by one."""
    x = np.array([[0.0], [2.0]])
    at_once = {"keep": 0.0, "epsilon": 1e-3}

    biased = bn.updated(bn.fresh(1), x, bn.Convention(unbiased=False, **at_once))
    unbiased = bn.updated(bn.fresh(1), x, bn.Convention(unbiased=True, **at_once))

    assert (biased.mean.item(), biased.variance.item()) == (1, 1)
    assert (unbiased.mean.item(), unbiased.variance.item()) == (1, 2)


def test_convolutional_statistics_run_over_images_and_positions() -> None:
    x = np.arange(8.0).reshape(1, 2, 2, 2)

    found = bn.statistics(x)

    assert found.mean.tolist() == [3, 4]
    assert found.variance.tolist() == [5, 5]


# --- Laws ---------------------------------------------------------------------------------------


@given(strategies.normalisations(), st.sampled_from([1e-5, 1e-3, 1.0]))
def test_mean_is_beta_and_variance_obeys_its_law(
    case: strategies.Normalisation, epsilon: float
) -> None:
    before = bn.statistics(case.x).variance

    after = bn.statistics(
        bn.batch_norm(case.x, case.gamma, case.beta, mode="training", epsilon=epsilon)
    )

    assert_agree(after.mean, case.beta, tolerance=FLOAT64)
    expected = case.gamma**2 * before / (before + epsilon)
    assert_agree(after.variance, expected, tolerance=FLOAT64)


@given(strategies.normalisations())
def test_a_convolutional_layer_is_a_dense_one_on_every_position(
    case: strategies.Normalisation,
) -> None:
    flat = case.x.reshape(-1, case.x.shape[-1])

    y = bn.batch_norm(case.x, case.gamma, case.beta, mode="training")

    expected = bn.batch_norm(flat, case.gamma, case.beta, mode="training")
    assert_agree(y.reshape(flat.shape), expected, tolerance=FLOAT64)


@given(strategies.normalisations())
def test_a_bias_before_it_changes_nothing(case: strategies.Normalisation) -> None:
    arguments: dict[str, Any] = {"x": case.x, "gamma": case.gamma, "beta": case.beta}

    assert_law(laws.bias_before_it_changes_nothing, bn.batch_norm, **arguments, mode="training")


@given(strategies.normalisations())
def test_the_gradient_of_such_a_bias_is_zero(case: strategies.Normalisation) -> None:
    """And the gradient does not change what the batch normalisation took away: the spread."""
    found = bn.batch_norm_gradients(case.x, case.gamma, case.upstream, mode="training")
    axes = tuple(range(case.x.ndim - 1))

    allowed = FLOAT64 * np.abs(found.x).sum(axis=axes) + 1e-300
    assert (np.abs(found.x.sum(axis=axes)) <= allowed).all()


@given(strategies.seeds, st.integers(1, 5), st.sampled_from([1e-5, 1e-3]))
def test_a_dense_batch_of_one_gives_beta_and_a_gradient_of_zero(
    seed: int, channels: int, epsilon: float
) -> None:
    generator = np.random.default_rng(seed)
    x, upstream = 1e3 * generator.normal(size=(2, 1, channels))
    gamma, beta = generator.normal(size=(2, channels))

    y = bn.batch_norm(x, gamma, beta, mode="training", epsilon=epsilon)
    found = bn.batch_norm_gradients(x, gamma, upstream, mode="training", epsilon=epsilon)

    assert_agree(y, beta[np.newaxis], tolerance=EXACT)
    assert_agree(found.x, np.zeros_like(x), tolerance=EXACT)
    assert_agree(found.gamma, np.zeros(channels), tolerance=EXACT)


def test_one_image_of_a_convolutional_layer_is_normalised_by_its_own_positions() -> None:
    x = random(0, 1, 4, 5, 3)

    y = bn.batch_norm(x, np.ones(3), np.zeros(3), mode="training", epsilon=1e-12)

    after = bn.statistics(y)
    assert np.abs(after.mean).max() < FLOAT64
    assert_agree(after.variance, np.ones(3), tolerance=1e-9)


@given(strategies.normalisations(), st.floats(0, 1))
def test_running_statistics_of_equal_batches_converge_as_a_geometric_series(
    case: strategies.Normalisation, keep: float
) -> None:
    convention = replace(bn.KERAS, keep=keep)
    batch, found = bn.statistics(case.x), bn.fresh(case.x.shape[-1])
    for _ in range(3):
        found = bn.updated(found, case.x, convention)

    assert_agree(found.mean, (1 - keep**3) * batch.mean, tolerance=1e-9)
    expected = keep**3 + (1 - keep**3) * batch.variance
    assert_agree(found.variance, expected, tolerance=1e-9)


# --- Gradients by differences -------------------------------------------------------------------


@each_mode
@given(case=strategies.normalisations())
def test_gradients_are_those_of_differences(mode: bn.Mode, case: strategies.Normalisation) -> None:
    options: dict[str, Any] = {"mode": mode, "running": running(case.x.shape[-1]), "epsilon": 0.1}
    found = bn.batch_norm_gradients(case.x, case.gamma, case.upstream, **options)

    for name, function, at in (
        ("x", lambda x: bn.batch_norm(x, case.gamma, case.beta, **options), case.x),
        ("gamma", lambda gamma: bn.batch_norm(case.x, gamma, case.beta, **options), case.gamma),
        ("beta", lambda beta: bn.batch_norm(case.x, case.gamma, beta, **options), case.beta),
    ):
        expected = numeric_gradient(function, at, case.upstream, step=STEP)
        # Measured against what flows in: sums may cancel to nothing.
        scale = np.abs(case.upstream).sum() * (1 + np.abs(case.gamma).max())
        assert np.abs(getattr(found, name) - expected).max() <= BY_DIFFERENCES * scale


# --- Messages -----------------------------------------------------------------------------------


def test_messages() -> None:
    x, ones = np.zeros((4, 3)), np.ones(3)

    with pytest.raises(ValueError, match='`mode` must be "training" or "inference"; got \'test\''):
        bn.batch_norm(x, ones, ones, mode="test")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`running` must be given in inference mode; got None"):
        bn.batch_norm(x, ones, ones, mode="inference")
    with pytest.raises(ValueError, match="`epsilon` must be positive; got 0"):
        bn.batch_norm(x, ones, ones, mode="training", epsilon=0)
    with pytest.raises(ValueError, match=r"`x` must have shape \(examples, channels\) or .*\(3,\)"):
        bn.statistics(np.zeros(3))
    with pytest.raises(ValueError, match=r"one value per channel at least; got shape \(0, 3\)"):
        bn.statistics(np.zeros((0, 3)))
    with pytest.raises(ValueError, match=r"`gamma` must have one value per channel.*got \(2,\)"):
        bn.batch_norm(x, np.ones(2), ones, mode="training")
    with pytest.raises(ValueError, match=r"`gamma` must have one value per channel.*got \(1,\)"):
        bn.batch_norm_gradients(x, np.ones(1), x, mode="training")
    with pytest.raises(ValueError, match=r"`variance` must have one value per channel.*\(1,\)"):
        bn.batch_norm(x, ones, ones, mode="inference", running=bn.Statistics(ones, np.ones(1)))
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(4, 3\); got \(3,\)"):
        bn.batch_norm_gradients(x, ones, ones, mode="training")
    with pytest.raises(ValueError, match=r"`channels` must be an integer >= 1; got channels=0"):
        bn.fresh(0)
    with pytest.raises(ValueError, match=r"`keep` must be in \[0, 1\]; got 1.5"):
        bn.updated(bn.fresh(3), x, replace(bn.KERAS, keep=1.5))


def test_a_single_value_has_no_unbiased_variance() -> None:
    """PyTorch refuses, too, but only because it needs that variance."""
    with pytest.raises(ValueError, match=r"two values per channel or more; got one.*\(1, 20\)"):
        bn.updated(bn.fresh(20), np.zeros((1, 20)), bn.PYTORCH)
    refusal = record_batch_norm.recorded()["batch_of_one"]
    assert "Expected more than 1 value per channel when training" in refusal


def test_what_belongs_to_channels_has_as_many_values() -> None:
    for name in ("gamma", "mean", "variance"):
        rule = f"`{name}` must have one value per channel of x, (3,); got (1,)"
        for function in ("batch_norm", "batch_norm_gradients"):
            with pytest.raises(ValueError, match=f"^{re.escape(rule)}$"):
                CALLS[function](**{name: np.ones(1)})


def test_a_variance_below_zero_is_refused() -> None:
    call = CALLS["batch_norm"]

    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"^`variance` must (be finite|have no neg.*); got "):
            call(variance=np.full(3, wrong))
    assert np.isfinite(call(variance=np.zeros(3))).all()

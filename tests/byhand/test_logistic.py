"""Logistic regression by hand: cases on paper, report D's constants, laws, Keras, PyTorch."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from byhand_calls import CALLS
from dlexp.byhand import logistic
from dlexp.grading import classification as laws
from helpers import FLOAT32, FLOAT64, assert_agree, assert_law, by_tape, numeric_gradient, random
from parity import record_logistic

Data = tuple[np.ndarray, np.ndarray, np.ndarray]

each_case = pytest.mark.parametrize(
    "case", record_logistic.recorded()["cases"], ids=lambda case: case["name"]
)


@st.composite
def data(draw: st.DrawFn) -> Data:
    """Draw weights, examples and targets."""
    generator = np.random.default_rng(draw(strategies.seeds))
    examples, features = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    x = 2 * generator.normal(size=(examples, features))
    return generator.normal(size=features), x, generator.integers(2, size=examples).astype(float)


# --- Cases on paper -----------------------------------------------------------------------------


def test_a_curvature_computed_by_hand() -> None:
    """Logits ln 3 and -ln 3: probabilities 3/4 and 1/4, whose product is 3/16."""
    weights, x = np.array([np.log(3)]), np.array([[1.0], [-1.0]])

    assert_agree(logistic.logistic_hessian(weights, x), [[3 / 16]], tolerance=FLOAT64)


def test_l2_is_half_the_square_and_spares_the_intercept() -> None:
    weights, x, targets = np.array([3.0, 4.0]), np.eye(2), np.array([1.0, 0.0])
    plain = {"weights": weights, "x": x, "targets": targets}
    spared: dict[str, Any] = {**plain, "l2": 0.5, "decayed": np.array([True, False])}

    both = logistic.logistic_loss(**plain, l2=0.5) - logistic.logistic_loss(**plain)
    one = logistic.logistic_loss(**spared) - logistic.logistic_loss(**plain)
    slope = logistic.logistic_gradient(**spared) - logistic.logistic_gradient(**plain)

    assert_agree([both, one], [0.25 * 25, 0.25 * 9], tolerance=FLOAT64)
    assert_agree(slope, [1.5, 0], tolerance=FLOAT64)


def of_report_d(examples: int, features: int) -> Data:
    """Return weights, examples and targets as report D draws them to test itself."""
    generator = np.random.RandomState(1000)
    weights, x = generator.randn(features), generator.randn(examples, features)
    return weights, x, generator.randint(0, 2, examples).astype(float)


def test_losses_of_report_d() -> None:
    large = np.array([1000.0])

    for target, loss in ((0.0, 1_000_000), (1.0, 0)):
        assert logistic.logistic_loss(large, large[:, np.newaxis], np.array([target])) == loss

    assert abs(logistic.logistic_loss(*of_report_d(20, 10)) - 1.08007365415) < 5e-12


def test_gradients_of_report_d() -> None:
    large = np.array([1000.0])

    for target, gradient in ((0.0, 1000), (1.0, 0)):
        found = logistic.logistic_gradient(large, large[:, np.newaxis], np.array([target]))
        assert found.tolist() == [gradient]

    found = logistic.logistic_gradient(*of_report_d(200, 3))
    assert found.round(8).tolist() == [-0.12669153, -0.00341384, 0.02274541]


def test_errors_keep_their_digits_where_all_is_right() -> None:
    """Probability minus target would be zero: the sigmoid of 40 is one in double precision."""
    weights, x, targets = np.array([40.0]), np.ones((1, 1)), np.ones(1)

    assert logistic.logistic_gradient(weights, x, targets).item() == pytest.approx(-np.exp(-40))
    assert logistic.logistic_loss(weights, x, targets) == pytest.approx(np.exp(-40))


# --- Laws ---------------------------------------------------------------------------------------


@given(data(), st.floats(0, 1), strategies.seeds)
def test_the_loss_is_convex(drawn: Data, share: float, seed: int) -> None:
    here, x, targets = drawn
    there = 3 * random(seed, len(here))

    between = logistic.logistic_loss(share * here + (1 - share) * there, x, targets)

    ends = [logistic.logistic_loss(weights, x, targets) for weights in (here, there)]
    assert between <= share * ends[0] + (1 - share) * ends[1] + FLOAT64


@given(data(), st.floats(0, 3))
def test_no_curvature_is_below_l2_or_above_the_bound(drawn: Data, l2: float) -> None:
    weights, x, _ = drawn

    curvatures = np.linalg.eigvalsh(logistic.logistic_hessian(weights, x, l2=l2))

    bound = logistic.logistic_smoothness(x, l2=l2)
    assert (curvatures >= l2 - FLOAT64 * bound).all()
    assert (curvatures <= bound * (1 + FLOAT64)).all()


@given(data())
def test_the_bound_is_reached_where_all_weights_are_zero(drawn: Data) -> None:
    weights, x, _ = drawn

    curvatures = np.linalg.eigvalsh(logistic.logistic_hessian(0 * weights, x))

    assert_agree(curvatures[-1], logistic.logistic_smoothness(x), tolerance=FLOAT64)


@given(data(), st.floats(0, 3))
def test_a_step_of_one_over_the_bound_lowers_the_loss_by_a_known_amount(
    drawn: Data, l2: float
) -> None:
    """By half the squared gradient over the bound, at least."""
    weights, x, targets = drawn
    bound = logistic.logistic_smoothness(x, l2=l2)
    gradient = logistic.logistic_gradient(weights, x, targets, l2=l2)

    before, after = (
        logistic.logistic_loss(w, x, targets, l2=l2) for w in (weights, weights - gradient / bound)
    )

    assert before - after >= gradient @ gradient / (2 * bound) - FLOAT64


@given(data())
def test_ones_and_zeros_may_change_their_names(drawn: Data) -> None:
    weights, x, targets = drawn
    examples = {"weights": weights, "x": x, "targets": targets}

    assert_law(laws.names_may_change, logistic.logistic_loss, **examples)
    assert_law(laws.slope_turns_its_sign, logistic.logistic_gradient, **examples)
    assert_law(
        laws.probabilities_of_both_classes, logistic.logistic_probabilities, weights=weights, x=x
    )


# --- Gradients by differences -------------------------------------------------------------------


@given(data(), st.floats(0, 3), strategies.seeds)
def test_gradient_and_hessian_are_those_of_differences(drawn: Data, l2: float, seed: int) -> None:
    weights, x, targets = drawn
    options = {"l2": l2, "decayed": random(seed, len(weights)) > 0}

    def loss(w: np.ndarray) -> np.ndarray:
        return np.array(logistic.logistic_loss(w, x, targets, **options))

    def gradient(w: np.ndarray) -> np.ndarray:
        return logistic.logistic_gradient(w, x, targets, **options)

    slope = numeric_gradient(loss, weights, np.ones(()), step=1e-5)
    curvature = [numeric_gradient(gradient, weights, row, step=1e-5) for row in np.eye(len(x.T))]
    scale = 1 + np.abs(x).max() ** 2
    assert np.abs(gradient(weights) - slope).max() <= 1e-8 * scale
    hessian = logistic.logistic_hessian(weights, x, **options)
    assert np.abs(hessian - curvature).max() <= 1e-8 * scale


# --- Keras and PyTorch --------------------------------------------------------------------------


@each_case
def test_losses_and_gradients_are_those_of_keras(case: dict[str, Any]) -> None:
    """Its penalty has no half, so it is told half of ours."""
    from keras import losses, ops, regularizers

    weights, x, targets, decayed = record_logistic.inputs(case)
    single = (weights.astype(np.float32), x.astype(np.float32), targets.astype(np.float32))
    options = {"l2": case["l2"], "decayed": decayed}

    def loss(w: Any) -> Any:
        logits = ops.matmul(single[1], w[:, None])
        fit = losses.BinaryCrossentropy(from_logits=True)(single[2][:, np.newaxis], logits)
        return fit + regularizers.L2(case["l2"] / 2)(ops.where(decayed, w, 0.0))

    value, (slope,) = by_tape(loss, single[0], upstream=np.float32(1))  # type: ignore[arg-type]

    assert_agree(logistic.logistic_loss(*single, **options), value, tolerance=FLOAT32)
    assert_agree(logistic.logistic_gradient(*single, **options), slope, tolerance=FLOAT32)


@each_case
def test_losses_gradients_and_hessians_are_those_of_pytorch(case: dict[str, Any]) -> None:
    weights, x, targets, decayed = record_logistic.inputs(case)
    options = {"l2": case["l2"], "decayed": decayed}

    found = {
        "probabilities": logistic.logistic_probabilities(weights, x),
        "loss": logistic.logistic_loss(weights, x, targets, **options),
        "gradient": logistic.logistic_gradient(weights, x, targets, **options),
        "hessian": logistic.logistic_hessian(weights, x, **options),
    }

    for name, value in found.items():
        assert_agree(value, case[name], tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


def test_messages() -> None:
    call = CALLS["logistic_loss"]

    for wrong in (-1.0, 0.5, 2.0):
        with pytest.raises(ValueError, match=f"^`targets` must be 0 or 1; got {wrong}$"):
            call(targets=np.array([0.0, 1.0, 1.0, wrong]))
    with pytest.raises(ValueError, match=r"^`targets` must have shape \(4,\); got \(4, 1\)$"):
        call(targets=np.ones((4, 1)))
    with pytest.raises(ValueError, match=r"^`weights` must have shape \(3,\); got \(2,\)$"):
        call(weights=np.ones(2))
    with pytest.raises(ValueError, match=r"^`decayed` must have shape \(3,\); got \(4,\)$"):
        call(decayed=np.ones(4, bool))
    with pytest.raises(ValueError, match=r"^`decayed` must be a NumPy array of booleans; got list"):
        call(decayed=[True, True, False])
    with pytest.raises(ValueError, match=r"^`l2` must be zero or more, and finite; got -0.1$"):
        call(l2=-0.1)
    with pytest.raises(ValueError, match=r"^`x` must hold an example and a feature at least; got"):
        call(x=np.ones((0, 3)))
    with pytest.raises(ValueError, match=r"^`x` must be finite; got nan$"):
        logistic.logistic_smoothness(np.array([[np.nan]]))

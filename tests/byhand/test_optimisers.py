"""Steps of SGD and Adam by hand: cases on paper, laws, Keras, PyTorch, messages."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from byhand_calls import CALLS
from dlexp.byhand import adam, sgd
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, random
from parity import record_optimisers

Step = Callable[..., tuple[np.ndarray, Any]]

rates, strengths = st.floats(1e-3, 0.5), st.floats(0, 1)


def walked(step: Step, state: Any, steps: int, start: np.ndarray, **settings: Any) -> np.ndarray:
    """Return the weights after each step on the recorded loss, (steps, ...)."""
    weights, path = start, []
    for _ in range(steps):
        weights, state = step(weights, record_optimisers.slope(weights), state, **settings)
        path.append(weights)
    return np.array(path)


def by_sgd(step: Step = sgd.sgd_step, **settings: Any) -> np.ndarray:
    start = record_optimisers.START
    return walked(step, np.zeros_like(start), record_optimisers.STEPS, start, **settings)


def by_adam(step: Step = adam.adam_step, **settings: Any) -> np.ndarray:
    start = record_optimisers.START
    return walked(step, adam.still(start), record_optimisers.STEPS, start, **settings)


# --- Cases on paper -----------------------------------------------------------------------------


def test_two_steps_of_adam_computed_by_hand() -> None:
    """Betas of 1/2 and 3/4, slopes of 4 and 0: means 2 and 1, squares 4 and 3."""
    settings: dict[str, Any] = {
        "rate": 1.0, "beta_1": 0.5, "beta_2": 0.75,
        "convention": adam.Convention(epsilon=1.0, corrects_first=True),
    }  # fmt: skip

    first = adam.adam_step(np.zeros(1), np.array([4.0]), adam.still(np.zeros(1)), **settings)
    second = adam.adam_step(first.weights, np.zeros(1), first.moments, **settings)

    assert (first.moments.mean.item(), first.moments.square.item()) == (2, 4)
    assert_agree(first.weights, [-4 / (4 + 1)], tolerance=FLOAT64)  # both are corrected to 4
    assert (second.moments.mean.item(), second.moments.square.item()) == (1, 3)
    move = (1 / (3 / 4)) / (np.sqrt(3 / (7 / 16)) + 1)
    assert_agree(second.weights - first.weights, [-move], tolerance=FLOAT64)
    assert second.moments.steps == 2


def test_what_keras_adds_before_the_correction_weighs_more_at_first() -> None:
    """A root of 2, which the correction would double: 4 + 1 against (2 + 1) · 2."""
    settings: dict[str, Any] = {"rate": 1.0, "beta_1": 0.5, "beta_2": 0.75}
    start, slope = np.zeros(1), np.array([4.0])

    moves = [
        adam.adam_step(
            start, slope, adam.still(start), **settings,
            convention=adam.Convention(epsilon=1.0, corrects_first=first),
        ).weights.item()
        for first in (True, False)
    ]  # fmt: skip

    assert_agree(moves, [-4 / 5, -4 / 6], tolerance=FLOAT64)


# --- Laws ---------------------------------------------------------------------------------------


@given(rates, strengths)
def test_l2_is_decay_for_plain_sgd(rate: float, strength: float) -> None:
    with_l2 = by_sgd(rate=rate, l2=strength)

    with_decay = by_sgd(sgd.sgd_decay_step, rate=rate, decay=strength)

    assert_agree(with_l2, with_decay, tolerance=FLOAT64)


@pytest.mark.parametrize("strength", [0.1, 1.0])
def test_l2_is_not_decay_once_slopes_are_remembered_or_divided(strength: float) -> None:
    rolling = {"rate": 0.1, "momentum": 0.5}

    for with_l2, with_decay in (
        (by_sgd(**rolling, l2=strength), by_sgd(sgd.sgd_decay_step, **rolling, decay=strength)),
        (by_adam(rate=0.1, l2=strength), by_adam(adam.adam_decay_step, rate=0.1, decay=strength)),
    ):
        assert np.abs(with_l2 - with_decay).max() > 0.01


@given(rates, strengths, st.integers(1, 9))
def test_without_slopes_decay_is_a_geometric_series(rate: float, decay: float, steps: int) -> None:
    sgd_state, adam_state = (random(0, 4), np.zeros(4)), (random(0, 4), adam.still(np.zeros(4)))
    for _ in range(steps):
        weights, velocity = sgd_state
        sgd_state = sgd.sgd_decay_step(weights, np.zeros(4), velocity, rate=rate, decay=decay)
        weights, moments = adam_state
        adam_state = adam.adam_decay_step(weights, np.zeros(4), moments, rate=rate, decay=decay)

    expected = (1 - rate * decay) ** steps * random(0, 4)
    for weights, _ in (sgd_state, adam_state):
        assert_agree(weights, expected, tolerance=FLOAT64)


@given(strategies.seeds, rates, st.floats(1e-3, 1e3))
def test_a_first_step_of_adam_has_the_size_of_the_rate_whatever_the_slopes(
    seed: int, rate: float, scale: float
) -> None:
    slopes = scale * random(seed, 5)
    tiny = adam.Convention(epsilon=1e-300, corrects_first=True)

    found = adam.adam_step(np.zeros(5), slopes, adam.still(slopes), rate=rate, convention=tiny)

    assert_agree(found.weights, -rate * np.sign(slopes), tolerance=FLOAT64)


@given(strategies.seeds)
def test_without_momentum_or_decay_all_kinds_of_sgd_are_one(seed: int) -> None:
    weights, slopes, velocity = random(seed, 3, 2, 2)

    plain = sgd.sgd_step(weights, slopes, velocity, rate=0.1)

    assert_agree(plain.weights, weights - 0.1 * slopes, tolerance=FLOAT64)
    nesterov = sgd.sgd_step(weights, slopes, velocity, rate=0.1, nesterov=True)
    assert_agree(nesterov.weights, plain.weights, tolerance=EXACT)
    undecayed = sgd.sgd_decay_step(weights, slopes, velocity, rate=0.1, decay=0)
    assert_agree(undecayed.weights, plain.weights, tolerance=EXACT)


# --- PyTorch ------------------------------------------------------------------------------------


def ours(case: dict[str, Any]) -> np.ndarray:
    """Return what our steps make of the settings of PyTorch."""
    settings = dict(case["settings"])
    rate, strength = settings.pop("lr"), settings.pop("weight_decay", 0.0)
    if case["kind"] == "SGD":
        return by_sgd(rate=rate, l2=strength, **settings)
    beta_1, beta_2 = settings.get("betas", (0.9, 0.999))
    epsilon = settings.get("eps", adam.PYTORCH.epsilon)
    common = {
        "rate": rate, "beta_1": beta_1, "beta_2": beta_2,
        "convention": adam.Convention(epsilon=epsilon, corrects_first=True),
    }  # fmt: skip
    if case["kind"] == "Adam":
        return by_adam(l2=strength, **common)
    return by_adam(adam.adam_decay_step, decay=strength, **common)


@pytest.mark.parametrize(
    "case", record_optimisers.recorded()["cases"], ids=lambda case: case["name"]
)
def test_weights_are_those_of_pytorch(case: dict[str, Any]) -> None:
    assert_agree(ours(case), case["weights"], tolerance=FLOAT64)


def test_the_conventions_are_what_the_frameworks_take_for_granted() -> None:
    from keras import optimizers

    in_keras, in_pytorch = optimizers.Adam(), record_optimisers.recorded()["defaults"]

    assert in_keras.epsilon == adam.KERAS.epsilon
    assert in_pytorch["eps"] == adam.PYTORCH.epsilon
    assert (in_keras.beta_1, in_keras.beta_2) == tuple(in_pytorch["betas"]) == (0.9, 0.999)
    assert in_pytorch["lr"] == pytest.approx(float(in_keras.learning_rate)) == 1e-3


# --- Keras --------------------------------------------------------------------------------------


def in_keras(optimiser: Any) -> Iterator[np.ndarray]:
    """Yield the weights after each step on the recorded loss."""
    import keras

    variable = keras.Variable(record_optimisers.START.astype(np.float32))
    for _ in range(record_optimisers.STEPS):
        slope = record_optimisers.slope(variable.numpy())
        optimiser.apply([slope.astype(np.float32)], [variable])
        yield variable.numpy().copy()


@pytest.mark.parametrize(
    ("kind", "settings", "mine"),
    [
        ("SGD", {}, lambda: by_sgd(rate=0.1)),
        ("SGD", {"momentum": 0.8}, lambda: by_sgd(rate=0.1, momentum=0.8)),
        ("SGD", {"momentum": 0.8, "nesterov": True},
         lambda: by_sgd(rate=0.1, momentum=0.8, nesterov=True)),
        ("SGD", {"momentum": 0.8, "weight_decay": 0.3},
         lambda: by_sgd(sgd.sgd_decay_step, rate=0.1, momentum=0.8, decay=0.3)),
        ("Adam", {}, lambda: by_adam(rate=0.1)),
        ("Adam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1},
         lambda: by_adam(rate=0.1, beta_1=0.5, beta_2=0.9,
                         convention=adam.Convention(epsilon=0.1, corrects_first=False))),
        ("Adam", {"weight_decay": 0.3},
         lambda: by_adam(adam.adam_decay_step, rate=0.1, decay=0.3)),
        ("AdamW", {"weight_decay": 0.3},
         lambda: by_adam(adam.adam_decay_step, rate=0.1, decay=0.3)),
    ],
)  # fmt: skip
def test_weights_are_those_of_keras(
    kind: str, settings: dict[str, Any], mine: Callable[[], np.ndarray]
) -> None:
    """Keras's `weight_decay` is decay in every optimiser, also in Adam."""
    from keras import optimizers

    optimiser = getattr(optimizers, kind)(learning_rate=0.1, **settings)

    assert_agree(mine(), list(in_keras(optimiser)), tolerance=FLOAT32)


def test_a_regulariser_of_keras_is_half_our_l2() -> None:
    """One step with a rate of 1/2 and L2(0.1): the factor 1 - 2 · 0.5 · 0.1."""
    import keras

    layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.1))
    network = keras.Sequential([layer])
    network.compile(optimizer=keras.optimizers.SGD(0.5), loss=lambda _, y: 0 * y)
    network.build((1, 1))
    network.set_weights([np.ones((1, 1))])

    network.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))

    found = sgd.sgd_step(np.ones(1), np.zeros(1), np.zeros(1), rate=0.5, l2=2 * 0.1)
    assert_agree(layer.kernel.numpy().ravel(), found.weights, tolerance=FLOAT32)
    assert_agree(found.weights, [0.9], tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


def test_messages() -> None:
    for name in ("sgd_step", "sgd_decay_step", "adam_step", "adam_decay_step"):
        with pytest.raises(ValueError, match=r"^`rate` must be positive; got 0$"):
            CALLS[name](rate=0)
        with pytest.raises(ValueError, match=r"^`gradient` must have shape \(2, 3\); got \(3,\)$"):
            CALLS[name](gradient=np.ones(3))
    for name in ("sgd_decay_step", "adam_decay_step"):
        with pytest.raises(ValueError, match=r"^`rate` times `decay` must be 1 at most; got 1.5$"):
            CALLS[name](rate=0.5, decay=3)
    with pytest.raises(ValueError, match=r"^`momentum` must be in \[0, 1\); got 1$"):
        CALLS["sgd_step"](momentum=1)
    with pytest.raises(ValueError, match=r"^`nesterov` must be true or false; got 1$"):
        CALLS["sgd_step"](nesterov=1)
    with pytest.raises(ValueError, match=r"^`beta_2` must be in \[0, 1\); got 1.0$"):
        CALLS["adam_step"](beta_2=1.0)
    with pytest.raises(ValueError, match=r"^`square` must have no negative value; got -1.0$"):
        CALLS["adam_step"](square=np.full((2, 3), -1.0))
    wrong = adam.Convention(epsilon=0, corrects_first=True)
    with pytest.raises(ValueError, match=r"^`epsilon` must be positive; got 0$"):
        CALLS["adam_step"](convention=wrong)

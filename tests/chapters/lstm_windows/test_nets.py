"""The nets that are trained many at once: by hand, in Keras, and by their numbers alone."""

import keras
import numpy as np
import pytest

from dlexp.byhand import recurrent
from dlexp.chapters.lstm_windows import laws, nets
from helpers import FLOAT32, assert_agree, random

KINDS = ("lstm", "gru", "dense")


def several(kind: str, members: int = 3, window: int = 4) -> nets.Weights:
    """Return the weights of some nets, each from a seed of its own, none of them zero."""
    each = [
        nets.first_weights(kind, window, 5, 2, np.random.default_rng(seed))
        for seed in range(members)
    ]
    moved = [[w + 0.1 * random(seed, *w.shape) for w in net] for seed, net in enumerate(each)]
    return [np.stack(group).astype(np.float32) for group in zip(*moved, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_nets_side_by_side_share_nothing(kind: str) -> None:
    weights, x = several(kind), random(9, 3, 6, 4).astype(np.float32)

    together = nets.outputs(kind, weights, x)

    for member in range(3):
        alone = [w[member : member + 1] for w in weights]
        found = nets.outputs(kind, alone, x[member : member + 1])
        assert_agree(found[0], together[member], tolerance=FLOAT32)


def test_the_lstm_is_that_by_hand() -> None:
    weights, x = several("lstm"), random(9, 3, 6, 4)
    given = recurrent.Weights(weights[0][0], weights[1][0], weights[2][0, 0])

    expected = recurrent.lstm(x[0, :, :, np.newaxis].astype(np.float32), given).shown[:, -1]

    found = nets.hidden("lstm", weights, x.astype(np.float32)).state.shown[0]
    assert_agree(found, expected, tolerance=FLOAT32)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_slopes_of_the_mean_squared_error(kind: str) -> None:
    weights = [w.astype(np.float64) for w in several(kind)]
    x, then = random(7, 3, 6, 4), random(8, 3, 6, 2)
    found = nets.gradients(kind, weights, x, then)  # type: ignore[arg-type]

    for index, slopes in enumerate(found):
        place = tuple(n - 1 for n in slopes.shape)
        ends = []
        for step in (1e-5, -1e-5):
            moved = [w.copy() for w in weights]
            moved[index][place] += step
            wrong = nets.outputs(kind, moved, x) - then  # type: ignore[arg-type]
            ends.append((wrong[place[0]] ** 2).mean())
        assert slopes[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-8)


def test_a_state_that_is_kept_makes_one_sequence_of_two() -> None:
    weights, x = several("lstm"), random(9, 3, 6, 4).astype(np.float32)

    first = nets.hidden("lstm", weights, x[:, :, :1])
    found = nets.outputs("lstm", weights, x[:, :, 1:], first.state)

    assert_agree(found, nets.outputs("lstm", weights, x), tolerance=FLOAT32)


@pytest.mark.parametrize("kind", ["lstm", "gru", "dense"])
def test_first_weights_are_as_many_as_keras_has(kind: str) -> None:
    layers = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "dense": keras.layers.Dense}
    steps = (4,) if kind == "dense" else (4, 1)
    network = keras.Sequential([keras.Input(steps), layers[kind](2), keras.layers.Dense(1)])

    found = nets.first_weights(kind, 4, 2, 1, np.random.default_rng(0))

    assert sum(w.size for w in found) == network.count_params()


def test_recurrent_weights_begin_orthogonal() -> None:
    start = nets.first_weights("lstm", 4, 3, 1, np.random.default_rng(0))[1]

    assert_agree(start @ start.T, np.eye(3), tolerance=FLOAT32)


def test_adam_steps_by_its_rate_at_first() -> None:
    weights = [np.ones((2, 1, 1), np.float32)]
    adam = nets.Adam(weights, np.array([0.1, 0.01]))

    adam.step([np.full((2, 1, 1), -7, np.float32)])

    assert_agree(weights[0].ravel(), np.array([1.1, 1.01]), tolerance=FLOAT32)


def test_idle_weights_are_counted() -> None:
    assert (laws.idle_weights(3, 6), recurrent.recurrent_parameters("lstm", 3, 6)) == (168, 240)


def test_laws_hold_on_a_few_layers() -> None:
    numbers = laws.laws(laws.Laws(cases=1, trained=1, steps=3), 0).numbers

    assert set(numbers.values()) == {0}

"""Adam with a penalty in its loss, or with a decay beside it: its steps, and a tiny training."""

from collections.abc import Iterator

import keras
import numpy as np
import pytest

from dlexp.byhand.adam import adam_decay_step, adam_step, still
from dlexp.chapters.weight_decay import nets
from dlexp.chapters.weight_decay.adam_nets import DecayedAdam
from dlexp.chapters.weight_decay.adaptive import Adaptive, adapt, arms
from small import only_small_mnist

TINY = Adaptive(
    penalties=(0.1,),
    decays=(100.0, 0.0),
    hidden=(8, 6),
    size=100,
    batch_size=20,
    passes=3,
    rate=0.003,
)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with only_small_mnist(200, 100):
        yield


def step(optimizer: keras.optimizers.Optimizer) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the weights of a tiny network before and after one step, all gradients alike."""
    keras.utils.set_random_seed(1)
    model = nets.network((8, 6), activation="relu", initializer="glorot_uniform", dropout=0.0)
    before = model.get_weights()
    gradients = [keras.ops.full(each.shape, 0.3) for each in model.trainable_variables]
    optimizer.apply(gradients, model.trainable_variables)
    return before, model.get_weights()


def of_strengths(*, l2: float = 0.0, decay: float = 0.0) -> DecayedAdam:
    optimizer = DecayedAdam(0.01)
    optimizer.set_strengths(l2=l2, decay=decay)
    return optimizer


def test_a_decay_is_half_of_what_adamw_calls_so() -> None:
    before, after = step(of_strengths(decay=2.0))

    by_hand = adam_decay_step(
        before[0], np.full_like(before[0], 0.3), still(before[0]), rate=0.01, decay=4.0
    ).weights
    np.testing.assert_allclose(after[0], by_hand, atol=1e-6)
    _, keras_own = step(keras.optimizers.AdamW(0.01, weight_decay=4.0))
    np.testing.assert_allclose(after[2], keras_own[2], atol=1e-6)


def test_a_penalty_is_in_the_gradient() -> None:
    before, after = step(of_strengths(l2=2.0))

    by_hand = adam_step(
        before[0], np.full_like(before[0], 0.3), still(before[0]), rate=0.01, l2=4.0
    ).weights
    np.testing.assert_allclose(after[0], by_hand, atol=1e-6)


def test_biases_and_the_logits_are_left_to_adam() -> None:
    _, plain = step(keras.optimizers.Adam(0.01))

    for strengths in ({"l2": 2.0}, {"decay": 2.0}):
        _, after = step(of_strengths(**strengths))
        for place in (1, 3, 4, 5):
            np.testing.assert_array_equal(after[place], plain[place])


def test_each_strength_has_a_row_and_begins_afresh() -> None:
    done = adapt(TINY, 1).numbers

    assert arms(TINY) == [(0.0, 0.0), (0.1, 0.0), (0.0, 100.0), (0.0, 0.0)]
    assert np.shape(done["loss"]) == np.shape(done["training_loss"]) == (4, 3)
    assert max(done["last_squares"][1:3]) < 0.9 * done["last_squares"][0]
    for name in ("loss", "training_loss", "accuracy", "last_loss"):
        assert done[name][3] == done[name][0], "a strength of zero, after others"

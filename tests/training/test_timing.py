"""Calls that are timed: the answer of the net, and a step of gradient descent."""

import keras
import numpy as np
from keras import layers

from dlexp.training import timing


def build() -> keras.Model:
    keras.utils.set_random_seed(0)
    return keras.Sequential([layers.Input((None, 3)), layers.SimpleRNN(4), layers.Dense(2)])


def test_forward_is_the_answer_to_a_whole_batch() -> None:
    model = build()
    weights = model.get_weights()

    logits = timing.calls(model, 5, 7, 3, "forward")()

    assert logits.shape == (5, 2)
    for old, new in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_compiled_call_gives_the_same_answer() -> None:
    model = build()

    plain, compiled = (timing.calls(model, 5, 7, 3, "forward", compiled=c) for c in (False, True))

    np.testing.assert_allclose(compiled(), plain(), atol=1e-6)


def test_a_net_that_answers_at_each_step_has_a_loss_at_each() -> None:
    keras.utils.set_random_seed(0)
    body = [layers.SimpleRNN(4, return_sequences=True), layers.Dense(2)]
    model = keras.Sequential([layers.Input((None, 3)), *body])
    logits = timing.calls(model, 5, 7, 3, "forward")()

    loss = float(timing.calls(model, 5, 7, 3, "train")())

    names = np.log(np.exp(logits).sum(axis=2)) - logits[:, :, 0]  # all are of the first class
    np.testing.assert_allclose(loss, names.mean(), rtol=1e-5)


def test_a_step_of_training_goes_down() -> None:
    model = build()
    advance = timing.calls(model, 5, 7, 3, "train")

    losses = [float(advance()) for _ in range(2)]

    assert losses[0] > 0
    assert losses[1] <= losses[0]

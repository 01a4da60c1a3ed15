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


def test_a_step_of_training_goes_down() -> None:
    model = build()
    advance = timing.calls(model, 5, 7, 3, "train")

    losses = [float(advance()) for _ in range(2)]

    assert losses[0] > 0
    assert losses[1] <= losses[0]

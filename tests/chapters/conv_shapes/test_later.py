"""Layers of Keras that were built before: tiny, and the rule of the biases."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.conv_shapes import later
from dlexp.chapters.conv_shapes.settings import Setting

MISFIT = Setting(size=(4, 4), kernel=(5, 5), stride=(1, 1), dilation=(1, 1), padding="valid")


@pytest.mark.parametrize(
    ("channels", "filters", "expected"), [(1, 3, True), (3, 3, True), (3, 64, False)]
)
def test_biases_are_added_to_one_channel_or_to_as_many_as_there_are(
    channels: int, filters: int, expected: bool
) -> None:
    assert later._answers(MISFIT, channels, filters, use_bias=True) is expected
    assert later._answers(MISFIT, channels, filters, use_bias=False)


def test_each_pair_of_channels_is_counted() -> None:
    found: Any = later.call_later(later.Calling(drawn=60, channels=((1, 3), (3, 64))), 0).numbers

    assert found["with_biases"] == [found["without"][0], 0]
    assert found["called"] >= found["without"][1] > 0
    assert found["against_rule"] == 0


def test_keras_takes_as_many_rows_as_biases_for_channels() -> None:
    """Why the filters that are asked about are few, or more than an image has rows."""
    import tensorflow as tf
    from keras import layers

    layer = layers.Conv2D(8, (4, 3), dilation_rate=(1, 3))
    layer.build((None, None, None, 3))

    assert layer(tf.ones((1, 8, 4, 3))).shape == (1, 8, 4, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
        layer(tf.ones((1, 9, 4, 3)))
    assert max(np.array(later.Calling().channels)[:, 1]) > later.Calling().largest

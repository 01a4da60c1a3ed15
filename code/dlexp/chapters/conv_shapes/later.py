"""Layers of Keras that were built before, called at once on images that they do not fit on.

Chapter: book/conv_shapes.md. The convolution may give an array where nothing fits; then the layer
adds its biases, and whether that fails depends on the channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlexp.chapters.conv_shapes.settings import Setting, draw, size_by_hand
from dlexp.lab.units import Json, Measurement


@dataclass(frozen=True, kw_only=True)
class Calling:
    """Which settings and which channels the layers are called with."""

    drawn: int = 800  # random settings: those of `Config.sizes`; called are all that do not fit
    largest: int = 40  # rows and columns of an image, at most
    channels: tuple[tuple[int, int], ...] = ((1, 3), (3, 3), (3, 64), (32, 64))  # in, and filters


def call_later(config: Calling, seed: int) -> Measurement:
    """Count the arrays that come where nothing fits: with biases, and without.

    Each list has a count for each pair of channels and filters. Settings with a stride beside a
    dilation are left out, which Keras refuses by rule. The filters are more than an image has
    rows, or few: Keras takes as many rows as biases for channels.
    """
    generator = np.random.default_rng(seed)
    drawn = [draw(generator, config.largest) for _ in range(config.drawn)]
    misfits = [each for each in drawn if size_by_hand(each) is None and not each.mixed]
    came = {
        use_bias: np.array(
            [
                [_answers(each, *pair, use_bias=use_bias) for each in misfits]
                for pair in config.channels
            ],
            dtype=bool,
        )
        for use_bias in (True, False)
    }
    addable = np.array([[channels in (1, filters)] for channels, filters in config.channels])
    counts: dict[str, Json] = {
        "called": len(misfits),
        "with_biases": came[True].sum(axis=1).tolist(),
        "without": came[False].sum(axis=1).tolist(),
        "against_rule": int((came[True] != (came[False] & addable)).sum()),
    }
    return Measurement(numbers=counts)


def _answers(setting: Setting, channels: int, filters: int, *, use_bias: bool) -> bool:
    """Return whether an array comes of a layer that was built for images of any size."""
    import tensorflow as tf
    from keras import layers

    layer = layers.Conv2D(
        filters,
        setting.kernel,
        strides=setting.stride,
        dilation_rate=setting.dilation,
        padding=setting.padding,
        use_bias=use_bias,
    )
    layer.build((None, None, None, channels))
    try:
        layer(tf.ones((1, *setting.size, channels)))
    except (ValueError, tf.errors.InvalidArgumentError):
        return False
    return True

"""Random settings of a convolution or a pooling, by hand and in the frameworks.

TensorFlow is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlexp.byhand import conv, pooling
from dlexp.byhand.arrays import Floats
from dlexp.lab.units import Json

Pair = tuple[int, int]

MOST_TAPS, MOST_STEP = 7, 4
"""The largest kernel, and the largest stride or dilation, that a random setting has."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A convolution, or a pooling if its dilation is left out: height and width for each."""

    size: Pair
    kernel: Pair
    stride: Pair
    dilation: Pair
    padding: str

    @property
    def mixed(self) -> bool:
        """Whether it has both a stride and a dilation."""
        return max(self.stride) > 1 and max(self.dilation) > 1


def draw(generator: np.random.Generator, largest: int) -> Setting:
    """Draw a setting; a third has no dilation, a third no stride, a third may have both."""
    most = np.array([[largest], [MOST_TAPS], [MOST_STEP], [MOST_STEP]])
    size, kernel, stride, dilation = (
        (int(pair[0]), int(pair[1])) for pair in generator.integers(1, most + 1, (4, 2))
    )
    kind = int(generator.integers(3))
    return Setting(
        size=size,
        kernel=kernel,
        stride=(1, 1) if kind == 1 else stride,
        dilation=(1, 1) if kind == 0 else dilation,
        padding=str(generator.choice(["same", "valid"])),
    )


def compare_sizes(settings: Sequence[Setting]) -> dict[str, Json]:
    """Count the settings on which two sides differ; to refuse is an answer, too."""
    by_hand = [size_by_hand(setting) for setting in settings]
    pools = [_pool_by_hand(setting) for setting in settings]
    in_keras = [_size_in_keras(setting) for setting in settings]
    mixed = [setting.mixed for setting in settings]
    return {
        "settings": len(settings),
        "refused": by_hand.count(None),
        "tensorflow_differs": _differences(by_hand, map(_size_in_tensorflow, settings)),
        "mixed": sum(mixed),
        "not_mixed": len(mixed) - sum(mixed),
        "mixed_accepted_by_keras": sum(
            size is not None for size, both in zip(in_keras, mixed, strict=True) if both
        ),
        "keras_differs": sum(
            a != b for a, b, both in zip(by_hand, in_keras, mixed, strict=True) if not both
        ),
        **_count_ignored_strides(settings),
        "pools_refused": pools.count(None),
        "pools_differ": _differences(pools, map(_pool_in_keras, settings)),
    }


def _differences(a: Sequence[Pair | None], b: Iterator[Pair | None]) -> int:
    return sum(first != second for first, second in zip(a, b, strict=True))


def size_by_hand(setting: Setting) -> Pair | None:
    """Return the size by hand, or None where the kernel does not fit."""
    directions = zip(setting.size, setting.kernel, setting.stride, setting.dilation, strict=True)
    try:
        rows, columns = (
            conv.output_size(n, k, stride=s, padding=_rule(setting.padding), dilation=d)
            for n, k, s, d in directions
        )
    except ValueError:
        return None
    return rows, columns


def _pool_by_hand(setting: Setting) -> Pair | None:
    x = np.zeros((1, *setting.size, 1))
    try:
        pooled = pooling.max_pool2d(
            x, setting.kernel, stride=setting.stride, padding=_rule(setting.padding)
        )
    except ValueError:
        return None
    return pooled.shape[1], pooled.shape[2]


def _rule(padding: str) -> conv.Padding:
    return "same" if padding == "same" else "valid"


def _count_ignored_strides(settings: Sequence[Setting]) -> dict[str, Json]:
    """Count the settings on which TensorFlow leaves a stride out beside a dilation."""
    telling = [s for s in settings if s.mixed and size_by_hand(s) != _without_stride(s)]
    return {
        "stride_could_show": len(telling),
        "stride_ignored": sum(_size_in_tensorflow(s) == _without_stride(s) for s in telling),
    }


def _without_stride(setting: Setting) -> Pair | None:
    return size_by_hand(replace(setting, stride=(1, 1)))


def _size_in_keras(setting: Setting) -> Pair | None:
    from keras import Input, layers

    try:
        layer = layers.Conv2D(
            1,
            setting.kernel,
            strides=setting.stride,
            dilation_rate=setting.dilation,
            padding=setting.padding,
        )
        shape = layer(Input((*setting.size, 1))).shape
    except ValueError:
        return None
    return shape[1], shape[2]


def _pool_in_keras(setting: Setting) -> Pair | None:
    from keras import Input, layers

    layer = layers.MaxPooling2D(setting.kernel, strides=setting.stride, padding=setting.padding)
    try:
        shape = layer(Input((*setting.size, 1))).shape
    except ValueError:
        return None
    return shape[1], shape[2]


def _size_in_tensorflow(setting: Setting) -> Pair | None:
    """Return what TensorFlow infers before it computes; while computing it may not refuse."""
    import tensorflow as tf

    x = tf.TensorSpec((1, *setting.size, 1))
    kernel = tf.TensorSpec((*setting.kernel, 1, 1))
    try:
        graph = tf.function(in_tensorflow(setting)).get_concrete_function(x, kernel)
    except ValueError:
        return None
    return graph.output_shapes[1], graph.output_shapes[2]


def in_tensorflow(setting: Setting) -> Callable[[Any, Any], Any]:
    """Return TensorFlow's convolution with a setting, as a function of image and kernel."""
    import tensorflow as tf

    return lambda x, kernel: tf.nn.conv2d(
        x, kernel, setting.stride, setting.padding.upper(), dilations=setting.dilation
    )


def draw_safe(generator: np.random.Generator) -> Setting:
    """Draw a setting that fits and on whose gradient TensorFlow does not crash.

    TensorFlow 2.21 crashes on some input gradients of 1 x 1 kernels whose strides
    differ.
    """
    while True:
        setting = draw(generator, 12)
        crashes = setting.kernel == (1, 1) and len(set(setting.stride)) == 2
        if not crashes and size_by_hand(setting) is not None:
            return setting


def value_errors(generator: np.random.Generator, setting: Setting) -> list[float]:
    """Return how far values, image gradients and kernel gradients are off, as shares."""
    x = generator.normal(size=(2, *setting.size, 3))
    kernel = generator.normal(size=(*setting.kernel, 3, 4))
    options: dict[str, Any] = {
        "stride": setting.stride,
        "dilation": setting.dilation,
        "padding": setting.padding,
    }
    value = conv.conv2d(x, kernel, **options)
    upstream = generator.normal(size=value.shape)
    by_hand = conv.conv2d_gradients(x, kernel, upstream, **options)
    theirs = _value_and_gradients(in_tensorflow(setting), x, kernel, upstream)
    pairs = zip((value, by_hand.x, by_hand.kernel), theirs, strict=True)
    return [_difference(ours, reference) for ours, reference in pairs]


def _difference(ours: Floats, reference: Floats) -> float:
    """Return the largest difference as a share of the largest value; all may be zero.

    They are where every tap of a dilated kernel lies in the padding.
    """
    return float(np.abs(ours - reference).max() / (np.abs(reference).max() or 1.0))


def _value_and_gradients(
    function: Callable[[Any, Any], Any], x: Floats, kernel: Floats, upstream: Floats
) -> list[Floats]:
    import tensorflow as tf

    tensors = [tf.constant(array, tf.float32) for array in (x, kernel)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    gradients = tape.gradient(value, tensors, tf.constant(upstream, tf.float32))
    return [tensor.numpy() for tensor in (value, *gradients)]

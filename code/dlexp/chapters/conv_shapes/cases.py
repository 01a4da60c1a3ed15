"""Cases that are looked at one by one; nothing is random."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from dlexp.byhand import conv
from dlexp.byhand.arrays import Floats
from dlexp.byhand.shapes import Convolution, Layer, Pooling, Shape
from dlexp.chapters.conv_shapes.fields import keras_layer, sensitivity
from dlexp.chapters.conv_shapes.nets import (
    DEPTHS,
    DIGIT,
    IMAGE,
    POOLED_BY_THREE,
    SEARCHED,
    blocks,
    nine_layers,
)
from dlexp.chapters.conv_shapes.settings import Pair
from dlexp.lab.units import Json, Measurement


@dataclass(frozen=True, kw_only=True)
class Cases:
    """How far the cases go: padding is probed for every size, kernel, and stride or dilation."""

    sizes: int = 12  # cells, from one up to these
    kernels: int = 6  # taps
    steps: int = 3  # strides, and dilations


def examine(config: Cases, _seed: int) -> Measurement:
    """Walk the networks of the reports in the frameworks, and probe paddings; nothing is random."""
    seen = sensitivity(POOLED_BY_THREE, DIGIT[0]) > 0
    covered = sensitivity([Pooling(window=3)], 11) > 0
    return Measurement(
        numbers={
            "nine_layers": {
                "tensorflow": _walk_in_tensorflow(nine_layers()),
                "keras": _walk_in_keras(nine_layers(), IMAGE),
                "keras_stride_one": _walk_in_keras(nine_layers(stride=1), IMAGE),
            },
            "depths": {
                name: [_walk_in_keras(blocks(depth, padding), DIGIT)[-1] for depth in DEPTHS]
                for name, padding in SEARCHED.items()
            },
            "same": _probe_same(config),
            "misfits": {name: _in_child(code) for name, code in MISFITS.items()},
        },
        arrays={"seen": seen, "covered": covered},
    )


def _walk_in_tensorflow(stack: Sequence[Layer]) -> list[Json]:
    """Compute each layer on an image of zeros; stop with the reason where TensorFlow refuses."""
    import tensorflow as tf

    x = tf.zeros((1, *IMAGE))
    rows: list[Json] = []
    for layer in stack:
        try:
            x = _layer_in_tensorflow(layer, x)
        except tf.errors.InvalidArgumentError as error:
            return [*rows, {"reason": _reason(error)}]
        rows.append({"shape": x.shape[1:].as_list()})
    return rows


def _layer_in_tensorflow(layer: Layer, x: Any) -> Any:
    import tensorflow as tf

    if isinstance(layer, Pooling):
        return tf.nn.max_pool2d(x, layer.window, layer.window, "VALID")
    assert isinstance(layer, Convolution)
    kernel = tf.zeros((layer.kernel, layer.kernel, x.shape[-1], layer.filters))
    return tf.nn.conv2d(
        x, kernel, layer.stride, str(layer.padding).upper(), dilations=layer.dilation
    )


def _walk_in_keras(stack: Sequence[Layer], shape: Shape) -> list[Json]:
    """Build a network in Keras; stop with the reason where Keras refuses."""
    from keras import Input

    x = Input(shape)
    rows: list[Json] = []
    for layer in stack:
        try:
            built = keras_layer(layer)
            x = built(x)
        except ValueError as error:
            return [*rows, {"reason": _reason(error)}]
        rows.append({"shape": list(x.shape[1:]), "parameters": built.count_params()})
    return rows


def _reason(error: Exception) -> str:
    """Return what an error says, without the framework's frame around it."""
    text = " ".join(str(error).split())
    for noise in ("\x1b[1m", "\x1b[0m"):
        text = text.replace(noise, "")
    text = text.rpartition("}}")[2].partition(" Arguments received")[0].partition(" [Op:")[0]
    return text.rpartition(".call(). ")[2].strip()


def _probe_same(config: Cases) -> dict[str, Json]:
    """Read the zeros that TensorFlow adds off its output, and compare them with the rule."""
    cases = [
        (n, k, s, d)
        for n, k, s, d in product(
            *(range(1, most + 1) for most in (config.sizes, config.kernels)),
            *(range(1, config.steps + 1) for _ in range(2)),
        )
        if 1 in (s, d) and conv.effective_kernel(k, d) <= n
    ]
    rule = [conv.split_padding(n, k, stride=s, padding="same", dilation=d) for n, k, s, d in cases]
    measured = [_measured_padding(*case) for case in cases]
    return {
        "cases": len(cases),
        "differ": sum(a != b for a, b in zip(rule, measured, strict=True)),
        "odd": sum(sum(sides) % 2 for sides in measured),
        "odd_before": sum(before > after for before, after in measured),
    }


def _measured_padding(n: int, k: int, s: int, d: int) -> Pair:
    """Return the zeros before and after, as TensorFlow adds them.

    The image counts 1, 2, ... n, and each filter has a single tap of one. So an output tells the
    cell that its tap was on: cell minus tap is where the window starts.
    """
    import tensorflow as tf

    x = tf.reshape(tf.range(1.0, n + 1), (1, n, 1, 1))
    kernel = tf.reshape(tf.eye(k), (k, 1, 1, k))
    y = tf.nn.conv2d(x, kernel, (s, 1), "SAME", dilations=(d, 1)).numpy()[0, :, 0, :]
    first, last = (_start(y[i], d) for i in (0, -1))
    # Where a stride steps over the last cells, the last window ends before the image does.
    return -first, max(last + conv.effective_kernel(k, d) - n, 0)


def _start(taps: Floats, dilation: int) -> int:
    """Return the index of the cell under a window's first tap; negative in the padding."""
    tap = int(np.flatnonzero(taps)[0])
    return int(taps[tap]) - 1 - tap * dilation


MISFITS = {
    "Keras, building a model": "layers.Conv2D(3, 5)(keras.Input((4, 4, 1)))",
    "TensorFlow, building a graph": "tf.function(tf.nn.conv2d)(image, kernel, 1, 'VALID')",
    "TensorFlow, computing at once": "tf.nn.conv2d(image, kernel, 1, 'VALID')",
    "Keras, mean pooling at once": "layers.AveragePooling2D(5, 1)(image)",
    "Keras, max pooling at once": "layers.MaxPooling2D(5, 1)(image)",
}
"""Ways to lay a window of five on an image of four; each runs in a process of its own."""

_CHILD = """
import keras, numpy, tensorflow as tf
from keras import layers
image, kernel = tf.ones((1, 4, 4, 1)), tf.ones((5, 5, 1, 3))
try:
    print(tuple({code}.shape))
except Exception as error:
    print(type(error).__name__)
"""


def _in_child(code: str) -> str:
    """Run code in a process that may die; return what it printed, or the signal that ended it."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(code=code)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode > 0:
        raise RuntimeError(f"the attempt {code!r} must run; got {done.stderr.splitlines()[-1:]}")
    return signal.Signals(-done.returncode).name if done.returncode else done.stdout.strip()

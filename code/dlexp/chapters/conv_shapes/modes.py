"""The same settings, asked in each way that code can ask: while building, and at once.

Chapter: book/conv_shapes.md. While a model or a graph is built there are shapes and no values;
computing at once there are values, and a function of C++ that has to make do with them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from dlexp.byhand.sizes import effective_kernel
from dlexp.chapters.conv_shapes.settings import Pair, Setting, draw, in_tensorflow, size_by_hand
from dlexp.lab.units import Json, Measurement

FILTERS = 3
"""More than the image has channels: so an image that comes back is told from an output."""

Answer = tuple[int, ...] | None
"""The shape that came, or None for a refusal."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Which settings every way is asked about."""

    drawn: int = 800  # random settings: those of `Config.sizes`; asked are all that do not fit
    largest: int = 40  # rows and columns of an image, at most


def ask(config: Asking, seed: int) -> Measurement:
    """Count what each way answers to settings that do not fit, and to as many that do."""
    generator = np.random.default_rng(seed)
    settings = balanced([draw(generator, config.largest) for _ in range(config.drawn)])
    answers = {name: [_shape(way, setting) for setting in settings] for name, way in ways().items()}
    return Measurement(
        numbers={
            "asked": len(settings),
            "answers": {name: counted(settings, shapes) for name, shapes in answers.items()},
            "against_rule": sum(
                (shape is None) == slips(setting)
                for setting, shape in zip(settings, answers["conv2d_at_once"], strict=True)
                if size_by_hand(setting) is None
            ),
        }
    )


def balanced(settings: Sequence[Setting]) -> list[Setting]:
    """Return all settings that do not fit, and the first that do, as many of them."""
    misfits = [setting for setting in settings if size_by_hand(setting) is None]
    fits = [setting for setting in settings if size_by_hand(setting) is not None]
    return [*misfits, *fits[: len(misfits)]]


def slips(setting: Setting) -> bool:
    """Return whether a setting that does not fit is taken for one of size zero.

    TensorFlow divides as C++ does: toward zero, and not down. So what lacks fewer cells than two
    strides comes out as no window rather than as fewer than none.
    """
    lacking = (
        effective_kernel(k, d) - n
        for n, k, d in zip(setting.size, setting.kernel, setting.dilation, strict=True)
    )
    return all(cells < 2 * s for cells, s in zip(lacking, setting.stride, strict=True))


def counted(settings: Sequence[Setting], shapes: Iterable[Answer]) -> dict[str, Json]:
    """Count the answers by kind, apart for settings with a stride beside a dilation."""
    counts: dict[str, Counter[str]] = {f"{a}_{b}": Counter() for a, b in product(ALONE, FITS)}
    for setting, shape in zip(settings, shapes, strict=True):
        size = size_by_hand(setting)
        kind = f"{ALONE[setting.mixed]}_{FITS[size is not None]}"
        counts[kind][_kind(shape, setting.size, size)] += 1
    return {name: {kind: found[kind] for kind in KINDS} for name, found in counts.items()}


ALONE, FITS = ("alone", "both"), ("misfits", "fits")
KINDS = ("right", "refused", "image", "other")
"""The size by hand; a refusal; an array as large as the image; another array."""


def _kind(shape: Answer, image: Pair, size: Pair | None) -> str:
    if shape is None:
        return "refused"
    if size is not None and shape[1:] == (*size, FILTERS):
        return "right"
    return "image" if shape[1:3] == image else "other"


# --- The ways -----------------------------------------------------------------------------------


def ways() -> dict[str, Callable[[Setting], Any]]:
    """Return, by name, functions that give something with a shape, or raise."""
    return {
        "keras_building": lambda setting: _keras_layer(setting)(_symbolic(setting)),
        "keras_first_call": lambda setting: _keras_layer(setting)(_image(setting)),
        "keras_later_call": _keras_later,
        "conv2d_graph": lambda setting: _in_graph(in_tensorflow(setting), setting),
        "conv2d_at_once": lambda setting: in_tensorflow(setting)(_image(setting), _taps(setting)),
        "convolution_graph": lambda setting: _in_graph(_convolution(setting), setting),
        "convolution_at_once": lambda setting: _convolution(setting)(
            _image(setting), _taps(setting)
        ),
    }


def _shape(way: Callable[[Setting], Any], setting: Setting) -> Answer:
    import tensorflow as tf

    try:
        return tuple(way(setting).shape)
    except (ValueError, tf.errors.InvalidArgumentError):
        return None


def _image(setting: Setting) -> Any:
    import tensorflow as tf

    return tf.ones((1, *setting.size, 1))


def _taps(setting: Setting) -> Any:
    import tensorflow as tf

    return tf.ones((*setting.kernel, 1, FILTERS))


def _symbolic(setting: Setting) -> Any:
    from keras import Input

    return Input((*setting.size, 1))


def _keras_layer(setting: Setting) -> Any:
    from keras import layers

    return layers.Conv2D(
        FILTERS,
        setting.kernel,
        strides=setting.stride,
        dilation_rate=setting.dilation,
        padding=setting.padding,
    )


def _keras_later(setting: Setting) -> Any:
    """Call a layer that was built before, for images of any size."""
    layer = _keras_layer(setting)
    layer.build((None, None, None, 1))
    return layer(_image(setting))


def _convolution(setting: Setting) -> Callable[[Any, Any], Any]:
    import tensorflow as tf

    return lambda x, kernel: tf.nn.convolution(
        x,
        kernel,
        strides=setting.stride,
        padding=setting.padding.upper(),
        dilations=setting.dilation,
    )


def _in_graph(function: Callable[[Any, Any], Any], setting: Setting) -> Any:
    import tensorflow as tf

    x = tf.TensorSpec((1, *setting.size, 1))
    kernel = tf.TensorSpec((*setting.kernel, 1, FILTERS))
    return tf.function(function).get_concrete_function(x, kernel).outputs[0]


# --- Poolings that may end the process ----------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Windows of a max pooling that are larger than the image."""

    sizes: int = 3  # cells of an image, from one up to these
    beyond: int = 4  # cells that the window has more, from one up to these
    steps: int = 2  # strides


def pool_at_once(config: Pools, _seed: int) -> Measurement:
    """Let TensorFlow compute max poolings that do not fit, each in a process that may die."""
    ranges = (range(1, most + 1) for most in (config.sizes, config.beyond, config.steps))
    cases = [(n, n + more, s) for n, more, s in product(*ranges)]
    outcomes: list[str] = json.loads(_last_line(_POOLS, json.dumps(cases)))
    slipping = [k - n < 2 * s for n, k, s in cases]
    return Measurement(
        numbers={
            "cases": len(cases),
            "ends": dict(sorted(Counter(outcomes).items())),
            "against_rule": sum(
                (outcome == "InvalidArgumentError") == slipped
                for outcome, slipped in zip(outcomes, slipping, strict=True)
            ),
            "without_onednn": _last_line(_PLAIN, ""),
        }
    )


_POOLS = """
import json, os, signal, sys
import tensorflow as tf

def end(n, k, s):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            tf.nn.max_pool2d(tf.ones((1, n, n, 1)), k, s, "VALID")
            os.write(writer, b"an array")
        except Exception as error:
            os.write(writer, type(error).__name__.encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as file:
        words = file.read()
    _, status = os.waitpid(child, 0)
    return words or signal.Signals(os.WTERMSIG(status)).name

print(json.dumps([end(*case) for case in json.loads(sys.argv[1])]))
"""
"""Forks before TensorFlow has computed anything: then it has no threads that could be lost."""

_PLAIN = """
import os
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
print(tuple(tf.nn.conv2d(tf.ones((1, 4, 4, 1)), tf.ones((5, 5, 1, 3)), 1, "VALID").shape))
"""


def _last_line(program: str, argument: str) -> str:
    """Run a program in a process of its own and return the last line that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, argument], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]

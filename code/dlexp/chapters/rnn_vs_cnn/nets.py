"""Nets of a given size that read sequences, and how many parameters they have.

Chapter: book/rnn_vs_cnn.md. Keras is imported inside the functions that build nets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import recurrent, shapes
from dlexp.chapters.rnn_vs_cnn.checks import _require

if TYPE_CHECKING:
    import keras

Masked = Literal["no", "end", "each"]


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Convolutions of equal width, each with a ReLU, and how a classifier reads the last one.

    Attributes
    ----------
    kernel : int
        Taps along each direction.
    strides, dilations : tuple of int
        One per layer.
    padding : str
        Of Keras.
    reading : "flatten", "mean" or "last"
        All positions, their mean, or the last step alone.
    directions : int
        1 for sequences, 2 for images.
    """

    kernel: int
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    padding: str = "same"
    reading: Literal["flatten", "mean", "last"] = "flatten"
    directions: int = 1


STACKS: dict[str, Stack] = {
    "conv1d": Stack(kernel=3, strides=(2, 2, 2), dilations=(1, 1, 1)),
    "conv2d": Stack(kernel=3, strides=(2, 2, 2), dilations=(1, 1, 1), directions=2),
    "pooled": Stack(kernel=3, strides=(1, 1), dilations=(1, 1), reading="mean"),
    "causal": Stack(kernel=3, strides=(1, 1), dilations=(1, 2), padding="causal", reading="mean"),
    "dilated": Stack(
        kernel=2,
        strides=(1,) * 5,
        dilations=(1, 2, 4, 8, 16),
        padding="causal",
        reading="last",
    ),
}
"""Three strided convolutions, over time and over an image; two with a mean, causal or not; five
with dilation."""

RECURRENT: dict[str, recurrent.Kind] = {
    "simple": "simple",
    "lstm": "lstm",
    "lstm_open": "lstm",
    "gru": "gru",
}
"""Nets of one recurrent layer; in ``lstm_open``, the forget gates start nearly open."""

OPEN = 5.0
"""First bias of the forget gates of ``lstm_open``; its sigmoid is 0.993. Keras starts at one."""


def field(stack: Stack) -> int:
    """Return how many steps the last output of a stack can see.

    Examples
    --------
    >>> field(STACKS["dilated"]), field(STACKS["pooled"])
    (32, 5)
    """
    return shapes.receptive_field(
        [
            shapes.Convolution(filters=1, kernel=stack.kernel, stride=s, dilation=d)
            for s, d in zip(stack.strides, stack.dilations, strict=True)
        ]
    )


def width_for(kind: str, shape: tuple[int, ...], classes: int, budget: int) -> int:
    """Return the width whose parameters are closest to a budget.

    Parameters grow with the square of the width at most, so that three small nets tell them all.

    Parameters
    ----------
    kind, shape, classes
        As in `build`.
    budget : int
        Parameters that are wanted.

    Raises
    ------
    ValueError
        If even the closest is off by more than a twentieth.

    Examples
    --------
    >>> width_for("dense", (28, 28, 1), 10, 20_000)
    25
    """
    one, two, three = (build(kind, shape, classes, w).count_params() for w in (1, 2, 3))
    widths = np.arange(1, 1 + max(2, budget))
    # Newton's form of the polynomial of degree two through the three.
    bend = (widths - 1) * (widths - 2) // 2 * (three - 2 * two + one)
    parameters = one + (widths - 1) * (two - one) + bend
    best = int(np.abs(parameters - budget).argmin())
    if abs(parameters[best] - budget) > budget / 20:
        raise ValueError(
            f"`budget` must be met within a twentieth; got budget={budget}, and "
            f"{parameters[best]} parameters for {kind}"
        )
    return int(widths[best])


def build(kind: str, shape: tuple[int | None, ...], classes: int, width: int) -> keras.Model:
    """Return a net, its weights from Keras's current seed.

    Parameters
    ----------
    kind : str
        A key of `RECURRENT` or of `STACKS`, or "dense".
    shape : tuple of int
        Of one input: (steps, features), or (height, width, channels); the steps may be None where
        they are not flattened.
    classes : int
        Logits that come out.
    width : int
        Units, filters, or hidden units.

    Raises
    ------
    ValueError
        If ``kind`` is unknown.
    """
    from keras import Sequential, layers

    _require("kind", kind, [*RECURRENT, *STACKS, "dense"])
    if kind == "dense":
        body: list[Any] = [layers.Flatten(), layers.Dense(width, activation="relu")]
    elif kind in RECURRENT:
        body = [recurrent_layer(kind, width)]
    else:
        body = [*convolutions(STACKS[kind], width), *_reading(STACKS[kind])]
    return _plain(Sequential([layers.Input(shape), *body, layers.Dense(classes)]))


def _plain(model: keras.Model) -> keras.Model:
    """Return a net that Keras does not compile by XLA: that would take longer than training it."""
    model.supports_jit = False
    return model


def recurrent_layer(kind: str, width: int, **options: Any) -> keras.Layer:
    """Return a recurrent layer of Keras; see `RECURRENT`."""
    from keras import layers

    if kind == "lstm_open":

        def bias(shape: tuple[int, ...], dtype: Any = None) -> NDArray[np.float32]:  # noqa: ARG001
            blocks = np.zeros((4, shape[0] // 4), np.float32)
            blocks[1] = OPEN
            return blocks.ravel()

        options |= {"bias_initializer": bias, "unit_forget_bias": False}
    makers = {"simple": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    return makers[RECURRENT[kind]](width, **options)


def convolutions(stack: Stack, width: int) -> list[keras.Layer]:
    """Return the convolutions of a stack."""
    from keras import layers

    maker = layers.Conv1D if stack.directions == 1 else layers.Conv2D
    return [
        maker(
            width,
            stack.kernel,
            strides=stride,
            dilation_rate=dilation,
            padding=stack.padding,
            activation="relu",
        )
        for stride, dilation in zip(stack.strides, stack.dilations, strict=True)
    ]


def _reading(stack: Stack) -> list[keras.Layer]:
    from keras import layers

    if stack.reading == "flatten":
        return [layers.Flatten()]
    if stack.reading == "mean":
        return [layers.GlobalAveragePooling1D()]
    return [layers.Lambda(lambda x: x[:, -1], output_shape=lambda shape: (shape[0], shape[2]))]


# --- Nets for sequences of several lengths ------------------------------------------------------


def reader(
    kind: str, features: int, classes: int, width: int, *, masked: Masked = "each"
) -> keras.Model:
    """Return a net that takes sequences of any length, padded with zeros.

    Parameters
    ----------
    kind : "lstm", "pooled" or "causal"
        One recurrent layer; or two convolutions and a mean over time.
    features, classes, width : int
    masked : "no", "end" or "each"
        Where steps of zeros are left out: nowhere, in the mean, or also in what each convolution
        hands on. A recurrent layer skips them unless the answer is "no".

    Raises
    ------
    ValueError
        If ``kind`` or ``masked`` is unknown.
    """
    import keras
    from keras import layers, ops

    _require("kind", kind, ["lstm", "pooled", "causal"])
    _require("masked", masked, get_args(Masked))
    x = layers.Input((None, features))
    mask = None if masked == "no" else ops.any(ops.not_equal(x, 0), axis=-1)
    if kind == "lstm":
        y = recurrent_layer(kind, width)(x, mask=mask)
    else:
        y = x
        for convolution in convolutions(STACKS[kind], width):
            y = convolution(y)
            if masked == "each":
                y = y * ops.expand_dims(ops.cast(mask, "float32"), -1)
        y = layers.GlobalAveragePooling1D()(y, mask=mask)
    return _plain(keras.Model(x, layers.Dense(classes)(y)))

"""Networks for the reader's browser: described layer by layer, quantised, and packed.

Chapter: book/grad_cam.md, and every page with a live network. The engine that runs what is packed
here is book/_interactive/engine.js. Keras comes in as a model only and is not imported.

Quantise first and give Keras the quantised weights: then the page and Keras compute with the same
numbers, and what is measured is what the reader gets.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats

if TYPE_CHECKING:
    import keras

LAYERS: Mapping[str, tuple[str, ...]] = {
    "Conv2D": ("strides", "padding", "dilation_rate"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "GlobalMaxPooling2D": (),
    "GlobalAveragePooling2D": (),
    "Dense": (),
    "BatchNormalization": ("epsilon",),
    "Flatten": (),
    "Activation": (),
    "Dropout": (),
}
"""The layers that the engine knows, each with the settings that it needs."""

ACTIVATIONS = ("linear", "relu", "tanh", "softmax")
"""The activations that the engine knows."""

REQUIRED: Mapping[str, Any] = {
    "data_format": "channels_last",
    "groups": 1,
    "keepdims": False,
    "axis": -1,
    "center": True,
    "scale": True,
}
"""Settings of Keras's layers that the engine takes for granted."""

LARGEST = 127
"""The largest of the levels, from minus this to plus this, that a weight is rounded to."""


@dataclass(frozen=True)
class Quantised:
    """A kernel as whole levels, with one step per output channel.

    Attributes
    ----------
    levels : int8 array of any shape, in [-127, 127]
    steps : float32 array of shape (channels,)
        What one level is worth, for each place of the last axis.
    """

    levels: NDArray[np.int8]
    steps: NDArray[np.float32]

    @property
    def values(self) -> NDArray[np.float32]:
        """The weights that the levels stand for: float32, of the shape of ``levels``."""
        return self.levels.astype(np.float32) * self.steps


Weight = Quantised | NDArray[np.float32]
"""Kernels are quantised; vectors, such as biases, stay as they are."""


def quantise(weight: Floats) -> Quantised:
    """Round a kernel to 255 levels, the same number of them for every output channel.

    Parameters
    ----------
    weight : array of shape (..., channels), at least two axes
        Finite. The last axis counts the outputs, as in Keras.

    Returns
    -------
    Quantised
        Its values differ from ``weight`` by half a step at most.

    Raises
    ------
    ValueError
        If the array has fewer axes or is not finite.

    Examples
    --------
    >>> found = quantise(np.array([[127.0, 0.5], [-63.6, 1.0]]))
    >>> found.levels.tolist(), [round(step, 6) for step in found.steps.tolist()]
    ([[127, 64], [-64, 127]], [1.0, 0.007874])
    """
    if weight.ndim < 2 or not np.isfinite(weight).all():
        raise ValueError(
            "`weight` must have shape (..., channels) and be finite; "
            f"got shape {weight.shape}, finite: {bool(np.isfinite(weight).all())}"
        )
    largest = np.abs(weight).max(axis=tuple(range(weight.ndim - 1)))
    steps = (largest / LARGEST).astype(np.float32)
    steps[steps == 0] = 1  # of a channel without weights
    levels = np.clip(np.rint(weight / steps), -LARGEST, LARGEST)
    return Quantised(levels.astype(np.int8), steps)


def quantise_all(weights: Sequence[Floats]) -> list[Weight]:
    """Return the weights of a model with its kernels quantised and its vectors as float32."""
    return [
        quantise(weight) if weight.ndim > 1 else weight.astype(np.float32) for weight in weights
    ]


def values(weights: Sequence[Weight]) -> list[NDArray[np.float32]]:
    """Return what weights stand for, as Keras's ``set_weights`` takes them."""
    return [each.values if isinstance(each, Quantised) else each for each in weights]


# --- Records ------------------------------------------------------------------------------------


def to_arrays(weights: Sequence[Weight]) -> dict[str, NDArray[Any]]:
    """Return weights as the arrays of a record, named by their place.

    Examples
    --------
    >>> sorted(to_arrays(quantise_all([np.ones((2, 3)), np.ones(3)])))
    ['levels_0', 'steps_0', 'vector_1']
    """
    arrays: dict[str, NDArray[Any]] = {}
    for place, weight in enumerate(weights):
        if isinstance(weight, Quantised):
            arrays |= {f"levels_{place}": weight.levels, f"steps_{place}": weight.steps}
        else:
            arrays[f"vector_{place}"] = weight
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> list[Weight]:
    """Return the weights that `to_arrays` named; other arrays do not matter.

    Examples
    --------
    >>> weights = from_arrays(to_arrays(quantise_all([np.eye(2), np.ones(2)])))
    >>> [each.tolist() for each in values(weights)]
    [[[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0]]
    """
    kinds = ("levels_", "vector_")
    count = sum(name.startswith(kinds) for name in arrays)
    return [
        Quantised(arrays[f"levels_{place}"], arrays[f"steps_{place}"])
        if f"levels_{place}" in arrays
        else arrays[f"vector_{place}"]
        for place in range(count)
    ]


# --- For the engine -----------------------------------------------------------------------------


def describe(model: keras.Model) -> list[dict[str, Any]]:
    """Return the layers of a model, one after another, as the engine wants them.

    Parameters
    ----------
    model : keras.Model
        A chain of layers: each reads the one before it.

    Returns
    -------
    list of dict
        ``name``, ``type``, ``activation``, the settings in `LAYERS`, and ``shapes`` of weights.

    Raises
    ------
    ValueError
        If the engine does not know a layer, an activation or a setting; the message names it.
    """
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    return [_describe(layer) for layer in layers]


def _describe(layer: Any) -> dict[str, Any]:
    kind, config = type(layer).__name__, layer.get_config()
    if kind not in LAYERS:
        raise ValueError(f"a layer must be one of {', '.join(LAYERS)}; got {kind} ({layer.name})")
    activation = config.get("activation") or "linear"
    if activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"an activation must be one of {known}; got {activation!r} ({layer.name})")
    for setting in REQUIRED.keys() & config.keys():
        if config[setting] != REQUIRED[setting]:
            raise ValueError(
                f"`{setting}` must be {REQUIRED[setting]!r}; got {config[setting]!r} ({layer.name})"
            )
    settings = {name: config[name] for name in LAYERS[kind]}
    shapes = [list(weight.shape) for weight in layer.get_weights()]
    return {
        "name": layer.name,
        "type": kind,
        "activation": activation,
        **{k: list(v) if isinstance(v, tuple) else v for k, v in settings.items()},
        "shapes": shapes,
    }


def pack(
    size: Sequence[int], layers: Sequence[Mapping[str, Any]], weights: Sequence[Weight]
) -> dict[str, Any]:
    """Return a network as plain values, for ``DLX.network`` in the browser.

    Parameters
    ----------
    size : sequence of int
        Of one input, without the batch: (height, width, channels).
    layers : sequence of dict
        As `describe` returns them.
    weights : sequence of Quantised or float32 array
        In the order of the layers.

    Returns
    -------
    dict
        ``input``, ``layers``, and ``blob``: all weights in base64, little-endian.

    Raises
    ------
    ValueError
        If the weights do not have the shapes that the layers name.

    Examples
    --------
    >>> layer = {"name": "d", "type": "Dense", "activation": "linear", "shapes": [[1, 1], [1]]}
    >>> packed = pack([1], [layer], quantise_all([np.ones((1, 1)), np.zeros(1)]))
    >>> packed["layers"][0]["weights"]
    [{'shape': [1, 1], 'int8': True}, {'shape': [1], 'int8': False}]
    """
    shapes = [list(each.shape) for each in values(weights)]
    wanted = [shape for layer in layers for shape in layer["shapes"]]
    if shapes != wanted:
        raise ValueError(f"`weights` must have shapes {wanted}; got {shapes}")
    left = iter(weights)
    packed = []
    for layer in layers:
        own = [(shape, next(left)) for shape in layer["shapes"]]
        kinds = [{"shape": shape, "int8": isinstance(each, Quantised)} for shape, each in own]
        packed.append({**{k: v for k, v in layer.items() if k != "shapes"}, "weights": kinds})
    blob = b"".join(map(_to_bytes, weights))
    return {
        "input": list(size),
        "layers": packed,
        "blob": base64.b64encode(blob).decode("ascii"),
    }


def _to_bytes(weight: Weight) -> bytes:
    if isinstance(weight, Quantised):
        return weight.levels.tobytes() + weight.steps.astype("<f4").tobytes()
    return weight.astype("<f4").tobytes()

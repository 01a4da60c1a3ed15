"""The networks of the chapter, and those of the reports, as Keras builds them.

Chapter: book/convolutional_networks.md. Keras is imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

SIDE, CLASSES = 28, 10
IMAGE = (SIDE, SIDE, 1)

Layers = Sequence[tuple[int, int, int]]
"""Filters, kernel and stride of each layer; padding is "same"."""


def dense(hidden: int) -> keras.Model:
    """Return a network with one hidden layer, which gives logits."""
    return _network(_flat(), [_units(hidden)])


def convolutional(layers: Layers, *, pooled: bool = False) -> keras.Model:
    """Return a stack of convolutions with ReLU; ``pooled``, 2 x 2 cells are averaged at the end."""
    from keras import layers as kinds

    return _network([*map(_convolution, layers), *[kinds.AveragePooling2D(2)] * pooled, *_flat()])


def local(layers: Layers) -> keras.Model:
    """Return the same maps as `convolutional`, from windows that share no weights."""
    from dlexp.chapters.convolutional_networks.local import LocallyConnected2D

    return _network([*(LocallyConnected2D(*layer) for layer in layers), *_flat()])


def fast(layers: Layers, *, normalised: bool, shift: int) -> keras.Model:
    """Return strided convolutions, with batch normalisation and shifted images if asked for."""
    from keras import layers as kinds

    body: list[Any] = []
    if shift:
        from dlexp.chapters.convolutional_networks.shifting import ShiftTogether

        body.append(ShiftTogether(shift))
    for filters, kernel, stride in layers:
        body.append(kinds.Conv2D(filters, kernel, stride, "same", use_bias=not normalised))
        # Keras's momentum of 0.99 remembers longer than such short trainings last.
        body += [kinds.BatchNormalization(momentum=0.9)] if normalised else []
        body.append(kinds.ReLU())
    return _network(body, _flat())


REPORTED = {
    "C": ((32, 64), (2, 2), "valid", 0.5),
    "D": ((32, 64), (2, 3), "valid", 0.0),
    "A": ((32, 64, 64), (2, 2, 2), "same", 0.0),
    "B": ((32, 64, 128), (2, 2, 2), "same", 0.0),
}
"""Filters, windows of the max pooling, padding, and dropout, by report."""


def reported(report: str) -> keras.Model:
    """Return the network of a report: convolutions and poolings, then 128 dense units.

    Examples
    --------
    >>> [reported(report).count_params() for report in REPORTED]
    [225034, 93962, 130890, 241546]
    """
    from keras import layers as kinds

    filters, windows, padding, dropped = REPORTED[report]
    body: list[Any] = []
    for count, window in zip(filters, windows, strict=True):
        body.append(kinds.Conv2D(count, 3, padding=padding, activation="relu"))
        body.append(kinds.MaxPooling2D(window))
    drop = [kinds.Dropout(dropped)] if dropped else []
    return _network(body, [*_flat(), _units(128), *drop])


def _network(*parts: Sequence[Any]) -> keras.Model:
    """Return layers between an image and logits, which stay in single precision."""
    import keras

    body = [layer for part in parts for layer in part]
    logits = keras.layers.Dense(CLASSES, dtype="float32")
    return keras.Sequential([keras.Input(IMAGE), *body, logits])


def _convolution(layer: tuple[int, int, int]) -> Any:
    from keras import layers as kinds

    filters, kernel, stride = layer
    return kinds.Conv2D(filters, kernel, stride, "same", activation="relu")


def _units(count: int) -> Any:
    from keras import layers as kinds

    return kinds.Dense(count, "relu")


def _flat() -> list[Any]:
    from keras import layers as kinds

    return [kinds.Flatten()]

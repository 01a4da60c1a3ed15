"""The search spaces of two reports, which can be audited without any training.

Chapter: book/keras_tuner.md. Keras is imported inside the functions that build.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dlexp.byhand import shapes
from dlexp.byhand.conv import Padding

if TYPE_CHECKING:
    import keras

IMAGE = (28, 28, 1)  # of MNIST
CLASSES = 10

DEPTHS = (1, 2, 3, 4, 5)
WIDTHS = tuple(range(32, 257, 32))

REPORTS: Mapping[str, shapes.Convolution] = MappingProxyType(
    {
        "same": shapes.Convolution(filters=1, kernel=3, padding="same"),
        "valid": shapes.Convolution(filters=1, kernel=3, padding="valid"),
    }
)
"""The reports' spaces, named by the padding of their convolutions."""


def stack(values: Mapping[str, Any], padding: str) -> list[shapes.Layer]:
    """Return the layers of a report's configuration for `dlexp.byhand.shapes.walk`.

    Parameters
    ----------
    values : mapping
        Which holds ``conv_layers``, ``filters_0`` ..., ``dense_layers``, ``units_0`` ...
    padding : "same" or "valid"
        Of the convolutions; it names the report.
    """
    layers: list[shapes.Layer] = []
    for i in range(values["conv_layers"]):
        filters = values[f"filters_{i}"]
        layers.append(shapes.Convolution(filters=filters, kernel=3, padding=_padding(padding)))
        layers.append(shapes.Pooling(window=2))
    layers.append(shapes.Flatten())
    for i in range(values["dense_layers"]):
        layers.append(shapes.Dense(units=values[f"units_{i}"]))
    return [*layers, shapes.Dense(units=CLASSES)]


def audit(padding: str) -> dict[int, shapes.Row]:
    """Follow an image through each depth of a report's space before anything is trained.

    Returns
    -------
    dict
        Number of convolutions to the last row of the walk: its shape is ``None`` where a network
        of that depth cannot exist.

    Examples
    --------
    >>> [depth for depth, row in audit("same").items() if row.shape is None]
    [5]
    >>> [depth for depth, row in audit("valid").items() if row.shape is None]
    [4, 5]
    """
    found = {}
    for depth in DEPTHS:
        filters = {f"filters_{i}": WIDTHS[0] for i in range(depth)}
        values = {"conv_layers": depth, "dense_layers": 1, "units_0": WIDTHS[0], **filters}
        found[depth] = shapes.walk(stack(values, padding), IMAGE)[-1]
    return found


def chance_of_waste(impossible: float, trials: int) -> float:
    """Return the chance that at least one of several random trials cannot exist.

    Parameters
    ----------
    impossible : float
        Share of the space, in [0, 1].
    trials : int
        Drawn independently, >= 0.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> round(chance_of_waste(0.4, 5), 3)  # 1 - 0.6 ** 5
    0.922
    """
    if not 0 <= impossible <= 1:
        raise ValueError(f"`impossible` must be in [0, 1]; got {impossible}")
    if trials < 0:
        raise ValueError(f"`trials` must be >= 0; got {trials}")
    return float(1 - (1 - impossible) ** trials)


def count(padding: str) -> int:
    """Return how many configurations a report's space has, its learning rate left out.

    Every hyperparameter that is active counts. In the space "same", all dense layers share one
    activation, and one boolean switches the only dropout; in "valid", each layer has a rate of
    dropout out of six.

    Examples
    --------
    >>> f"{count('same'):,}", f"{count('valid'):.1e}"
    ('5,609,410,816', '6.8e+16')
    """
    per_layer = len(WIDTHS) * (6 if _padding(padding) == "valid" else 1)
    stacks: int = sum(per_layer**depth for depth in DEPTHS)
    return stacks**2 * (4 if padding == "same" else 1)


def build_same(hp: Any) -> keras.Model:
    """Build a net of the first report's space: padded convolutions, one activation for all."""
    from keras import Sequential, layers

    model = Sequential([layers.Input(IMAGE)])
    for i in range(hp.Int("conv_layers", 1, 5)):
        filters = hp.Int(f"filters_{i}", 32, 256, step=32)
        model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    for i in range(hp.Int("dense_layers", 1, 5)):
        activation = hp.Choice("activation", ["relu", "tanh"])  # the same name: the same choice
        model.add(layers.Dense(hp.Int(f"units_{i}", 32, 256, step=32), activation=activation))
    if hp.Boolean("dropout"):
        model.add(layers.Dropout(0.25))
    model.add(layers.Dense(CLASSES, activation="softmax"))
    _compile(model, hp.Float("learning_rate", 1e-4, 1e-2, sampling="log"))
    return model


def build_valid(hp: Any) -> keras.Model:
    """Build a net of the second report's space: bare convolutions, a rate of dropout per layer."""
    from keras import Sequential, layers

    model = Sequential([layers.Input(IMAGE)])
    for i in range(hp.Int("conv_layers", 1, 5, default=3)):
        filters = hp.Int(f"filters_{i}", 32, 256, step=32)
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D(2))
        model.add(layers.Dropout(hp.Float(f"dropout_conv_{i}", 0.0, 0.5, step=0.1)))
    model.add(layers.Flatten())
    for i in range(hp.Int("dense_layers", 1, 5, default=3)):
        model.add(layers.Dense(hp.Int(f"units_{i}", 32, 256, step=32), activation="relu"))
        model.add(layers.Dropout(hp.Float(f"dropout_dense_{i}", 0.0, 0.5, step=0.1)))
    model.add(layers.Dense(CLASSES, activation="softmax"))
    _compile(model, hp.Float("learning_rate", 1e-5, 1e-3, sampling="log"))
    return model


def _compile(model: keras.Model, learning_rate: float) -> None:
    import keras

    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


def _padding(padding: str) -> Padding:
    """Return a padding as the shape walker takes it."""
    if padding not in REPORTS:
        raise ValueError(f"`padding` must be one of {tuple(REPORTS)}; got {padding!r}")
    return REPORTS[padding].padding

"""The book's small search space; those of two reports are in `dlexp.tuning.reports`.

Chapter: book/keras_tuner.md. A space is a function of Keras Tuner's ``hp``: what it asks for is
what is searched. Keras is imported inside the functions that build.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from dlexp.tuning.reports import (
    CLASSES,
    DEPTHS,
    IMAGE,
    REPORTS,
    WIDTHS,
    audit,
    build_same,
    build_valid,
    chance_of_waste,
    count,
    stack,
)

if TYPE_CHECKING:
    import keras

__all__ = [
    "CLASSES", "DEFAULT", "DEPTHS", "GRID", "IMAGE", "REPORTS", "WIDTHS", "Value", "Values",
    "audit", "build", "build_bare", "build_same", "build_valid", "chance_of_waste",
    "configurations", "count", "declare", "network", "place", "stack",
]  # fmt: skip

Value: TypeAlias = "int | float | str | bool"
Values: TypeAlias = Mapping[str, Value]
"""What a configuration gives each hyperparameter."""

GRID: Mapping[str, tuple[Value, ...]] = MappingProxyType(
    {
        "learning_rate": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
        "filters": (4, 8, 16),
        "units": (16, 32, 64),
        "dropout": (0.0, 0.3),
        "activation": ("relu", "tanh"),
    }
)
"""The book's space: every value of every hyperparameter."""

DEFAULT: Values = MappingProxyType(
    {"learning_rate": 1e-3, "filters": 8, "units": 32, "dropout": 0.0, "activation": "relu"}
)
"""What one would take without a search: Adam's own rate, the middle of each size, no dropout."""


def configurations() -> list[dict[str, Value]]:
    """Return every configuration of the book's space; the last hyperparameter varies fastest.

    Examples
    --------
    >>> every = configurations()
    >>> len(every), every[0]["learning_rate"], every[1]["activation"]
    (216, 0.0001, 'tanh')
    """
    return [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]


def place(values: Mapping[str, Any]) -> int:
    """Return where a configuration stands in `configurations`; further names are ignored.

    Raises
    ------
    ValueError
        If a value is none of the space's.

    Examples
    --------
    >>> configurations()[place(DEFAULT)] == dict(DEFAULT)
    True
    """
    index = 0
    for name, choices in GRID.items():
        if values[name] not in choices:
            raise ValueError(f"`{name}` must be one of {choices}; got {values[name]!r}")
        index = index * len(choices) + choices.index(values[name])
    return index


def declare(hp: Any, order: Sequence[str] | None = None) -> dict[str, Value]:
    """Ask ``hp`` for each hyperparameter of the book's space.

    Parameters
    ----------
    hp : keras_tuner.HyperParameters
    order : sequence of str, optional
        In which to ask; a grid search depends on it.

    Returns
    -------
    dict
        The values, as `network` takes them.

    Raises
    ------
    ValueError
        If ``order`` does not name each hyperparameter once.
    """
    names = list(GRID) if order is None else list(order)
    if sorted(names) != sorted(GRID):
        raise ValueError(f"`order` must name each of {tuple(GRID)} once; got {tuple(names)}")
    return {
        name: hp.Choice(name, list(GRID[name]), default=DEFAULT[name], ordered=name != "activation")
        for name in names
    }


def network(values: Values) -> keras.Model:
    """Return the net of a configuration, not compiled; its outputs are logits.

    A convolution of stride two, a pooling, and a dense layer with dropout before it.

    Parameters
    ----------
    values : mapping
        A configuration; its ``learning_rate`` plays no part here.
    """
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(IMAGE),
            layers.Conv2D(
                values["filters"], 3, strides=2, padding="same", activation=values["activation"]
            ),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(values["dropout"]),
            layers.Dense(values["units"], activation=values["activation"]),
            layers.Dense(CLASSES),
        ]
    )


def build(hp: Any) -> keras.Model:
    """Build and compile a net of the book's space: the function that Keras Tuner searches.

    The optimizer is built too. Without that, Hyperband goes on with a trial without the state of
    its optimizer: Keras warns, and skips what the new one has no variables for.

    Parameters
    ----------
    hp : keras_tuner.HyperParameters

    Returns
    -------
    keras.Model
        It reports ``val_accuracy``; its outputs are logits.
    """
    model = build_bare(hp)
    model.optimizer.build(model.trainable_variables)
    return model


def build_bare(hp: Any) -> keras.Model:
    """Build and compile as `build`, but leave the optimizer to the first step, as one would."""
    import keras

    values = declare(hp)
    model = network(values)
    model.compile(
        optimizer=keras.optimizers.Adam(values["learning_rate"]),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model

"""Dense networks of Keras, and how each is asked to begin.

Chapter: book/dense_networks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

CLASSES = 10
SIDE = 28
PIXELS = SIDE**2

MOMENTUM = 0.9
"""Share of the last move that is kept, where SGD has momentum."""

SMALL = 0.01
"""Standard deviation of first weights that look harmless."""


def dense(hidden: Sequence[int], activation: str, first: str) -> keras.Model:
    """Return a network of dense layers that gives logits.

    Parameters
    ----------
    hidden : sequence of int
        Units of each hidden layer; none is softmax regression.
    activation : str
        Of the hidden layers, by Keras's name.
    first : str
        How first weights are drawn: Keras's name of an initialiser, or "small".
    """
    import keras
    from keras import layers

    drawn = keras.initializers.RandomNormal(stddev=SMALL) if first == "small" else first
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Flatten(),
            # One object for all layers would draw the same numbers for each.
            *(
                layers.Dense(units, activation, kernel_initializer=_fresh(drawn))
                for units in hidden
            ),
            layers.Dense(CLASSES, kernel_initializer=_fresh(drawn)),
        ]
    )


def optimizer(name: str) -> Any:
    """Return an optimizer of Keras by its name; "momentum" is SGD with `MOMENTUM`."""
    import keras

    if name == "momentum":
        return keras.optimizers.SGD(momentum=MOMENTUM)
    return keras.optimizers.get(name)


def _fresh(drawn: Any) -> Any:
    return drawn if isinstance(drawn, str) else drawn.clone()

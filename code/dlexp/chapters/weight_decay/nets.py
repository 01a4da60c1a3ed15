"""Report C's network, and a descent whose loss contains a penalty on its kernels.

Chapter: book/weight_decay.md. Keras is imported here: import this module inside what trains.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

HIDDEN, LOGITS = "hidden", "logits"
"""What the names of the layers begin with."""


def network(
    units: Sequence[int], *, activation: str, initializer: str, dropout: float
) -> keras.Model:
    """Return hidden layers of so many units, and ten logits.

    Parameters
    ----------
    units : sequence of int
    activation, initializer : str
        Of the hidden layers, by Keras's names.
    dropout : float
        Share of the hidden units that are dropped while it learns, in [0, 1).
    """
    stack: list[keras.Layer] = [keras.Input((28, 28, 1)), layers.Flatten()]
    for number, size in enumerate(units, start=1):
        name = f"{HIDDEN}_{number}"
        stack.append(layers.Dense(size, activation, kernel_initializer=initializer, name=name))
        if dropout:
            stack.append(layers.Dropout(dropout))
    return keras.Sequential([*stack, layers.Dense(10, name=LOGITS)])


class Penalised(keras.optimizers.SGD):  # type: ignore[misc]  # Keras has no types
    """Plain descent on a loss to which ``l2`` times the sum of the squared kernels is added.

    Parameters
    ----------
    learning_rate : float or schedule
    l2 : float
        As in ``keras.regularizers.L2(l2)``, >= 0.
    output_too : bool
        Whether the kernel of the logits is penalised, beside those of the hidden layers.
    """

    def __init__(self, learning_rate: Any, *, l2: float, output_too: bool = False) -> None:
        super().__init__(learning_rate)
        self.l2, self.output_too = l2, output_too

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any]) -> None:
        """Add the gradient of the penalty to that of the loss, and take the step."""
        whole = [
            gradient + 2 * self.l2 * variable if self._penalises(variable) else gradient
            for gradient, variable in zip(grads, trainable_variables, strict=True)
        ]
        super().apply(whole, trainable_variables)

    def _penalises(self, variable: Any) -> bool:
        return self.l2 > 0 and is_kernel(variable, output_too=self.output_too)


def is_kernel(variable: Any, *, output_too: bool = False) -> bool:
    """Return whether a variable is a kernel of a hidden layer, or of the logits if they count."""
    return variable.name == "kernel" and (output_too or HIDDEN in variable.path)


def squares(model: keras.Model) -> float:
    """Return the sum of the squared weights in the kernels of the hidden layers."""
    kernels = (each.numpy() for each in model.trainable_variables if is_kernel(each))
    return sum(float((kernel.astype("float64") ** 2).sum()) for kernel in kernels)

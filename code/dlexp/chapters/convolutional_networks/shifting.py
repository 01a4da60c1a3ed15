"""A layer that shifts all images of a step together, by a few pixels drawn anew at each step.

Chapter: book/convolutional_networks.md. Keras is imported here: import this module inside what
trains. One shift for a whole step costs next to nothing; one for each image costs a gather.
"""

from typing import Any

import keras
from keras import ops


class ShiftTogether(keras.layers.Layer):  # type: ignore[misc]
    """Shift images in training, and leave them alone otherwise; what enters is empty.

    Parameters
    ----------
    largest : int
        Pixels, to each side.
    """

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.largest = largest
        self.seeds = keras.random.SeedGenerator(int(keras.random.randint((), 0, 2**30)))

    def call(self, x: Any, training: bool = False) -> Any:
        """Return images of the shape of ``x``."""
        if not training:
            return x
        ends = (self.largest, self.largest)
        height, width, channels = x.shape[1:]
        down, right = ops.unstack(
            keras.random.randint((2,), 0, 2 * self.largest + 1, seed=self.seeds)
        )
        framed = ops.pad(x, [(0, 0), ends, ends, (0, 0)])
        cut = framed[:, down : down + height, right : right + width]
        return ops.reshape(cut, (-1, height, width, channels))

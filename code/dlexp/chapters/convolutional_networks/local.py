"""A layer of Keras whose windows do not share their weights; Keras 3 has none.

Chapter: book/convolutional_networks.md. By hand it is `dlexp.byhand.locally_connected`. Keras is
imported here: import this module inside what trains.
"""

from typing import Any

import keras
from keras import ops

from dlexp.byhand.sizes import output_size, split_padding


class LocallyConnected2D(keras.layers.Layer):  # type: ignore[misc]
    """A convolution with a kernel and a bias of its own at each position, then ReLU.

    Parameters
    ----------
    filters, kernel, stride : int
        Padding is Keras's ``"same"``.
    """

    def __init__(self, filters: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.filters, self.size, self.stride = filters, kernel, stride

    def build(self, shape: tuple[int, ...]) -> None:
        """Draw the kernels as Keras draws that of a convolution: Glorot's uniform law."""
        _, height, width, channels = shape
        self.rows, self.columns = (self._positions(cells) for cells in (height, width))
        taps, positions = self.size**2, self.rows * self.columns
        largest = (6 / (taps * (channels + self.filters))) ** 0.5
        drawn = keras.initializers.RandomUniform(-largest, largest)
        size = (positions, taps * channels, self.filters)
        self.kernel = self.add_weight(shape=size, initializer=drawn)
        self.bias = self.add_weight(shape=(positions, self.filters), initializer="zeros")

    def call(self, x: Any) -> Any:
        """Return maps of shape (batch, rows, columns, filters)."""
        ends = [self._ends(cells) for cells in x.shape[1:3]]
        x = ops.pad(x, [(0, 0), *ends, (0, 0)])
        taps = [self._tap(x, i, j) for i in range(self.size) for j in range(self.size)]
        patches = ops.reshape(
            ops.stack(taps, axis=-2), (-1, self.rows * self.columns, self.kernel.shape[1])
        )  # (batch, positions, taps * channels)
        sums = ops.einsum("bpk,pkf->bpf", patches, self.kernel) + self.bias
        return ops.relu(ops.reshape(sums, (-1, self.rows, self.columns, self.filters)))

    def _tap(self, x: Any, i: int, j: int) -> Any:
        """Return what one tap of the kernel sees at all positions."""
        down, right = i + self.stride * self.rows, j + self.stride * self.columns
        return x[:, i : down : self.stride, j : right : self.stride]

    def _positions(self, cells: int) -> int:
        return output_size(cells, self.size, stride=self.stride, padding="same")

    def _ends(self, cells: int) -> tuple[int, int]:
        return split_padding(cells, self.size, stride=self.stride, padding="same")

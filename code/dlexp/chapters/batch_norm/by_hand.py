"""A dense net with batch normalisation, trained in NumPy alone.

Chapter: book/batch_norm.md. The net is that of `nets.network`; a test holds its steps to those of
Keras. A training takes a tenth of what it takes there: nothing is traced, and little is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import batch_norm as byhand
from dlexp.chapters.batch_norm.nets import WIDTH

Values = NDArray[np.float32]

WIDTHS = (28 * 28, WIDTH, WIDTH, WIDTH, 10)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Which normalisation a net has, if any."""

    normalised: bool = True
    behind: bool = False  # the ReLU, instead of before it
    part: int | None = None  # images of a batch that share their statistics; None: all
    single: bool = False  # over the units of each image instead: layer normalisation
    most: float = 0.0  # by how much each step disturbs what is normalised, in spreads
    epsilon: float = byhand.KERAS.epsilon
    keep: float = byhand.KERAS.keep  # share of the running statistics that a step keeps


@dataclass
class Layer:
    """The weights of a layer, and what its last step left for the gradients."""

    kernel: Values
    bias: Values
    gamma: Values
    beta: Values
    mean: Values  # running
    variance: Values  # running
    seen: dict[str, Any] = field(default_factory=dict)


class Net:
    """Three dense hidden layers and one for the ten classes, from weights that a seed draws.

    Parameters
    ----------
    kind : Kind
    seed : int
        Of the first weights, as Keras would draw them (Glorot and Bengio, 2010), and of what
        disturbs a step.
    spread : float, optional
        Standard deviation of all first weights, which are normal numbers then.
    """

    def __init__(self, kind: Kind, seed: int, spread: float | None = None) -> None:
        self.kind = kind
        self._random = np.random.RandomState(seed)
        self.layers = [self._layer(*sizes, spread) for sizes in pairwise(WIDTHS)]

    def _layer(self, inputs: int, units: int, spread: float | None) -> Layer:
        limit = np.sqrt(6 / (inputs + units))
        shape = (inputs, units)
        if spread is None:
            kernel = self._random.uniform(-limit, limit, shape)
        else:
            kernel = spread * self._random.normal(size=shape)
        zeros, ones = np.zeros(units, np.float32), np.ones(units, np.float32)
        return Layer(
            kernel.astype(np.float32), zeros.copy(), ones.copy(), zeros.copy(), zeros, ones
        )

    @property
    def first(self) -> Values:
        """The kernel of the first layer, of shape (784, units)."""
        return self.layers[0].kernel

    def logits(self, images: Values) -> Values:
        """Return the outputs in use, of shape (n, 10), with the running statistics."""
        a = images.reshape(len(images), -1)
        for layer in self.layers[:-1]:
            a = a @ layer.kernel + layer.bias
            a = np.maximum(a, 0) if self.kind.behind else a
            if self.kind.normalised:
                mean, variance = layer.mean, layer.variance
                if self.kind.single:
                    mean, variance = a.mean(axis=1)[:, None], a.var(axis=1)[:, None]
                root = np.sqrt(variance + np.float32(self.kind.epsilon))
                a = layer.gamma * (a - mean) / root + layer.beta
            a = a if self.kind.behind else np.maximum(a, 0)
        result: Values = a @ self.layers[-1].kernel + self.layers[-1].bias
        return result

    def accuracy(self, images: Values, labels: NDArray[np.int64]) -> float:
        """Return the share of images that are told rightly; what overflowed is wrong."""
        with np.errstate(over="ignore", invalid="ignore"):
            logits = self.logits(images)
        right = (logits.argmax(axis=1) == labels) & np.isfinite(logits).all(axis=1)
        return float(right.mean())

    def hidden(self, images: Values) -> Values:
        """Return what reaches the last hidden layer in training mode; nothing is kept of it."""
        running = [(layer.mean, layer.variance) for layer in self.layers]
        a = images.reshape(len(images), -1)
        for layer in self.layers[:2]:
            a = self._forward(layer, a)
        for layer, kept in zip(self.layers, running, strict=True):
            layer.mean, layer.variance = kept
        return a

    def step(self, images: Values, labels: NDArray[np.int64], rate: float) -> None:
        """Take one step of plain descent on the mean cross-entropy of a batch."""
        a = images.reshape(len(images), -1)
        for layer in self.layers[:-1]:
            a = self._forward(layer, a)
        last = self.layers[-1]
        g = _softmax(a @ last.kernel + last.bias)
        g[np.arange(len(labels)), labels] -= 1
        g /= np.float32(len(labels))
        by_kernel, by_bias = a.T @ g, g.sum(axis=0)
        g = g @ last.kernel.T
        last.kernel -= np.float32(rate) * by_kernel
        last.bias -= np.float32(rate) * by_bias
        for layer in self.layers[-2::-1]:
            g = self._backward(layer, g, np.float32(rate))

    def _forward(self, layer: Layer, a: Values) -> Values:
        layer.seen["input"] = a
        z = a @ layer.kernel + layer.bias
        if self.kind.behind:
            layer.seen["alive"] = z > 0
            return self._normalise(layer, np.maximum(z, 0))
        z = self._normalise(layer, z)
        layer.seen["alive"] = z > 0
        return np.maximum(z, 0)

    def _backward(self, layer: Layer, g: Values, rate: np.float32) -> Values:
        if self.kind.behind:
            g = self._normalise_back(layer, g, rate) * layer.seen["alive"]
        else:
            g = self._normalise_back(layer, g * layer.seen["alive"], rate)
        by_kernel, by_bias = layer.seen["input"].T @ g, g.sum(axis=0)
        back: Values = g @ layer.kernel.T
        layer.kernel -= rate * by_kernel
        layer.bias -= rate * by_bias
        return back

    def _normalise(self, layer: Layer, x: Values) -> Values:
        if not self.kind.normalised:
            return x
        parts = x.reshape(-1, self.kind.part or len(x), x.shape[1])
        axis = 2 if self.kind.single else 1
        mean, variance = parts.mean(axis, keepdims=True), parts.var(axis, keepdims=True)
        root = np.sqrt(variance + np.float32(self.kind.epsilon))
        normal = (parts - mean) / root
        keep = np.float32(self.kind.keep)
        layer.mean = keep * layer.mean + (1 - keep) * mean.mean(axis=(0, 1))
        layer.variance = keep * layer.variance + (1 - keep) * variance.mean(axis=(0, 1))
        layer.seen |= {"normal": normal, "root": root}
        y: Values = (layer.gamma * normal + layer.beta).reshape(x.shape)
        if self.kind.most:
            power, shift = self._random.uniform(-1, 1, (2, x.shape[1])).astype(np.float32)
            factor = np.float32(1 + self.kind.most) ** power
            layer.seen["factor"] = factor
            y = factor * y + np.float32(self.kind.most) * shift
        return y

    def _normalise_back(self, layer: Layer, g: Values, rate: np.float32) -> Values:
        if not self.kind.normalised:
            return g
        normal, root = layer.seen["normal"], layer.seen["root"]
        parts = (g * layer.seen.get("factor", 1)).reshape(normal.shape)
        by_gamma, by_beta = (parts * normal).sum(axis=(0, 1)), parts.sum(axis=(0, 1))
        parts = layer.gamma * parts
        axis = 2 if self.kind.single else 1
        mean = parts.mean(axis, keepdims=True)
        along = normal * (parts * normal).mean(axis, keepdims=True)
        layer.gamma -= rate * by_gamma
        layer.beta -= rate * by_beta
        back: Values = ((parts - mean - along) / root).reshape(g.shape)
        return back


def _softmax(logits: Values) -> Values:
    """Return the probabilities of each row of outputs."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Values = powers / powers.sum(axis=1, keepdims=True)
    return result


def orders(size: int, batch_size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield which images each step takes, pass after pass without end, as `training.batches`."""
    generator = np.random.RandomState(seed)
    while True:
        order = generator.permutation(size)[: size // batch_size * batch_size]
        yield from order.reshape(-1, batch_size)


def losses(logits: Values, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cross-entropy of each row, in nats."""
    wide = logits.astype(np.float64)
    largest = wide.max(axis=1, keepdims=True)
    partition = np.log(np.exp(wide - largest).sum(axis=1)) + largest[:, 0]
    result: NDArray[np.float64] = partition - wide[np.arange(len(labels)), labels]
    return result


def train(
    net: Net, part: data.Split, *, steps: int, batch_size: int, rate: float, seed: int
) -> Iterator[int]:
    """Take steps of plain descent, and yield after each how many there were."""
    rows = islice(orders(len(part), batch_size, seed), steps)
    with np.errstate(over="ignore", invalid="ignore"):  # too high a rate makes infinities
        for step, row in enumerate(rows, 1):
            net.step(part.images[row], part.labels[row], rate)
            yield step

"""Nets that learn at one rate after another: dense ones in NumPy, convolutional ones in Keras.

Chapter: book/batch_norm.md. What sweeps over rates and batch sizes asks of both the same things.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dlexp import data
from dlexp.chapters.batch_norm.by_hand import Kind, Net, Values, train
from dlexp.chapters.batch_norm.nets import network, normal

if TYPE_CHECKING:
    import keras


class Learner(Protocol):
    """A net that begins again from the same first weights."""

    normalised: bool  # over its batches

    def begin(self, rate: float, batch_size: int, steps: int) -> None:
        """Forget what was learnt; get ready for so many steps of plain descent."""

    def advance(self, steps: int) -> None:
        """Take the next steps."""

    def accuracy(self, part: data.Split) -> float:
        """Return the share of right answers in use; running statistics are what they are."""

    def accuracy_anew(self, part: data.Split, images: Values) -> float:
        """Return the same with the statistics of these images in place of the running ones."""

    def state(self) -> Any:
        """Return what `restore` takes."""

    def restore(self, state: Any) -> None:
        """Be again what the net was then."""


class Dense:
    """A dense net, trained in NumPy."""

    def __init__(self, kind: Kind, part: data.Split, seed: int) -> None:
        self.kind, self.part, self.seed = kind, part, seed
        self.normalised = kind.normalised and not kind.single
        self.net = Net(kind, seed)
        self._steps: Iterator[int] = iter(())

    def begin(self, rate: float, batch_size: int, steps: int) -> None:
        """Forget what was learnt; get ready for so many steps of plain descent."""
        self.net = Net(self.kind, self.seed)
        self._steps = train(
            self.net, self.part, steps=steps, batch_size=batch_size, rate=rate, seed=self.seed
        )

    def advance(self, steps: int) -> None:
        """Take the next steps."""
        deque(islice(self._steps, steps), maxlen=0)

    def accuracy(self, part: data.Split) -> float:
        """Return the share of right answers in use; running statistics are what they are."""
        return self.net.accuracy(part.images, part.labels)

    def accuracy_anew(self, part: data.Split, images: Values) -> float:
        """Return the same with the statistics of these images in place of the running ones."""
        return anew(self.net, images).accuracy(part.images, part.labels)

    def state(self) -> Net:
        """Return what `restore` takes."""
        return self.net

    def restore(self, state: Net) -> None:
        """Be again what the net was then."""
        self.net = state


def anew(net: Net, images: Values) -> Net:
    """Return a net of the same weights, whose running statistics are those of these images."""
    twin = deepcopy(net)
    twin.kind = replace(net.kind, keep=0.0)
    twin.step(images, np.zeros(len(images), np.int64), rate=0.0)  # it moves no weight
    return twin


class Convolutional:
    """A convolutional net, trained by Keras."""

    def __init__(self, build: Callable[[], keras.Model], part: data.Split, seed: int) -> None:
        from dlexp import training

        self.part, self.seed = part, seed
        self.loop = training.Loop(build, part, seed=seed)
        self.normalised = any(hasattr(layer, "moving_mean") for layer in self.loop.model.layers)
        self._rows: Iterator[Any] = iter(())
        self._twin: keras.Model | None = None

    def begin(self, rate: float, batch_size: int, steps: int) -> None:
        """Forget what was learnt; get ready for so many steps of plain descent."""
        from dlexp import training

        self.loop.begin(learning_rate=rate)
        self._rows = islice(training.batches(len(self.part), batch_size, seed=self.seed), steps)

    def advance(self, steps: int) -> None:
        """Take the next steps."""
        self.loop.advance(islice(self._rows, steps))

    def accuracy(self, part: data.Split) -> float:
        """Return the share of right answers in use; running statistics are what they are."""
        from dlexp import training

        return training.score(self.loop.model, part)

    def accuracy_anew(self, part: data.Split, images: Values) -> float:
        """Return the same with the statistics of these images in place of the running ones."""
        import tensorflow as tf

        from dlexp import training

        if self._twin is None:  # it keeps nothing of older statistics
            twin = self._twin = network("conv", normal(momentum=0.0))
            self._see = tf.function(lambda seen: twin(seen, training=True))
        self._twin.set_weights(self.loop.model.get_weights())
        self._see(tf.constant(images))
        return training.score(self._twin, part)

    def state(self) -> list[Any]:
        """Return what `restore` takes."""
        weights: list[Any] = self.loop.model.get_weights()
        return weights

    def restore(self, state: list[Any]) -> None:
        """Be again what the net was then."""
        self.loop.model.set_weights(state)

"""The one loop that trains: steps of any optimiser on a Keras model, inside one graph."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from dlexp.data import Split
from dlexp.looks import LOOK


class Loop:
    """Descent on one Keras model, which can begin again from any seed, weights and learning rate.

    The graph of the steps is traced once, for all of them: small networks spend more time in
    being traced, and in Python between two steps, than in computing.

    Parameters
    ----------
    build : callable
        Makes the model, whose output are logits of shape (batch, classes); it is called after a
        seed is set, so that the seed decides the first weights too.
    part : Split
        What is learnt from.
    optimizer : str or keras.optimizers.Optimizer
        By Keras's name, such as ``"sgd"`` (plain descent) or ``"adam"``, or one with a schedule.
    seed : int
        Decides the first weights and what dropout drops.

    Attributes
    ----------
    model : keras.Model
    first : list of array
        Its weights before the first step.
    size : int
        Images that are learnt from.
    """

    def __init__(
        self,
        build: Callable[[], keras.Model],
        part: Split,
        *,
        optimizer: "str | keras.optimizers.Optimizer" = "sgd",
        seed: int,
    ) -> None:
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        self._build, self.size = build, len(part)
        self.model = build()
        self.first: list[NDArray[Any]] = self.model.get_weights()
        self._optimizer = keras.optimizers.get(optimizer)
        self._optimizer.build(self.model.trainable_variables)
        self._fresh = [np.copy(each.numpy()) for each in self._variables()]
        self._images, self._labels = tf.constant(part.images), tf.constant(part.labels)
        rows = tf.TensorSpec([None, None], tf.int64)
        self._advance = tf.function(self._steps, input_signature=[rows])

    def begin(
        self,
        *,
        seed: int | None = None,
        weights: list[NDArray[Any]] | None = None,
        learning_rate: float | None = None,
    ) -> None:
        """Start afresh: moments, counts and moving statistics too.

        Parameters
        ----------
        seed : int, optional
            Gives the first weights and what dropout drops; by default those of the loop's seed.
        weights : list of array, optional
            To start from, as ``model.get_weights()`` lists them.
        learning_rate : float, optional
            By default as it was.
        """
        for variable, value in zip(self._variables(), self._fresh, strict=True):
            variable.assign(value)
        if seed is not None:
            keras.utils.set_random_seed(seed)
            for old, new in zip(self.model.variables, self._build().variables, strict=True):
                old.assign(new)
        if weights is not None:
            self.model.set_weights(weights)
        if learning_rate is not None:
            self._optimizer.learning_rate = learning_rate

    def advance(self, rows: Iterable[NDArray[np.int64]]) -> tuple[float, float]:
        """Take one step for each row, in training mode, and say how they went.

        Parameters
        ----------
        rows : iterable of array of shape (batch,)
            Which images each step takes; see `batches`.

        Returns
        -------
        loss, accuracy : float
            Means over the images of all steps, each measured just before its step, with dropout
            on. NaN without a step.
        """
        import tensorflow as tf

        totals, images = np.zeros(2), 0
        for size, alike in itertools.groupby(rows, key=len):
            block = np.stack(list(alike))
            totals += size * np.array(self._advance(tf.constant(block)), np.float64)
            images += block.size
        loss, accuracy = totals / images if images else (np.nan, np.nan)
        return float(loss), float(accuracy)

    def _variables(self) -> list[Any]:
        """Return all that a step may change, but the learning rate."""
        of_optimizer = (v for v in self._optimizer.variables if v.name != "learning_rate")
        return [*self.model.variables, *of_optimizer]

    def _steps(self, rows: Any) -> tuple[Any, Any]:
        """Take the steps and return the sums of their mean losses and accuracies."""
        import tensorflow as tf

        cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        variables = self.model.trainable_variables
        loss = accuracy = tf.constant(0.0)
        for row in rows:
            labels = tf.gather(self._labels, row)
            with tf.GradientTape() as tape:
                logits = self.model(tf.gather(self._images, row), training=True)
                value = cross_entropy(labels, logits)
            gradients = tape.gradient(value, [variable.value for variable in variables])
            self._optimizer.apply_gradients(zip(gradients, variables, strict=True))
            right = tf.equal(tf.argmax(logits, axis=1), labels)
            loss += value
            accuracy += tf.reduce_mean(tf.cast(right, tf.float32))
        return loss, accuracy


def batches(
    size: int, batch_size: int, *, seed: int, keep_rest: bool = False
) -> Iterator[NDArray[np.int64]]:
    """Yield which images each step takes, pass after pass without end, each in an order of its own.

    Parameters
    ----------
    size : int
        Images, >= 1.
    batch_size : int
        Images per step, >= 1; at most `size` are taken.
    seed : int
        Of the order; the generator's stream is one that NumPy promises not to change.
    keep_rest : bool
        Whether what is left of a pass makes a smaller last batch; else it is dropped.

    Examples
    --------
    >>> [row.tolist() for row in itertools.islice(batches(5, 2, seed=0, keep_rest=True), 3)]
    [[2, 0], [1, 3], [4]]
    """
    generator = np.random.RandomState(seed)
    batch_size = min(batch_size, size)
    stop = size if keep_rest else size // batch_size * batch_size
    while True:
        order = generator.permutation(size)
        yield from (order[start : start + batch_size] for start in range(0, stop, batch_size))


def predict(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the model's output for all images, of shape (n, classes), in inference mode."""
    chunks = (images[start : start + LOOK] for start in range(0, len(images), LOOK))
    return np.concatenate([model.predict_on_batch(chunk) for chunk in chunks])


def score(model: keras.Model, part: Split) -> float:
    """Return the accuracy of a model on a part, in inference mode."""
    return accuracy(predict(model, part.images), part.labels)


def accuracy(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Return the share of rows whose largest logit is at the label; what overflowed is wrong.

    Examples
    --------
    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [np.nan, 1.0]]), np.array([0, 0, 1]))
    0.3333333333333333
    """
    right = (logits.argmax(axis=1) == labels) & np.isfinite(logits).all(axis=1)
    return float(np.mean(right))

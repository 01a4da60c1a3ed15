"""Training whose steps run inside one TensorFlow graph, for small networks that train often."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from dlexp.data import Dataset, Split
from dlexp.training.fitting import PREDICT_BATCH
from dlexp.training.plans import Path, Steps


class Descent:
    """Plain stochastic gradient descent on one model, which can start again from any weights.

    The steps run inside one TensorFlow graph, which is traced once: small networks spend less
    time in Python than in `fit`.

    Parameters
    ----------
    build : callable
        Makes the model, whose output are logits; it is called after the seed is set.
    dataset : Dataset
        Its ``train`` is learnt from, its ``validation`` chooses the step.
    seed : int
        Decides the first weights, and the order of the images: the same for each restart.
    """

    def __init__(self, build: Callable[[], keras.Model], dataset: Dataset, *, seed: int) -> None:
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        self.model = build()
        self.first: list[NDArray[Any]] = self.model.get_weights()
        self._dataset = dataset
        self._seed = seed
        self._images = tf.constant(dataset.train.images)
        self._labels = tf.constant(dataset.train.labels)
        rows, rate = tf.TensorSpec([None, None], tf.int64), tf.TensorSpec([], tf.float32)
        self._advance = tf.function(self._steps, input_signature=[rows, rate])
        self._infer = tf.function(lambda images: self.model(images, training=False))

    def run(self, plan: Steps, *, first: list[NDArray[Any]] | None = None) -> Path:
        """Descend from the first weights, or others; leave the model as it was at its best."""
        self.restart(first)
        order = self.order(plan.count, plan.batch_size)
        stops = [*range(plan.check_every, plan.count, plan.check_every), plan.count]
        validation: list[float] = []
        best: list[NDArray[Any]] = []
        for start, stop in zip([0, *stops], stops, strict=False):
            self.advance(order[start:stop], plan.learning_rate)
            validation.append(self.accuracy(self._dataset.validation))
            if validation[-1] > max(validation[:-1], default=-1.0):
                best = self.model.get_weights()
        self.model.set_weights(best)
        return Path(steps=stops, validation=validation, chosen=int(np.argmax(validation)))

    def restart(self, first: list[NDArray[Any]] | None = None) -> None:
        """Give the model its first weights again, or others."""
        self.model.set_weights(self.first if first is None else first)

    def order(self, count: int, batch_size: int) -> NDArray[np.int64]:
        """Return which images each step takes, of shape (count, batch_size)."""
        generator = np.random.RandomState(self._seed)
        size = len(self._dataset.train)
        per_epoch = size // batch_size
        epochs = [
            generator.permutation(size)[: per_epoch * batch_size].reshape(-1, batch_size)
            for _ in range(-(-count // per_epoch))
        ]
        return np.concatenate(epochs)[:count].astype(np.int64)

    def advance(self, order: NDArray[np.int64], learning_rate: float) -> None:
        """Take one step per row of ``order``, in training mode."""
        import tensorflow as tf

        self._advance(tf.constant(order), tf.constant(learning_rate, tf.float32))

    def logits(self, part: Split) -> NDArray[np.float32]:
        """Return the model's output for a part, of shape (n, classes), in inference mode."""
        import tensorflow as tf

        chunks = (slice(i, i + PREDICT_BATCH) for i in range(0, len(part), PREDICT_BATCH))
        return np.concatenate(
            [np.asarray(self._infer(tf.constant(part.images[each]))) for each in chunks]
        )

    def accuracy(self, part: Split) -> float:
        """Return the accuracy on a part, in inference mode; logits that overflowed are errors."""
        logits = self.logits(part)
        hits = (logits.argmax(axis=1) == part.labels) & np.isfinite(logits).all(axis=1)
        return float(np.mean(hits))

    def _steps(self, order: Any, learning_rate: Any) -> None:
        import tensorflow as tf

        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        variables = [variable.value for variable in self.model.trainable_variables]
        for row in order:
            with tf.GradientTape() as tape:
                logits = self.model(tf.gather(self._images, row), training=True)
                value = loss(tf.gather(self._labels, row), logits)
            for variable, gradient in zip(variables, tape.gradient(value, variables), strict=True):
                variable.assign_sub(learning_rate * gradient)


class Refit:
    """Fit one architecture with Adam again and again, from any seed and at any learning rate.

    The steps run inside one TensorFlow graph, which is traced once: for small networks, tracing
    takes longer than training.

    Parameters
    ----------
    build : callable
        Makes the model, whose output are logits; it is called after each seed is set.
    part : Split
        What is learnt from.
    batch_size : int
        Images per step; what is left of an epoch is dropped.
    """

    def __init__(self, build: Callable[[], keras.Model], part: Split, *, batch_size: int) -> None:
        import tensorflow as tf

        self.model = build()
        self._build, self._size, self._batch = build, len(part), batch_size
        self._images, self._labels = tf.constant(part.images), tf.constant(part.labels)
        self._adam = keras.optimizers.Adam()
        self._adam.build(self.model.trainable_variables)
        self._advance = tf.function(
            self._steps, input_signature=[tf.TensorSpec([None, batch_size], tf.int64)]
        )
        self._infer = tf.function(
            lambda images: tf.argmax(self.model(images, training=False), axis=1)
        )

    def epochs(self, count: int, *, seed: int, learning_rate: float) -> Iterator[int]:
        """Start afresh and train; yield the number of each epoch, from one, when it is done.

        Parameters
        ----------
        count : int
            Passes over the images.
        seed : int
            Decides the first weights, what dropout drops, and the order of the images.
        learning_rate : float
            Of Adam, with Keras's other defaults.
        """
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        for old, new in zip(self.model.variables, self._build().variables, strict=True):
            old.assign(new)
        for variable in self._adam.variables:
            variable.assign(tf.zeros_like(variable.value))
        self._adam.learning_rate = learning_rate
        generator = np.random.RandomState(seed)
        used = self._size // self._batch * self._batch
        for epoch in range(1, count + 1):
            order = generator.permutation(self._size)[:used].reshape(-1, self._batch)
            self._advance(tf.constant(order.astype(np.int64)))
            yield epoch

    def hits(self, part: Split) -> NDArray[np.bool_]:
        """Return for each image of a part whether it is classified rightly, in inference mode."""
        import tensorflow as tf

        chunks = (slice(i, i + PREDICT_BATCH) for i in range(0, len(part), PREDICT_BATCH))
        found = [np.asarray(self._infer(tf.constant(part.images[each]))) for each in chunks]
        return np.asarray(np.concatenate(found) == part.labels)

    def _steps(self, order: Any) -> None:
        import tensorflow as tf

        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        variables = self.model.trainable_variables
        for row in order:
            with tf.GradientTape() as tape:
                logits = self.model(tf.gather(self._images, row), training=True)
                value = loss(tf.gather(self._labels, row), logits)
            gradients = tape.gradient(value, [variable.value for variable in variables])
            self._adam.apply_gradients(zip(gradients, variables, strict=True))

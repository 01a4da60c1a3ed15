"""The one door to fitting a Keras model: seeds, history, and the choice of the epoch.

The epoch is chosen by validation accuracy. Accuracy on other parts can be watched, never used.
Keras is imported here, so import this module inside the functions that train.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from dlexp.data import Dataset, Split

PREDICT_BATCH = 500  # divides 5,000 and 10,000, so that no batch of another shape is compiled


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to fit.

    Attributes
    ----------
    epochs : int
        Passes over the training part, >= 1.
    batch_size : int
        Images per step.
    learning_rate : float
        Of Adam (Kingma and Ba, 2015), with Keras's other defaults.
    """

    epochs: int
    batch_size: int
    learning_rate: float


@dataclass(frozen=True, kw_only=True)
class History:
    """One value per epoch; accuracies are shares in [0, 1], higher is better.

    ``running_*`` are Keras's own figures for training: means over the epoch, while the weights
    move. All others are measured at the end of the epoch, in inference mode.
    """

    running_loss: list[float]
    running_accuracy: list[float]
    accuracy: dict[str, list[float]]
    chosen_epoch: int
    """The first epoch (counted from 0) with the best validation accuracy."""


@dataclass(frozen=True)
class Fitted:
    """A model with the weights of the chosen epoch, and how it came there."""

    model: keras.Model
    history: History


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras is untyped
    """Measures every part at the end of an epoch and keeps the weights of the best one."""

    def __init__(self, parts: Mapping[str, Split]) -> None:
        super().__init__()
        self.parts = parts
        self.accuracy: dict[str, list[float]] = {name: [] for name in parts}
        self.best_weights: list[NDArray[Any]] = []

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
        for name, part in self.parts.items():
            self.accuracy[name].append(accuracy(predict(self.model, part.images), part.labels))
        validation = self.accuracy["validation"]
        if validation[-1] > max(validation[:-1], default=-1.0):
            self.best_weights = self.model.get_weights()


def fit(
    build: Callable[[], keras.Model],
    dataset: Dataset,
    plan: Plan,
    *,
    seed: int,
    watch: Mapping[str, Split] | None = None,
) -> Fitted:
    """Build a classifier from a seed, fit it, and return it as it was at its best epoch.

    Parameters
    ----------
    build : callable
        Makes the model, whose output are logits of shape (batch, classes). It is called after
        the seed is set, so that the seed decides the first weights too.
    dataset : Dataset
        Its ``train`` is learnt from, its ``validation`` chooses the epoch.
    plan : Plan
    seed : int
        Sets Python's, NumPy's and TensorFlow's generators.
    watch : mapping of str to Split, optional
        Parts whose accuracy is written down after each epoch and used for nothing.

    Returns
    -------
    Fitted
    """
    keras.utils.set_random_seed(seed)
    model = build()
    model.compile(
        optimizer=keras.optimizers.Adam(plan.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    keeper = _Watch({"validation": dataset.validation, **(watch or {})})
    log = model.fit(
        dataset.train.images,
        dataset.train.labels,
        epochs=plan.epochs,
        batch_size=plan.batch_size,
        callbacks=[keeper],
        verbose=0,
    )
    model.set_weights(keeper.best_weights)
    history = History(
        running_loss=[float(value) for value in log.history["loss"]],
        running_accuracy=[float(value) for value in log.history["accuracy"]],
        accuracy=keeper.accuracy,
        chosen_epoch=int(np.argmax(keeper.accuracy["validation"])),
    )
    return Fitted(model, history)


def predict(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the model's output for all images, of shape (n, classes), in inference mode."""
    output: NDArray[np.float32] = model.predict(images, batch_size=PREDICT_BATCH, verbose=0)
    return output


def accuracy(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Return the share of rows whose largest logit is at the label, in [0, 1].

    Examples
    --------
    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0]))
    0.5
    """
    return float(np.mean(logits.argmax(axis=1) == labels))


# --- Plain descent ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How far to descend.

    Attributes
    ----------
    count : int
        Steps, >= 1.
    batch_size : int
        Images per step; what is left of an epoch is dropped.
    learning_rate : float
        Of plain stochastic gradient descent: no momentum, no schedule.
    check_every : int
        Steps between two looks at the validation part; the last step is always looked at.
    """

    count: int
    batch_size: int
    learning_rate: float
    check_every: int


@dataclass(frozen=True, kw_only=True)
class Path:
    """One value per look at the validation part, in inference mode."""

    steps: list[int]
    validation: list[float]
    chosen: int
    """Place of the first look with the best accuracy; the model has the weights of then."""


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


# --- One architecture, many times ---------------------------------------------------------------


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

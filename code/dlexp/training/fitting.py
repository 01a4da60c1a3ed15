"""Fit a classifier from a seed, and choose the epoch by validation accuracy."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from dlexp.data import Dataset, Split
from dlexp.training.plans import Fitted, History, Plan

PREDICT_BATCH = 500  # divides 5,000 and 10,000, so that no batch of another shape is compiled


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

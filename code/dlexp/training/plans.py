"""What is asked of a fit, and what comes of it; nothing here needs Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


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

"""What is asked of a training, and what comes of it; nothing here needs Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to train.

    Attributes
    ----------
    steps, epochs : int, optional
        How long: steps, or passes over the training part. One of the two, >= 1.
    batch_size : int
        Images per step.
    learning_rate : float
    optimizer : str
        By Keras's name, with its other defaults: ``"adam"`` is that of Kingma and Ba (2015),
        ``"sgd"`` plain stochastic gradient descent.
    look_every : int, optional
        Steps between two looks at the validation part, of which the last step always has one;
        by default a pass over the training part.
    keep_rest : bool
        Whether what is left of a pass makes a smaller last batch; else it is dropped.
    """

    steps: int | None = None
    epochs: int | None = None
    batch_size: int
    learning_rate: float
    optimizer: str = "adam"
    look_every: int | None = None
    keep_rest: bool = False

    def stops(self, size: int) -> list[int]:
        """Return the steps after which there is a look, for so many training images.

        Raises
        ------
        ValueError
            If the plan has both steps and epochs, or neither.

        Examples
        --------
        >>> Plan(epochs=2, batch_size=64, learning_rate=0.1).stops(1_000)
        [15, 30]
        >>> Plan(steps=10, batch_size=64, learning_rate=0.1, look_every=4).stops(1_000)
        [4, 8, 10]
        """
        if (self.steps is None) == (self.epochs is None):
            raise ValueError(
                f"a plan must have `steps` or `epochs`; got {self.steps} and {self.epochs}"
            )
        batch_size = min(self.batch_size, size)
        a_pass = -(-size // batch_size) if self.keep_rest else size // batch_size
        count = self.steps if self.steps is not None else (self.epochs or 0) * a_pass
        every = self.look_every or a_pass
        return [*range(every, count, every), count]


@dataclass(frozen=True, kw_only=True)
class History:
    """One value per look; accuracies are shares in [0, 1], higher is better.

    ``running_*`` are means over the images since the last look, each taken just before its step,
    with dropout on: what Keras shows while it fits. All others are measured at the look, in
    inference mode.
    """

    steps: list[int]
    running_loss: list[float]
    running_accuracy: list[float]
    accuracy: dict[str, list[float]]
    chosen: int
    """The first look (counted from 0) with the best validation accuracy."""


@dataclass(frozen=True)
class Fitted:
    """A model with the weights of the chosen look, and how it came there."""

    model: keras.Model
    history: History

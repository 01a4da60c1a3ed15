"""Adam on few images: with nothing, with a penalty in its loss, and with a decay beside it.

Chapter: book/weight_decay.md.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlexp.chapters.weight_decay.trainings import drawn, look
from dlexp.data import Dataset, Split
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

    from dlexp import training


@dataclass(frozen=True, kw_only=True)
class Adaptive:
    """A dense network that Adam trains, once with each strength."""

    penalties: tuple[float, ...] = (1e-3, 3e-3)  # L2 in the loss, without a decay
    decays: tuple[float, ...] = (0.3, 1.0)  # AdamW's, in the same unit, without a penalty
    hidden: tuple[int, ...] = (128, 64)  # units of the hidden layers, with ReLU
    size: int = 1_000  # training images; which ones, the seed draws
    batch_size: int = 32  # images per step
    passes: int = 20  # over the training images, with a look at the validation images after each
    rate: float = 0.001  # of the first step; it falls in a straight line to zero


def adapt(config: Adaptive, seed: int) -> Measurement:
    """Train once with each strength, from the same first weights, and read the test images.

    The first training has neither penalty nor decay, then come the penalties, then the decays:
    each has a row in what is returned. No loss has the penalty in it.
    """
    from dlexp.chapters.weight_decay.adam_nets import DecayedAdam

    dataset = drawn(config.size, seed)
    optimizer = DecayedAdam(_falling(config))
    loop = _loop(config, dataset.train, optimizer, seed)
    numbers: dict[str, list[Any]] = {}
    for l2, decay in arms(config):
        loop.begin()
        optimizer.set_strengths(l2=l2, decay=decay)
        for name, values in _followed(loop, dataset, config, seed).items():
            numbers.setdefault(name, []).append(values)
    return Measurement(numbers=numbers)


def arms(config: Adaptive) -> list[tuple[float, float]]:
    """Return the strengths of penalty and decay in each training.

    Examples
    --------
    >>> arms(Adaptive(penalties=(0.1,), decays=(3.0,)))
    [(0.0, 0.0), (0.1, 0.0), (0.0, 3.0)]
    """
    return [(0.0, 0.0), *((l2, 0.0) for l2 in config.penalties), *((0.0, d) for d in config.decays)]


def _falling(config: Adaptive) -> Any:
    from keras import optimizers

    steps = config.passes * _steps(config)
    return optimizers.schedules.PolynomialDecay(config.rate, steps, 0.0)


def _steps(config: Adaptive) -> int:
    """Return the steps of a pass."""
    return config.size // min(config.batch_size, config.size)


def _loop(config: Adaptive, part: Split, optimizer: Any, seed: int) -> training.Loop:
    from dlexp import training
    from dlexp.chapters.weight_decay import nets

    def build() -> keras.Model:
        return nets.network(
            config.hidden, activation="relu", initializer="glorot_uniform", dropout=0.0
        )

    return training.Loop(build, part, optimizer=optimizer, seed=seed)


def _followed(loop: training.Loop, dataset: Dataset, config: Adaptive, seed: int) -> dict[str, Any]:
    """Train, and return the curves along the passes and what the test images say at the end."""
    from dlexp import training

    rows = training.batches(loop.size, config.batch_size, seed=seed)
    curves: dict[str, Any] = {"training_loss": [], "loss": [], "accuracy": []}
    for _ in range(config.passes):
        curves["training_loss"].append(loop.advance(itertools.islice(rows, _steps(config)))[0])
        seen = look(loop.model, dataset.validation)
        for name in ("loss", "accuracy"):
            curves[name].append(seen[name])
    ended = look(loop.model, dataset.test)
    return curves | {f"last_{name}": value for name, value in ended.items()}

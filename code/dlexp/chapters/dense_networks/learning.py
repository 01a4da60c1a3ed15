"""One network with one recipe: find its rate, then see how far it comes.

Chapter: book/dense_networks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.dense_networks.nets import dense, optimizer
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.looks import REPORT, images_for

if TYPE_CHECKING:
    from dlexp import training


@dataclass(frozen=True, kw_only=True)
class Learning:
    """A dense network, and how it learns."""

    hidden: tuple[int, ...] = (64, 64)  # units of each hidden layer
    activation: str = "relu"  # of the hidden layers
    first: str = "glorot_uniform"  # how first weights are drawn
    optimizer: str = "sgd"  # how gradients become steps
    batch_size: int = 32  # images per step
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0)  # one of them is chosen
    size: int = 5_000  # training images; which ones, the seed draws
    epochs: int = 20  # passes over the training images
    looked: int = images_for(REPORT, share=0.95)  # validation images per look, after each pass


def sweep(config: Learning, seed: int) -> Measurement:
    """Train once with each rate, from the same first weights, and watch validation images."""
    drawn, loop = _ready(config, seed)
    curves = [_descended(loop, drawn, config, rate, seed) for rate in config.rates]
    return Measurement(numbers={"validation": [curve.accuracy["validation"] for curve in curves]})


def learn(config: Learning, seed: int, *sweeps: Record) -> Measurement:
    """Train with the rate that the sweeps chose, and read the test images at the best pass."""
    from dlexp import training

    curves = [sweep.numbers["validation"] for sweep in sweeps]
    rate = chosen(config.rates, np.array(curves)) if sweeps else config.rates[0]
    drawn, loop = _ready(config, seed)
    history = _descended(loop, drawn, config, rate, seed)
    test = data.mnist().test
    return Measurement(
        numbers={
            "rate": rate,
            "validation": history.accuracy["validation"],
            "running_loss": _finite(history.running_loss),
            "chosen": history.chosen,
            "train": training.score(loop.model, drawn.train),
            "test": training.score(loop.model, test),
        }
    )


def chosen(rates: Sequence[float], curves: Floats) -> float:
    """Return the rate whose best pass is best, in the mean over seeds.

    Parameters
    ----------
    rates : sequence of float
    curves : array of shape (seeds, rates, passes)
        Validation accuracy.

    Examples
    --------
    >>> chosen([0.1, 1.0], np.array([[[0.2, 0.3], [0.9, 0.1]]]))
    1.0
    """
    return float(rates[int(curves.max(axis=2).mean(axis=0).argmax())])


def _ready(config: Learning, seed: int) -> tuple[data.Dataset, training.Loop]:
    """Draw images and first weights."""
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    drawn = replace(mnist, validation=mnist.validation.sample(config.looked))
    loop = training.Loop(
        lambda: dense(config.hidden, config.activation, config.first),
        drawn.train,
        optimizer=optimizer(config.optimizer),
        seed=seed,
    )
    return drawn, loop


def _descended(
    loop: training.Loop, drawn: data.Dataset, config: Learning, rate: float, seed: int
) -> training.History:
    from dlexp import training

    plan = training.Plan(epochs=config.epochs, batch_size=config.batch_size, learning_rate=rate)
    return training.descend(loop, drawn, plan, seed=seed)


def _finite(losses: Sequence[float]) -> list[float]:
    """Return losses as a record can hold them: what overflowed is the largest number there is."""
    largest = float(np.finfo(np.float32).max)
    return [float(loss) if np.isfinite(loss) else largest for loss in losses]

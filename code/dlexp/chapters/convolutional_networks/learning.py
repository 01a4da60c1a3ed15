"""One network on some training images: find its rate, then see how far it comes.

Chapter: book/convolutional_networks.md. Keras is imported inside the functions.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.convolutional_networks import nets
from dlexp.data import Dataset, Split
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    import keras

    from dlexp import training

SHIFTS = (0, 1, 2, 3, 4)
"""Pixels by which test images are shifted."""


@dataclass(frozen=True, kw_only=True)
class Learning:
    """A network, what it learns from, and how."""

    kind: str = "conv"  # "conv", "local" or "dense"
    layers: tuple[tuple[int, int, int], ...] = ((8, 3, 2), (16, 3, 2))  # filters, kernel, stride
    pooled: bool = False  # whether 2 x 2 cells are averaged before the logits
    hidden: int = 0  # units of a dense network
    permuted: bool = False  # whether pixels are put in another order, one for all images
    size: int = 1_000  # training images; which ones, the seed draws
    steps: int = 150  # of Adam, with a rate that falls along a cosine to zero
    batch_size: int = 64  # images per step
    rates: tuple[float, ...] = (0.003, 0.01, 0.03)  # of the first step; one of them is chosen
    looks: int = 5  # at validation images, evenly spread over the steps
    looked: int = images_for(CHOICE, share=0.95)  # validation images per look
    tested: int = images_for(REPORT, share=0.95)  # test images, drawn once for all networks
    moves: bool = False  # whether the test images are shifted, too


def sweep(config: Learning, seed: int) -> Measurement:
    """Train once with each rate, and watch validation images."""
    curves = [_trained(config, rate, seed)[1] for rate in config.rates]
    return Measurement(numbers={"validation": curves})


def learn(config: Learning, seed: int, *sweeps: Record) -> Measurement:
    """Train with the rate that the sweeps chose; read the test images at the end, and shifted."""
    curves = np.array([sweep.numbers["validation"] for sweep in sweeps])
    rate = chosen(config.rates, curves) if sweeps else config.rates[0]
    loop, validation, running = _trained(config, rate, seed)
    test = arranged(data.mnist(), config, seed).test.sample(config.tested)
    shifts = SHIFTS if config.moves else SHIFTS[:1]
    moved = [_moved(loop.model, test, pixels) for pixels in shifts]
    return Measurement(
        numbers={
            "parameters": int(loop.model.count_params()),
            "rate": rate,
            "validation": validation,
            "running": running,
            "test": moved[0],
            "moved": moved,
        }
    )


def chosen(rates: Sequence[float], curves: Floats) -> float:
    """Return the rate with which the last look is best, in the mean over seeds.

    Parameters
    ----------
    rates : sequence of float
    curves : array of shape (seeds, rates, looks)
        Validation accuracy.

    Examples
    --------
    >>> chosen([0.1, 1.0], np.array([[[0.2, 0.9], [0.3, 0.8]]]))
    0.1
    """
    return float(rates[int(curves[:, :, -1].mean(axis=0).argmax())])


def built(config: Learning) -> keras.Model:
    """Return the network of a configuration."""
    if config.kind == "dense":
        return nets.dense(config.hidden)
    if config.kind == "local":
        return nets.local(config.layers)
    return nets.convolutional(config.layers, pooled=config.pooled)


def arranged(dataset: Dataset, config: Learning, seed: int) -> Dataset:
    """Return the dataset with its pixels where the configuration wants them."""
    if not config.permuted:
        return dataset
    order = np.random.RandomState(seed).permutation(nets.SIDE**2)
    parts = (dataset.train, dataset.validation, dataset.test)
    train, validation, test = (in_order(part, order) for part in parts)
    return replace(dataset, train=train, validation=validation, test=test)


def in_order(part: Split, order: NDArray[np.int64]) -> Split:
    """Return images whose pixels stand in another order, the same for all.

    Examples
    --------
    >>> part = Split(np.arange(4, dtype=np.float32).reshape(1, 2, 2, 1), np.zeros(1, np.int64),
    ...              np.zeros(1, np.int64))
    >>> in_order(part, np.array([3, 2, 1, 0])).images[0, :, :, 0]
    array([[3., 2.],
           [1., 0.]], dtype=float32)
    """
    flat = part.images.reshape(len(part.images), -1)[:, order]
    return replace(part, images=flat.reshape(part.images.shape))


def shifted(images: NDArray[np.float32], pixels: int) -> NDArray[np.float32]:
    """Return images moved by turns to the right, down, left and up; what enters is empty.

    Examples
    --------
    >>> shifted(np.ones((1, 2, 2, 1), np.float32), 1)[0, :, :, 0]
    array([[0., 1.],
           [0., 1.]], dtype=float32)
    """
    size = images.shape[1]
    framed = np.pad(images, ((0, 0), (pixels, pixels), (pixels, pixels), (0, 0)))
    result = np.empty_like(images)
    for turn, (down, right) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0))):
        top, left = (pixels * (1 - step) for step in (down, right))
        result[turn::4] = framed[turn::4, top : top + size, left : left + size]
    return result


def _moved(model: keras.Model, test: Split, pixels: int) -> float:
    from dlexp import training

    return training.score(model, replace(test, images=shifted(test.images, pixels)))


def _trained(
    config: Learning, rate: float, seed: int
) -> tuple[training.Loop, list[float], list[float]]:
    """Train; return the loop, and the accuracies of validation and of training at each look."""
    from keras import optimizers

    from dlexp import training

    drawn = arranged(data.mnist().subset(config.size, seed=seed), config, seed)
    watched = drawn.validation.sample(config.looked)
    falling = optimizers.schedules.CosineDecay(rate, config.steps)
    loop = training.Loop(
        lambda: built(config), drawn.train, optimizer=optimizers.Adam(falling), seed=seed
    )
    loop.begin()
    rows = training.batches(loop.size, config.batch_size, seed=seed)
    validation, running = [], []
    stops = np.linspace(0, config.steps, config.looks + 1).astype(int)
    for start, stop in itertools.pairwise(stops.tolist()):
        running.append(loop.advance(itertools.islice(rows, stop - start))[1])
        validation.append(training.score(loop.model, watched))
    return loop, validation, running

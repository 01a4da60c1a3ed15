"""Dense networks with dropout: averaged over masks, and what they rely on.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.byhand import dropout
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.nets import SEEDS, perceptron
from dlexp.chapters.pooling_dropout.predictions import judge, softmax
from dlexp.chapters.pooling_dropout.reliance import DRAWN, relied_on
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How the dense networks are trained, whatever their dropout."""

    rates: tuple[float, ...] = (0.0, 0.5)  # not used: each experiment says its own
    size: int = 2_000  # training images; which ones is drawn by the seed
    epochs: int = 20  # passes over them
    units: int = 256  # in the one hidden layer
    batch_size: int = 32  # images per step
    learning_rate: float = 1e-3  # of Adam


def _fit_perceptron(config: Rates, mnist: data.Dataset, rate: float, seed: int) -> keras.Model:
    from dlexp import training

    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    # All validation images choose: what dropout gains is less than what fewer would add in noise.
    return training.fit(lambda: perceptron(config.units, rate), mnist, plan, seed=seed).model


@dataclass(frozen=True, kw_only=True)
class Averaging:
    """A network with dropout, averaged over masks, beside an ensemble of networks without it."""

    rate: float = 0.5  # of the network with dropout
    masks: tuple[int, ...] = (1, 3, 10, 30, 100)  # how many are averaged; the last is the most
    members: int = 5  # networks in the ensemble; same images, each from a seed of its own
    training: Rates = Rates()  # of all of them


def average(config: Averaging, seed: int) -> Measurement:
    """Judge the predictions of single networks, of averages over masks, and of an ensemble."""
    from dlexp import training

    mnist = data.mnist().subset(config.training.size, seed=seed)
    images, labels = mnist.test.images, mnist.test.labels
    members = []
    for member in range(config.members):
        own_seed = len(SEEDS) * member + seed  # no network is in two ensembles
        plain = _fit_perceptron(config.training, mnist, 0.0, own_seed)
        members.append(softmax(training.predict(plain, images)))
    dropped = _fit_perceptron(config.training, mnist, config.rate, seed)
    scaled = softmax(training.predict(dropped, images))
    averages, geometric = masked(*head_of(dropped, images), config.rate, config.masks, seed)
    judged = {
        "plain": members[0],
        "ensemble": np.mean(members, axis=0),
        "scaled": scaled,
        "geometric": geometric,
        **{f"masks {count}": found for count, found in averages.items()},
    }
    most = averages[config.masks[-1]]
    return Measurement(
        numbers={
            "agreement": float(np.mean(most.argmax(axis=1) == scaled.argmax(axis=1))),
            "geometric_distance": float(np.abs(geometric - scaled).max()),
            "judged": {name: judge(found, labels) for name, found in judged.items()},
        }
    )


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """Networks with dropout, averaged over each other."""

    rate: float = 0.5  # of all of them
    members: int = 5  # networks; same images, each from a seed of its own, as in `Averaging`
    training: Rates = Rates()  # of all of them


def gather(config: Gathering, seed: int) -> Measurement:
    """Judge the mean of single passes of several networks with dropout."""
    from dlexp import training

    mnist = data.mnist().subset(config.training.size, seed=seed)
    members = []
    for member in range(config.members):
        own_seed = len(SEEDS) * member + seed  # the first one is the network with masks
        model = _fit_perceptron(config.training, mnist, config.rate, own_seed)
        members.append(softmax(training.predict(model, mnist.test.images)))
    judged = judge(np.mean(members, axis=0), mnist.test.labels)
    return Measurement(numbers={"judged": judged})


@dataclass(frozen=True, kw_only=True)
class Relying:
    """An untrained network, and two that were trained, without dropout and with it."""

    rate: float = 0.5  # of the network with dropout
    training: Rates = Rates()  # of both


def rely(config: Relying, seed: int) -> Measurement:
    """Ask the three what they cannot do without; keep the weights of some hidden units."""
    from keras import utils

    mnist = data.mnist().subset(config.training.size, seed=seed)
    utils.set_random_seed(seed)
    models = {
        "untrained": perceptron(config.training.units, 0.0),
        "plain": _fit_perceptron(config.training, mnist, 0.0, seed),
        "scaled": _fit_perceptron(config.training, mnist, config.rate, seed),
    }
    return Measurement(
        numbers={
            name: relied_on(model, head_of(model, mnist.test.images), mnist.test, seed)
            for name, model in models.items()
        },
        arrays={
            name: model.get_layer("hidden").get_weights()[0][:, :DRAWN].astype(np.float16)
            for name, model in models.items()
        },
    )


def head_of(model: keras.Model, images: Floats) -> tuple[Floats, Floats, Floats]:
    """Return what dropout meets: hidden activations (n, units), and the last kernel and bias."""
    from keras import Model

    from dlexp import training

    hidden = training.predict(Model(model.inputs, model.get_layer("hidden").output), images)
    kernel, bias = (array.astype(np.float64) for array in model.layers[-1].get_weights())
    return hidden.astype(np.float64), kernel, bias


def masked(
    hidden: Floats, kernel: Floats, bias: Floats, rate: float, counts: Sequence[int], seed: int
) -> tuple[dict[int, Floats], Floats]:
    """Return probabilities averaged over masks, arithmetically and geometrically.

    Parameters
    ----------
    hidden : array of shape (n, units)
    kernel, bias : arrays of shape (units, classes) and (classes,)
    rate : float, in [0, 1)
    counts : sequence of int, rising
        After how many masks the arithmetic mean is read off.
    seed : int
        Of the masks.

    Returns
    -------
    dict of int to array of shape (n, classes)
        Arithmetic means by number of masks.
    array of shape (n, classes)
        The geometric mean over the most masks, made to add up to one.

    Examples
    --------
    >>> means, geometric = masked(np.ones((1, 2)), np.eye(2), np.zeros(2), 0.0, (1, 2), 0)
    >>> means[2], geometric
    (array([[0.5, 0.5]]), array([[0.5, 0.5]]))
    """
    generator = np.random.default_rng(seed)
    shape = (len(hidden), len(bias))
    total, logits_total = np.zeros(shape), np.zeros(shape)
    means: dict[int, Floats] = {}
    for count in range(1, max(counts) + 1):
        kept = dropout.mask(rate, hidden.shape, generator)
        logits = dropout.forward(hidden, rate, kept) @ kernel + bias
        total += softmax(logits)
        logits_total += logits  # the geometric mean of softmaxes is the softmax of the mean
        if count in counts:
            means[count] = total / count
    return means, softmax(logits_total / max(counts))

"""Maps of a network that learnt labels by heart that were dealt out at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.chapters.grad_cam.methods import METHODS, ask
from dlexp.chapters.grad_cam.nets import Network, network, trained
from dlexp.chapters.grad_cam.scores import mean_correlation
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

RIVALS = ("grad_cam", "hires_cam")


@dataclass(frozen=True, kw_only=True)
class Shuffled:
    """A network whose training labels were shuffled, and one that got the true ones."""

    filters: int = 128  # of the third convolution, as in the network it is compared with
    num_train: int = 500  # images, few enough to be learnt by heart soon
    epochs: int = 30  # passes over them with shuffled labels
    true_epochs: int = 10  # and with the true ones, which are learnt sooner
    batch_size: int = 32  # images per step
    learning_rate: float = 1e-3  # of Adam
    num_images: int = 500  # test images whose maps are compared


def shuffle(config: Shuffled, seed: int, taught: Record, other: Record) -> Measurement:
    """Compare the maps of a taught network with those of others, for the class that it chose.

    One learnt shuffled labels, one the true labels of the same images, and one is another network
    that was taught on all.
    """
    from dlexp import training

    generator = np.random.RandomState(seed)
    mnist = data.mnist().subset(config.num_train, seed=seed)
    wrong = replace(mnist.train, labels=generator.permutation(mnist.train.labels))
    ignorant, learnt = _by_heart(config, wrong, mnist.test, config.epochs, seed)
    small, learnt_true = _by_heart(config, mnist.train, mnist.test, config.true_epochs, seed)
    test = mnist.test.sample(config.num_images)
    first = trained(taught)
    chosen = training.predict(first.model, test.images).argmax(axis=1)
    nets = {"taught": first, "other": trained(other), "shuffled": ignorant, "small": small}
    seen = {name: ask(net, test.images, chosen) for name, net in nets.items()}
    agreement = {
        name: {
            who: mean_correlation(
                METHODS[name](first, seen["taught"]), METHODS[name](first, seen[who])
            )["mean"]
            for who in nets
            if who != "taught"
        }
        for name in RIVALS
    }
    numbers = {
        "learnt": learnt,
        "learnt_true": learnt_true,
        "test_accuracy": training.score(ignorant.model, test),
        "test_accuracy_true": training.score(small.model, test),
    }
    return Measurement(numbers={**numbers, "agreement": agreement})


def _by_heart(
    config: Shuffled, train: data.Split, test: data.Split, epochs: int, seed: int
) -> tuple[Network, float]:
    """Train a network on few images; return it and the share of them that it then has right."""
    from dlexp import training

    dataset = data.Dataset(train, train, test, 10)  # learnt by heart: nothing to choose by
    plan = training.Plan(
        epochs=epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    built: list[Network] = []

    def build() -> keras.Model:
        built.append(network(config.filters))
        return built[-1].model

    fitted = training.fit(build, dataset, plan, seed=seed)
    net = next(each for each in built if each.model is fitted.model)
    return net, max(fitted.history.accuracy["validation"])

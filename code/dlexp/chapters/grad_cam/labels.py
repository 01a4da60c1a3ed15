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
    """A network whose training labels were shuffled."""

    filters: int = 128  # of the third convolution, as in the network it is compared with
    num_train: int = 500  # images, few enough to be learnt by heart soon
    epochs: int = 50  # passes over them
    batch_size: int = 32  # images per step
    learning_rate: float = 1e-3  # of Adam
    num_images: int = 500  # test images whose maps are compared


def shuffle(config: Shuffled, seed: int, taught: Record, other: Record) -> Measurement:
    """Compare the maps of a taught network with one of shuffled labels, and with another taught.

    All three explain the class that the taught network chose.
    """
    from dlexp import training

    generator = np.random.RandomState(seed)
    mnist = data.mnist().subset(config.num_train, seed=seed)
    labels = generator.permutation(mnist.train.labels)
    wrong = replace(mnist.train, labels=labels)
    dataset = data.Dataset(wrong, wrong, mnist.test, 10)  # learnt by heart: nothing to choose by
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    built: list[Network] = []

    def build() -> keras.Model:
        built.append(network(config.filters))
        return built[-1].model

    fitted = training.fit(build, dataset, plan, seed=seed)
    ignorant = next(each for each in built if each.model is fitted.model)
    images = mnist.test.sample(config.num_images).images
    first = trained(taught)
    chosen = training.predict(first.model, images).argmax(axis=1)
    seen = {
        name: ask(net, images, chosen)
        for name, net in (("taught", first), ("other", trained(other)), ("shuffled", ignorant))
    }
    numbers = {
        "learnt": max(fitted.history.accuracy["validation"]),
        "test_accuracy": training.score(fitted.model, mnist.test.sample(config.num_images)),
    }
    agreement = {
        name: {
            who: mean_correlation(
                METHODS[name](first, seen["taught"]), METHODS[name](first, seen[who])
            )["mean"]
            for who in ("other", "shuffled")
        }
        for name in RIVALS
    }
    return Measurement(numbers={**numbers, "agreement": agreement})

"""Deep networks of sigmoids whose first weights are larger than Glorot's.

Chapter: book/dense_networks.md. Four times is what cancels the largest slope of a sigmoid; and
where biases take off the half that a sigmoid puts out at zero, sums stay near zero, where the slope
is largest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dlexp import data
from dlexp.chapters.dense_networks.nets import dense
from dlexp.lab.units import Measurement
from dlexp.looks import REPORT, images_for

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Enlarged:
    """A deep network of sigmoids, and how it learns; what is not said is as in the contests."""

    times: float = 4.0  # first weights, in Glorot's
    centred: bool = False  # whether first biases take off the sigmoid's half
    depth: int = 16  # hidden layers
    units: int = 64  # of each
    rates: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0)  # of SGD; all are trained
    batch_size: int = 32  # images per step
    size: int = 5_000  # training images; which ones, the seed draws
    epochs: int = 20  # passes over the training images
    looked: int = images_for(REPORT, share=0.95)  # validation images per look, after each pass


def enlarge(config: Enlarged, seed: int) -> Measurement:
    """Train with each rate, from the same first weights; read the test images at the best pass."""
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    drawn = replace(mnist, validation=mnist.validation.sample(config.looked))
    loop = training.Loop(lambda: enlarged(config), drawn.train, seed=seed)
    validation, test = [], []
    for rate in config.rates:
        plan = training.Plan(epochs=config.epochs, batch_size=config.batch_size, learning_rate=rate)
        history = training.descend(loop, drawn, plan, seed=seed)
        validation.append(history.accuracy["validation"])
        test.append(training.score(loop.model, mnist.test))
    return Measurement(numbers={"validation": validation, "test": test})


def enlarged(config: Enlarged) -> keras.Model:
    """Return a network that begins with Glorot's weights, each multiplied."""
    model = dense((config.units,) * config.depth, "sigmoid", "glorot_uniform")
    weights = [config.times * each for each in model.get_weights()]
    if config.centred:
        for place in range(2, len(weights), 2):  # the first layer has no sigmoid before it
            weights[place + 1] = -weights[place].sum(axis=0) / 2
    model.set_weights(weights)
    return model

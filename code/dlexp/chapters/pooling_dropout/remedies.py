"""What is done about shifts: blurred pooling, shifted training images, global pooling.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.moves import MOVES, moved, pushed
from dlexp.chapters.pooling_dropout.nets import CANVAS, SIDE, mended
from dlexp.lab.units import Measurement
from dlexp.looks import CURVE, images_for

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Mending:
    """One network, trained on digits in their place and tested on moved ones, as in `Moving`."""

    remedy: str = "blurred"  # one of `REMEDIES`
    size: int = 10_000  # training images; which ones is drawn by the seed
    epochs: int = 4  # passes over them
    batch_size: int = 64  # images per step
    learning_rate: float = 1e-3  # of Adam
    tested: int = images_for(CURVE, share=0.5)  # test images, moved in every way


def mend(config: Mending, seed: int) -> Measurement:
    """Train one network and measure its answers to test images moved in every way.

    ``validation`` has the accuracy after each pass. ``wide`` has the accuracy after each shift on
    a wide canvas, where a network that pools globally hardly meets the border; it is empty for
    the others, which cannot be asked.
    """
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    fitted = training.fit(lambda: mended(config.remedy), mnist, plan, seed=seed)
    model = fitted.model
    test = mnist.test.sample(config.tested)
    accuracy = {
        kind: [_accuracy(model, moved(test.images, kind, by), test) for by in amounts]
        for kind, amounts in MOVES.items()
    }
    wide = _on_a_wide_canvas(model, test) if config.remedy.startswith("global") else []
    validation = fitted.history.accuracy["validation"]
    return Measurement(numbers={"validation": validation, "accuracy": accuracy, "wide": wide})


def _accuracy(model: keras.Model, images: Floats, test: data.Split) -> float:
    from dlexp import training

    return training.accuracy(training.predict(model, images), test.labels)


def _on_a_wide_canvas(model: keras.Model, test: data.Split) -> list[float]:
    """Return the accuracy after each shift of `MOVES`, farther from the border."""
    from keras import Input, models

    wide = models.clone_model(model, input_tensors=Input((CANVAS, CANVAS, 1)))
    wide.set_weights(model.get_weights())
    margin = (CANVAS - SIDE) // 2
    canvas = np.pad(test.images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return [_accuracy(wide, _by_turns(canvas, int(by)), test) for by in MOVES["shift"]]


def _by_turns(images: Floats, by: int) -> Floats:
    """Return images shifted right, down, left and up by turns, as `moved` does."""
    result = np.empty_like(images)
    for turn, (down, right) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0))):
        result[turn::4] = pushed(images[turn::4], by * down, by * right)
    return result

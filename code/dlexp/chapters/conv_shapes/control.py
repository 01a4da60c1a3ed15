"""What the averaging network loses by a whole place, and what by the blank paper at the rim.

Chapter: book/conv_shapes.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.chapters.conv_shapes.carried import (
    PAIR,
    STRIDE,
    Carrying,
    moved,
    network,
    pushed_out,
    shift,
)
from dlexp.lab.units import Json, Measurement

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Control:
    """The averaging network of the page, trained again from the same seeds."""

    training: Carrying = PAIR["mean"]  # how it is trained and tested


def control(config: Control, seed: int) -> Measurement:
    """Move test digits by one whole place of the last map, and take the blank paper's answer away.

    ``whole`` counts the test digits that lose no ink by that move. Of these, ``plain`` counts
    right answers of the network (``same``), of the carried one (``carried``), and of the network
    when the digits are moved as far as the zeros move its windows (``far``) and by one place
    (``place``); ``equal`` and ``equal_place`` count the digits that the carried network answers as
    the moved ones, and those answered alike when they are moved by a place. ``cut`` has the same
    with the first layer's biases above zero set to zero, and nothing trained again. ``accuracy``
    has the network and the carried one on all test digits.
    """
    from dlexp import training

    how = config.training
    mnist = data.mnist().subset(how.size, seed=seed)
    test = mnist.test.sample(how.tested)
    build = partial(network, "same", how.filters, how.head)
    loop = training.Loop(build, mnist.train, optimizer="adam", seed=seed)
    plan = training.Plan(
        epochs=how.epochs, batch_size=how.batch_size, learning_rate=how.learning_rate
    )
    for _ in training.passes(loop, plan, seed=seed):
        pass
    twin = network("half", how.filters, how.head)
    twin.set_weights(loop.model.get_weights())
    accuracy = {
        "same": training.score(loop.model, test), "carried": training.score(twin, test)
    }  # fmt: skip
    place = STRIDE ** len(how.filters)
    whole = ~pushed_out(test.images, place)
    moves = {"far": shift(len(how.filters)), "place": place}
    images, labels = test.images[whole], test.labels[whole]
    plain = _right(loop.model, twin, images, labels, moves)
    biases = loop.model.get_weights()[1]
    for model in (loop.model, twin):
        model.set_weights(_cut(model.get_weights()))
    return Measurement(
        numbers={
            "whole": len(labels),
            "positive": int(np.sum(biases > 0)),
            "accuracy": accuracy,
            "plain": plain,
            "cut": _right(loop.model, twin, images, labels, moves),
        }
    )


def _cut(weights: list[Any]) -> list[Any]:
    """Return weights with the first layer's biases above zero set to zero.

    Examples
    --------
    >>> _cut([0, np.array([-1.0, 2.0]), 3])[1]
    array([-1.,  0.])
    """
    kernel, biases, *others = weights
    return [kernel, np.minimum(biases, 0), *others]


def _right(
    model: keras.Model, twin: keras.Model, images: Any, labels: Any, moves: dict[str, int]
) -> dict[str, Json]:
    """Count right answers, and equal ones."""
    from dlexp import training

    answers = {
        "same": training.predict(model, images).argmax(axis=1),
        "carried": training.predict(twin, images).argmax(axis=1),
    } | {
        name: training.predict(model, moved(images, pixels)).argmax(axis=1)
        for name, pixels in moves.items()
    }
    right: dict[str, Json] = {name: int(np.sum(each == labels)) for name, each in answers.items()}
    return right | {
        "equal": int(np.sum(answers["carried"] == answers["far"])),
        "equal_place": int(np.sum(answers["same"] == answers["place"])),
    }

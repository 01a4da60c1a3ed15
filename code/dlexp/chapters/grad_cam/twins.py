"""A known answer: a digit beside a torn one, and two networks that differ in their heads.

The label is that of the whole digit. Which side it stands on, and what the torn one was, says
nothing about it, so a map that explains the answer should lie on the whole digit's side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.judging import torn
from dlexp.chapters.grad_cam.methods import METHODS, Question, ask, blanking
from dlexp.chapters.grad_cam.nets import Network, chain
from dlexp.chapters.grad_cam.scores import mean_correlation
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

WIDE = (28, 56)  # two digits side by side

ASKED = ("grad_cam", "hires_cam")
"""Methods that are asked where the answer is known."""


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A network for two pictures side by side."""

    head: str = "flatten"  # or "average_flatten" (averages of windows), "average" (of all places)
    filters: tuple[int, ...] = (8, 16, 32)  # of the three convolutions
    num_train: int = 10_000  # images
    num_test: int = 1_000  # images
    epochs: int = 4  # passes over the training images
    batch_size: int = 32  # images per step
    learning_rate: float = 2e-3  # of Adam
    pieces: int = 4  # rows and columns of pieces that the other digit is torn into
    num_blanked: int = 300  # test images whose places are blanked
    num_shown: int = 5  # test images whose maps are kept for the figure


def twin(config: Twin, seed: int) -> Measurement:
    """Train one network, and ask where its maps lie when the answer is known."""
    from dlexp import training

    mnist = data.mnist()
    chosen = np.random.RandomState(seed).permutation(len(mnist.train))[: config.num_train]
    train, _ = beside(mnist.train.take(chosen), config.pieces, seed)
    validation, _ = beside(mnist.validation.sample(config.num_test), config.pieces, 1)
    tested = mnist.test.sample(config.num_test)
    test, left = beside(tested, config.pieces, 2)
    plan = training.Plan(epochs=config.epochs, batch_size=config.batch_size,
                         learning_rate=config.learning_rate)  # fmt: skip
    parts = data.Dataset(train, validation, test, 10)
    built: list[Network] = []

    def build() -> keras.Model:
        built.append(network(config.filters, config.head))
        return built[-1].model

    fitted = training.fit(build, parts, plan, seed=seed)
    net = next(each for each in built if each.model is fitted.model)
    other, _ = beside(tested, config.pieces, 3, left)  # the same digits beside other pieces
    logits = training.predict(net.model, test.images)
    again = training.predict(net.model, other.images)
    right = logits.argmax(axis=1) == test.labels
    asked = ask(net, test.images, logits.argmax(axis=1))
    maps, numbers = _maps(net, asked)
    numbers |= {
        "parameters": int(fitted.model.count_params()),
        "test_accuracy": float(np.mean(right)),
        "validation": fitted.history.accuracy["validation"],
        "unmoved": float(np.mean(logits.argmax(axis=1) == again.argmax(axis=1))),
        "agrees": _agreement(net, asked, maps, config.num_blanked),
        "mass": {name: _mass(each[right], left[right]) for name, each in maps.items()},
        "top": {name: _top(each[right], left[right]) for name, each in maps.items()},
    }
    shown = slice(0, config.num_shown)
    arrays = {f"map_{name}": each[shown].astype(np.float32) for name, each in maps.items()}
    pictures = np.rint(255 * test.images[shown, ..., 0]).astype(np.uint8)
    return Measurement(numbers=numbers, arrays={
        **arrays, "pictures": pictures, "labels": test.labels[shown]})  # fmt: skip


def beside(
    part: data.Split, pieces: int, seed: int, left: NDArray[np.bool_] | None = None
) -> tuple[data.Split, NDArray[np.bool_]]:
    """Put a torn digit beside each digit; return the pictures, and where the whole one is left.

    Parameters
    ----------
    part : Split
        n digits.
    pieces : int
        Rows and columns of pieces.
    seed : int
        Of the sides, the torn digits and their pieces.
    left : bool array of shape (n,), optional
        The sides, if they are given.

    Returns
    -------
    Split, bool array of shape (n,)
        The images have shape (n, 28, 56, 1).
    """
    generator = np.random.RandomState(seed)
    others = part.images[generator.permutation(len(part))]
    sides = generator.rand(len(part)) < 0.5 if left is None else left
    scraps = torn(others, pieces, seed)
    where = sides[:, None, None, None]
    first = np.where(where, part.images, scraps)
    second = np.where(where, scraps, part.images)
    return data.Split(np.concatenate([first, second], axis=2), part.labels, part.indices), sides


def network(filters: tuple[int, ...], head: str) -> Network:
    """Build a network of three convolutions for wide pictures, with one of three heads.

    Raises
    ------
    ValueError
        If ``head`` is none of ``"flatten"``, ``"average_flatten"`` and ``"average"``.
    """
    from keras import Input, Model, layers

    heads: dict[str, list[Any]] = {
        "flatten": [layers.MaxPooling2D(), layers.Flatten()],
        "average_flatten": [layers.AveragePooling2D(2), layers.Flatten()],
        "average": [layers.GlobalAveragePooling2D()],
    }
    if head not in heads:
        names = ", ".join(f'"{name}"' for name in heads)
        raise ValueError(f"`head` must be one of {names}; got {head!r}")
    tail = [*heads[head], layers.Dense(64, activation="relu"), layers.Dense(10)]
    pictures = x = Input((*WIDE, 1))
    for place, count in enumerate(filters):
        x = x if place == 0 else layers.MaxPooling2D()(x)
        x = layers.Conv2D(count, 3, padding="same", activation="relu")(x)
    cut = Input(x.shape[1:])
    return Network(
        Model(pictures, chain(tail, x)), Model(pictures, x), Model(cut, chain(tail, cut))
    )


def _maps(net: Network, asked: Question) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Return the maps, and how far Grad-CAM's and HiResCAM's are apart, relative to the largest."""
    maps = {name: METHODS[name](net, asked) for name in ASKED}
    first, second = maps["grad_cam"], maps["hires_cam"]
    apart = np.abs(first - second).max(axis=(1, 2))
    largest = np.maximum(first, second).max()
    return maps, {"apart": float(np.max(apart) / largest), "cells": int(first.size)}


def _agreement(
    net: Network, asked: Question, maps: dict[str, Floats], count: int
) -> dict[str, float]:
    """Return how the first maps correlate with what blanking a place costs, place by place.

    ``borrowed`` is the base rate: HiResCAM's map of another picture.
    """
    some = Question(
        asked.images[:count], asked.classes[:count], asked.activations[:count], asked.slopes[:count]
    )
    costs = np.maximum(blanking(net, some), 0)
    first = {name: each[:count] for name, each in maps.items()}
    first["borrowed"] = np.roll(first["hires_cam"], 1, axis=0)
    return {name: mean_correlation(each, costs)["mean"] for name, each in first.items()}


def _halves(maps: Floats, left: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the halves of maps: those of the whole digit, and the others."""
    middle = maps.shape[2] // 2
    first, second = maps[:, :, :middle], maps[:, :, middle:]
    where = left[:, None, None]
    return np.where(where, first, second), np.where(where, second, first)


def _mass(maps: Floats, left: NDArray[np.bool_]) -> float:
    """Return the mean share of a map that lies on the digit's half; an empty map has a half."""
    on, off = (half.sum(axis=(1, 2)) for half in _halves(maps, left))
    return float(np.mean(np.where(on + off > 0, on / np.where(on + off > 0, on + off, 1), 0.5)))


def _top(maps: Floats, left: NDArray[np.bool_]) -> float:
    """Return the share of maps whose largest value lies on the digit's half."""
    on, off = (half.max(axis=(1, 2)) for half in _halves(maps, left))
    return float(np.mean(on > off))

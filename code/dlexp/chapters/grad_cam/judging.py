"""Grad-CAM and its cure on the whole test set, and other methods under the same tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import grad_cam as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.methods import METHODS, Question, ask, blanking
from dlexp.chapters.grad_cam.nets import SIZE, Network, network, trained
from dlexp.chapters.grad_cam.scores import (
    deleted,
    ink_deleted,
    inserted,
    mean_correlation,
    mean_rank_correlation,
    ranks,
)
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.looks import LOOK

TESTS = {"deletion": deleted, "ink_deletion": ink_deleted, "insertion": inserted}
"""What is done to images, by what the test is called."""

RIVALS = ("grad_cam", "hires_cam")
"""Methods that are put to the tests on all images."""

SURE = 0.9
"""Probability above which an answer is called sure."""

FORGETFUL = ("grad_cam", "hires_cam", "gradient")
"""Methods that are watched while layers forget."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How methods are compared."""

    fractions: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)  # of pixels changed, best first
    num_all: int = 10_000  # test images for Grad-CAM and HiResCAM: all there are
    num_some: int = 500  # of them, drawn at random, for every method
    torn: int = 4  # rows and columns of pieces that a digit is torn into


def judge(config: Judgement, seed: int, network_record: Record) -> Measurement:
    """Put Grad-CAM and HiResCAM to the tests on all test images, and all methods on some."""
    from keras import utils

    from dlexp import training

    utils.set_random_seed(seed)
    net, test = trained(network_record), data.mnist().test
    every, some = test.sample(config.num_all), test.sample(config.num_some)
    chosen = training.predict(net.model, every.images).argmax(axis=1)
    rivals = _rivals(net, every.images, chosen)
    part = ask(net, some.images, chosen[: len(some)])  # a sample begins as a larger one does
    maps = {name: method(net, part) for name, method in METHODS.items()}
    numbers = {
        "all": _scores(net, every.images, chosen, rivals, config),
        "some": _scores(net, some.images, part.classes, maps, config),
        "truth": _against_truth(net, part, maps),
        "blank": {name: _on_blank(every.images, each) for name, each in rivals.items()},
        "blank_cells": float(_blank(every.images).mean()),
        "alike": {name: _alike(each, every.labels) for name, each in rivals.items()},
        "signs": _signs(part),
        "torn": _torn(net, some.images, config.torn, seed),
        "forgetting": _forgetting(net, part),  # last: it forgets net
    }
    return Measurement(numbers=numbers)


def _rivals(net: Network, images: Floats, classes: NDArray[np.integer]) -> dict[str, Floats]:
    """Return the maps of Grad-CAM and HiResCAM, portion by portion of images."""
    rows: list[dict[str, Floats]] = []
    for start in range(0, len(images), LOOK):
        portion = slice(start, start + LOOK)
        asked = ask(net, images[portion], classes[portion])
        rows.append({name: METHODS[name](net, asked) for name in RIVALS})
    return {name: np.concatenate([row[name] for row in rows]) for name in RIVALS}


# --- Deleting and inserting ---------------------------------------------------------------------


def _scores(
    net: Network,
    images: Floats,
    classes: NDArray[np.integer],
    maps: dict[str, Floats],
    config: Judgement,
) -> dict[str, dict[str, list[float]]]:
    """Return, per method and test, the share of predictions that survive each fraction."""
    scored: dict[str, dict[str, list[float]]] = {}
    for name, each in maps.items():
        rank = ranks(byhand.upsample(each, SIZE))
        scored[name] = {
            test: [_kept(net, images, classes, change, rank, f) for f in config.fractions]
            for test, change in TESTS.items()
        }
    return scored


def _kept(
    net: Network, images: Floats, classes: NDArray[np.integer], change: Any,
    rank: NDArray[np.int64], fraction: float,
) -> float:  # fmt: skip
    """Return the share of predictions that survive a change, portion by portion of images."""
    from dlexp import training

    kept = 0
    for start in range(0, len(images), LOOK):
        rows = slice(start, start + LOOK)
        changed = change(images[rows].reshape(-1, SIZE[0] * SIZE[1]), rank[rows], fraction)
        logits = training.predict(net.model, changed.reshape(-1, *SIZE, 1))
        kept += int(np.sum(logits.argmax(axis=1) == classes[rows]))
    return kept / len(images)


# --- What a map says, and what is there ---------------------------------------------------------


def coarse(maps: Floats) -> Floats:
    """Return maps as cells of 7 x 7: pixels are added up."""
    side = maps.shape[1] // 7
    cells: Floats = maps.reshape(len(maps), 7, side, 7, side).sum(axis=(2, 4))
    return cells


def _against_truth(net: Network, asked: Question, maps: dict[str, Floats]) -> dict[str, float]:
    """Return how each map correlates with what the logit loses when one cell is made zero."""
    truth = np.maximum(blanking(net, asked), 0)
    return {name: mean_correlation(coarse(each), truth)["mean"] for name, each in maps.items()}


def _blank(images: Floats) -> NDArray[np.bool_]:
    """Return which cells of 4 x 4 pixels have no ink, (n, 7, 7)."""
    blank: NDArray[np.bool_] = coarse(images[..., 0]) == 0
    return blank


def _on_blank(images: Floats, maps: Floats) -> float:
    """Return the share of all that maps mark that lies on cells without ink."""
    return float(np.sum(maps * _blank(images)) / np.sum(maps))


def _alike(maps: Floats, labels: NDArray[np.integer]) -> dict[str, float]:
    """Return how alike the maps of two images are: of any two, and of two of one class."""
    partner = np.arange(len(labels))
    for label in range(10):
        group = np.flatnonzero(labels == label)
        partner[group] = np.roll(group, 1)
    return {
        "any": mean_correlation(maps, np.roll(maps, 1, axis=0))["mean"],
        "class": mean_correlation(maps, maps[partner])["mean"],
    }


def _signs(asked: Question) -> dict[str, float]:
    """Return what averaging the gradient over positions throws away, and what is active where.

    ``mixed`` is the share of channels whose gradient has both signs in one image, ``lost`` the
    share of the gradient's size that is gone in the mean over positions, ``on_ink`` and
    ``off_ink`` the mean sum of activations of a cell with and without ink.
    """
    slopes, blank = asked.slopes, _blank(asked.images)
    above, below = (slopes > 0).any(axis=(1, 2)), (slopes < 0).any(axis=(1, 2))
    left = np.abs(slopes.mean(axis=(1, 2))).sum() / np.abs(slopes).mean(axis=(1, 2)).sum()
    active = asked.activations.sum(axis=3)
    return {
        "mixed": float(np.mean(above & below)),
        "lost": float(1 - left),
        "on_ink": float(active[~blank].mean()),
        "off_ink": float(active[blank].mean()),
    }


def _torn(net: Network, images: Floats, pieces: int, seed: int) -> dict[str, float]:
    """Tear digits into pieces and shuffle them; return how sure the network is of what is left."""
    from dlexp import training

    logits = training.predict(net.model, torn(images, pieces, seed)).astype(np.float64)
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    sure = 1 / shifted.sum(axis=1)  # the probability of the largest logit
    return {"median": float(np.median(sure)), "above": float(np.mean(sure > SURE))}


def torn(images: Floats, pieces: int, seed: int) -> Floats:
    """Return images whose square pieces were shuffled, each image in an order of its own.

    Parameters
    ----------
    images : array of shape (n, side, side, 1)
    pieces : int
        Rows and columns of pieces; divides the side.
    seed : int
        Of the orders.

    Examples
    --------
    >>> image = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> sorted(torn(image, 2, 0).ravel()) == sorted(image.ravel())
    True
    """
    count, side = len(images), images.shape[1] // pieces
    generator = np.random.RandomState(seed)
    order = generator.rand(count, pieces * pieces).argsort(axis=1)
    apart = images.reshape(count, pieces, side, pieces, side).swapaxes(2, 3)
    apart = apart.reshape(count, pieces * pieces, side, side)
    mixed = np.take_along_axis(apart, order[:, :, None, None], axis=1)
    mixed = mixed.reshape(count, pieces, pieces, side, side).swapaxes(2, 3)
    return np.ascontiguousarray(mixed.reshape(images.shape))


# --- Forgetting ---------------------------------------------------------------------------------


def _forgetting(net: Network, asked: Question) -> dict[str, Any]:
    """Let layers forget, one after another and each alone, and compare maps by their ranks.

    The network is left with random weights.

    References
    ----------
    Adebayo et al. (2018), Sanity Checks for Saliency Maps: cascading and independent.
    """
    learnt = net.model.get_weights()
    fresh = network(net.trunk.output.shape[-1]).model
    layers = [layer for layer in reversed(net.model.layers) if layer.get_weights()]
    before = _maps(net, asked)
    found: dict[str, Any] = {"layers": [layer.name for layer in layers]}
    for way in ("independent", "cascading"):
        rows = []
        for layer in layers:
            if way == "independent":
                net.model.set_weights(learnt)
            layer.set_weights(fresh.get_layer(layer.name).get_weights())
            rows.append(_agreement(before, _maps(net, asked)))
        net.model.set_weights(learnt)
        found[way] = {name: [row[name] for row in rows] for name in FORGETFUL}
    return found


def _maps(net: Network, asked: Question) -> dict[str, Floats]:
    again = ask(net, asked.images, asked.classes)
    return {name: METHODS[name](net, again) for name in FORGETFUL}


def _agreement(before: dict[str, Floats], after: dict[str, Floats]) -> dict[str, float]:
    return {name: mean_rank_correlation(before[name], after[name]) for name in before}

"""Base rates of what is said about maps: what chance, bare activations and other images get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import grad_cam as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import methods
from dlexp.chapters.grad_cam.judging import SURE, TESTS
from dlexp.chapters.grad_cam.nets import SIZE, Network, gradients, network, trained
from dlexp.chapters.grad_cam.scores import mean_correlation, mean_rank_correlation, ranks
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement

CELL = 4
"""Pixels of the image below one place of the last convolution, each way."""

MARGIN = 7
"""Pixels that a place sees beyond its own, each way: three convolutions and two poolings."""

READ = 6
"""Rows and columns of the last convolution that the pooling by two behind it reads."""

CHEAP = 0.1
"""A place is called cheap if blanking it costs less than this share of what the dearest costs."""

CONVOLUTIONS = ("conv_1", "conv_2", "conv_3")


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What base rates are taken of."""

    fractions: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)  # of pixels changed, best first
    num_images: int = 500  # test images: those on which all methods were judged


def baselines(config: Baseline, seed: int, network_record: Record) -> Measurement:
    """Measure for one network what the numbers about its maps are to be compared with."""
    from keras import utils

    from dlexp import training

    utils.set_random_seed(seed)
    net = trained(network_record)
    images = data.mnist().test.sample(config.num_images).images
    activations = np.asarray(net.trunk(images, training=False))
    logits = training.predict(net.head, activations)
    classes = logits.argmax(axis=1)
    slopes = gradients(net.head, activations, classes)
    asked = methods.Question(images, classes, activations, slopes)
    empty = inkless(images)
    maps = {
        "grad_cam": methods.grad_cam(net, asked),
        "hires_cam": methods.hires_cam(net, asked),
        "activations": activations.sum(axis=3),
    }
    maps["borrowed"] = np.roll(maps["hires_cam"], 1, axis=0)
    maps["blanking"] = np.maximum(methods.blanking(net, asked), 0)
    numbers = {
        **_activity(net, asked, empty),
        "tossed": _tossed(slopes, seed),
        "maps": {name: _places(each, maps["blanking"], empty) for name, each in maps.items()},
        "peaks": _peaks(maps),
        "slopes": _partly_averaged(asked, maps["blanking"]),
        "plus": mean_correlation(methods.grad_cam_plus(net, asked), maps["activations"])["mean"],
        "forgotten": _forgotten(maps, net, asked),
        "activations": _kept(net, asked, maps["activations"], config.fractions),
        "sure": _sure(logits),
        "on_ink": _on_ink(net, images),  # last: it forgets net
    }
    return Measurement(numbers=numbers)


# --- Places -------------------------------------------------------------------------------------


def inkless(images: Floats) -> NDArray[np.bool_]:
    """Return which places have no ink of their own, (n, 7, 7)."""
    none: NDArray[np.bool_] = _largest(images, 0) == 0
    return none


def unseeing(images: Floats) -> NDArray[np.bool_]:
    """Return which places have no ink in all that they see, (n, 7, 7).

    Examples
    --------
    >>> image = np.zeros((1, 28, 28, 1))
    >>> image[0, 0, 10] = 1  # ten pixels from the edge: the first place sees it
    >>> unseeing(image)[0, 0]
    array([False, False, False, False, False,  True,  True])
    """
    none: NDArray[np.bool_] = _largest(images, MARGIN) == 0
    return none


def _largest(images: Floats, margin: int) -> Floats:
    """Return the darkest ink below each place and in a margin around it, (n, 7, 7)."""
    wide = np.pad(images[..., 0], ((0, 0), (margin, margin), (margin, margin)))
    side = CELL + 2 * margin
    windows = np.lib.stride_tricks.sliding_window_view(wide, (side, side), axis=(1, 2))
    darkest: Floats = windows[:, ::CELL, ::CELL].max(axis=(3, 4))
    return darkest


def _activity(net: Network, asked: methods.Question, empty: NDArray[np.bool_]) -> dict[str, Any]:
    """Return how active places are, by the ink that they have and see, and how many see some."""
    active = asked.activations.sum(axis=3)
    blind = unseeing(asked.images)
    white = np.asarray(net.trunk(np.zeros((1, *SIZE, 1), np.float32), training=False))
    return {
        "active": {
            "ink": float(active[~empty].mean()),
            "beside": float(active[empty & ~blind].mean()),
            "none": float(active[blind].mean()),
            "white": float(white.sum(axis=3).mean()),
        },
        "seeing": float(1 - blind[empty].mean()),
        "inkless_read": float(empty[:, :READ, :READ].mean()),
    }


def _places(maps: Floats, blanking: Floats, empty: NDArray[np.bool_]) -> dict[str, float]:
    """Return where maps lie, and how they agree with blanking: everywhere, and where it is read."""
    read = np.s_[:, :READ, :READ]
    return {
        "inkless": float((maps * empty).sum() / maps.sum()),
        "inkless_read": float((maps * empty)[read].sum() / maps[read].sum()),
        "unread": float(1 - maps[read].sum() / maps.sum()),
        "agrees": mean_correlation(maps, blanking)["mean"],
        "agrees_read": mean_correlation(maps[read], blanking[read])["mean"],
    }


def _peaks(maps: dict[str, Floats]) -> dict[str, dict[str, float]]:
    """Return how often the brightest place is one that is never read, and one that is cheap.

    ``place`` is the share of all places that are such: what a place drawn by chance has.
    """
    unread = np.ones(maps["blanking"].shape[1:], bool)
    unread[:READ, :READ] = False
    dearest = maps["blanking"].max(axis=(1, 2), keepdims=True)
    cheap = (maps["blanking"] < CHEAP * dearest).reshape(len(dearest), -1)
    found = {"place": {"unread": float(unread.mean()), "cheap": float(cheap.mean())}}
    for name in ("grad_cam", "hires_cam", "activations"):
        peaks = maps[name].reshape(len(cheap), -1).argmax(axis=1)
        found[name] = {
            "unread": float(unread.ravel()[peaks].mean()),
            "cheap": float(np.take_along_axis(cheap, peaks[:, None], axis=1).mean()),
        }
    return found


def _partly_averaged(asked: methods.Question, blanking: Floats) -> dict[str, float]:
    """Return how maps agree with blanking, where slopes forget a part of where they were.

    The pooling gives the slope of a window to its largest place. ``winner`` keeps which place that
    is and takes the mean slope of all windows, ``window`` keeps each window's slope and gives it to
    all four places, ``neither`` keeps nothing, as Grad-CAM, and ``both`` all, as HiResCAM. Only
    places that are read count.
    """
    read = np.s_[:, :READ, :READ]
    slopes, activations = asked.slopes[read], asked.activations[read]
    count, channels = len(slopes), slopes.shape[3]
    windows = slopes.reshape(count, READ // 2, 2, READ // 2, 2, channels).sum(axis=(2, 4))
    own = windows.repeat(2, axis=1).repeat(2, axis=2)
    mean, winner = windows.mean(axis=(1, 2), keepdims=True), slopes != 0
    kept = {"neither": mean, "winner": mean * winner, "window": own, "both": own * winner}
    return {
        name: mean_correlation(byhand.hires_map(activations, weights * np.ones_like(slopes)),
                               blanking[read])["mean"]
        for name, weights in kept.items()
    }  # fmt: skip


# --- Chance -------------------------------------------------------------------------------------


def _tossed(slopes: Floats, seed: int) -> dict[str, float]:
    """Return what the mean over places loses when the sign of each slope is tossed.

    ``mixed`` is the share of channels with slopes of both signs in one image, ``lost`` the share
    of the slopes' size that is gone in the mean.
    """
    signs = np.random.RandomState(seed).randint(0, 2, slopes.shape).astype(np.float32)
    tossed = slopes * (2 * signs - 1)
    above, below = (tossed > 0).any(axis=(1, 2)), (tossed < 0).any(axis=(1, 2))
    left = np.abs(tossed.mean(axis=(1, 2))).sum() / np.abs(tossed).mean(axis=(1, 2)).sum()
    return {"mixed": float(np.mean(above & below)), "lost": float(1 - left)}


def _forgotten(
    maps: dict[str, Floats], net: Network, asked: methods.Question
) -> dict[str, dict[str, float]]:
    """Return rank correlations of maps with those of random weights, and of another image."""
    fresh = network(net.trunk.output.shape[-1])
    again = methods.ask(fresh, asked.images, asked.classes)
    found = {}
    for name, method in (("grad_cam", methods.grad_cam), ("hires_cam", methods.hires_cam)):
        read, after = maps[name][:, :READ, :READ], method(fresh, again)
        found[name] = {
            "other": _of_another(maps[name]),
            "other_read": _of_another(read),
            "after_read": mean_rank_correlation(read, after[:, :READ, :READ]),
        }
    found["gradient"] = {"other": _of_another(methods.input_gradient(net, asked))}
    return found


def _of_another(maps: Floats) -> float:
    return mean_rank_correlation(maps, np.roll(maps, 1, axis=0))


# --- Deleting, and being sure -------------------------------------------------------------------


def _kept(
    net: Network, asked: methods.Question, maps: Floats, fractions: tuple[float, ...]
) -> dict[str, list[float]]:
    """Return, per test, the share of predictions that survive each fraction of change."""
    from dlexp import training

    rank = ranks(byhand.upsample(maps, SIZE))
    flat = asked.images.reshape(len(rank), -1)
    return {
        test: [
            training.accuracy(
                training.predict(net.model, change(flat, rank, f).reshape(asked.images.shape)),
                asked.classes,
            )
            for f in fractions
        ]
        for test, change in TESTS.items()
    }


def _sure(logits: Floats) -> dict[str, float]:
    """Return the middle probability of the chosen class, and how often it is called sure."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    likely = 1 / np.exp(shifted).sum(axis=1)
    return {"median": float(np.median(likely)), "above": float(np.mean(likely > SURE))}


def _on_ink(net: Network, images: Floats) -> dict[str, float]:
    """Return how the last convolution's activity ranks with ink, as it is and one layer random.

    The network is left with random weights.
    """
    ink = images[..., 0].reshape(len(images), 7, CELL, 7, CELL).sum(axis=(2, 4))
    learnt, fresh = net.model.get_weights(), network(net.trunk.output.shape[-1]).model
    found = {"none": _follows(net, images, ink)}
    for name in CONVOLUTIONS:
        net.model.set_weights(learnt)
        net.model.get_layer(name).set_weights(fresh.get_layer(name).get_weights())
        found[name] = _follows(net, images, ink)
    return found


def _follows(net: Network, images: Floats, ink: Floats) -> float:
    active = np.asarray(net.trunk(images, training=False)).sum(axis=3)
    return mean_rank_correlation(active, ink)

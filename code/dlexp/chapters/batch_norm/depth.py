"""Dense nets of many hidden layers.

Chapter: book/batch_norm.md. Each seed draws its training images; validation chooses the rate, and
the net at that rate is asked for test images once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from dlexp import data
from dlexp.chapters.batch_norm.by_hand import WIDTHS, Kind, Net, train
from dlexp.chapters.batch_norm.nets import WIDTH, WITH, WITHOUT, _columns
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

LARGER = "larger"
"""The net without normalisation whose first weights are larger by `Depths.gain`."""


@dataclass(frozen=True, kw_only=True)
class Depths:
    """Dense nets of several depths."""

    depths: tuple[int, ...] = (3, 10, 20)  # hidden layers
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3)  # of plain descent; validation chooses
    gain: float = 2**0.5  # on first weights: what a ReLU takes of the size of its values
    keep: float = 0.9  # share of the running statistics that a step keeps: they hardly lag
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    looked: int = images_for(CHOICE, share=0.95)  # validation images that choose
    tested: int = images_for(REPORT, share=0.95)  # test images


class Deep(Net):
    """A `Net` of any depth, whose first weights can be larger."""

    def __init__(self, kind: Kind, seed: int, depth: int, gain: float = 1.0) -> None:
        super().__init__(kind, seed)
        widths = (WIDTHS[0], *[WIDTH] * depth, WIDTHS[-1])
        self.layers = [self._layer(*sizes, None) for sizes in pairwise(widths)]
        for layer in self.layers:
            layer.kernel *= np.float32(gain)


def depths(config: Depths, seed: int) -> Measurement:
    """Train nets of each depth: as they are, with larger first weights, and normalised."""
    dataset = drawn(config, seed)
    kinds = {
        WITHOUT: (Kind(normalised=False), 1.0),
        LARGER: (Kind(normalised=False), config.gain),
        WITH: (Kind(keep=config.keep), 1.0),
    }
    return Measurement(
        numbers={
            name: _columns(
                [_at_best(kind, gain, depth, dataset, config, seed) for depth in config.depths]
            )
            for name, (kind, gain) in kinds.items()
        }
    )


def _at_best(
    kind: Kind, gain: float, depth: int, dataset: data.Dataset, config: Depths, seed: int
) -> dict[str, Any]:
    """Return the validation accuracy at each rate, the best rate and the test accuracy there."""
    looked, nets, ends = dataset.validation, [], []
    for rate in config.rates:
        net = Deep(kind, seed, depth, gain)
        for _ in train(
            net, dataset.train, steps=config.steps, batch_size=config.batch_size, rate=rate,
            seed=seed,
        ):  # fmt: skip
            pass
        nets.append(net)
        ends.append(net.accuracy(looked.images, looked.labels))
    best = int(np.argmax(ends))
    test = dataset.test.sample(config.tested)
    return {
        "validation": ends,
        "rate": config.rates[best],
        "test": nets[best].accuracy(test.images, test.labels),
    }

"""What becomes of batch normalisation in a base that is frozen, or tuned.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.chapters.transfer_learning import transfers
from dlexp.chapters.transfer_learning.transfers import Transfer
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement

MODES: Mapping[str, tuple[bool, bool]] = MappingProxyType(
    {
        "frozen_kept": (True, True),
        "frozen_moving": (True, False),
        "tuned_kept": (False, True),
        "tuned_moving": (False, False),
    }
)
"""Whether the convolutions of the base are frozen, and whether its normalisations are.

Frozen convolutions have gradients, but no share of the rate: their layers run in training mode, as
those of PyTorch do whose parameters ask for no gradient.
"""


@dataclass(frozen=True, kw_only=True)
class Norms:
    """A second task with few images, for a base with batch normalisation."""

    shown: str = "as_learnt"  # a key of `tasks.SHOWN`
    size: int = 100  # training images
    rates: tuple[float, ...] = (0.003, 0.01)  # of which validation chooses one
    steps: int = 150  # of one training
    batch_size: int = 10  # images per step


def normalise(config: Norms, seed: int, pretrained: Record) -> Measurement:
    """Train in each mode, at the rate that validation chooses; read the test images in inference.

    ``weights`` and ``statistics`` are how far those of the base went, as shares of their length.
    """
    asked = Transfer(
        shown=config.shown, sizes=(config.size,), rates=config.rates,
        steps=config.steps, batch_size=config.batch_size, looks=2,
    )  # fmt: skip
    numbers: dict[str, Any] = {}
    for keeps in (True, False):
        learner, optimizer = _learner(asked, keeps, pretrained, seed)
        for mode, (frozen, kept) in MODES.items():
            if kept == keeps:
                of_base = optimizer.shares.shape[0] - 2
                optimizer.shares.assign([0.0 if frozen else 1.0] * of_base + [1.0, 1.0])
                numbers[mode] = _ended(asked, learner, seed)
    return Measurement(numbers=numbers)


def _learner(
    asked: Transfer, keeps: bool, pretrained: Record, seed: int
) -> tuple[transfers.Learner, Any]:
    from dlexp import training
    from dlexp.chapters.transfer_learning import nets

    task, optimizer = transfers.drawn(asked, seed), nets.Layered()
    build = functools.partial(nets.network, normed=True, keeps_statistics=keeps)
    loop = training.Loop(build, task.train, optimizer=optimizer, seed=seed)
    first = transfers.begun(loop.first, pretrained)
    return transfers.Learner(loop, first, task, lambda _: None), optimizer


def _ended(asked: Transfer, learner: transfers.Learner, seed: int) -> dict[str, float]:
    found = transfers.tuned(asked, learner, asked.sizes[0], seed)
    before, after = learner.first, learner.loop.model.get_weights()
    return {
        "test": found["test"],
        "rate": found["rate"],
        "weights": _distance(before, after, (0, 1, 2)),
        "statistics": _distance(before, after, (3, 4)),
    }


def _distance(
    before: Sequence[NDArray[Any]], after: Sequence[NDArray[Any]], kinds: Sequence[int]
) -> float:
    """Return how far some of the five arrays of each block went, as a share of their length."""
    places = [place for place in range(len(before) - 2) if place % 5 in kinds]
    way = sum(float(((after[i] - before[i]) ** 2).sum()) for i in places)
    return float(np.sqrt(way / sum(float((before[i] ** 2).sum()) for i in places)))

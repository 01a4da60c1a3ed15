"""What it costs to show a frozen base images otherwise than it learnt them.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dlexp.chapters.transfer_learning import tasks, transfers
from dlexp.chapters.transfer_learning.transfers import FROZEN, Transfer
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Showing:
    """A head on a frozen base, for each way to show the images."""

    size: int = 100  # training images
    rates: tuple[float, ...] = (1e-3, 0.01, 0.1, 1.0, 10.0)  # of the head


def show(config: Showing, seed: int, pretrained: Record) -> Measurement:
    """Train a head for each way to show images, and read the test images with it.

    ``learnt`` are the accuracies of heads that learnt from images so shown, each at the rate
    that validation chooses, and ``train`` theirs on their own images; ``served`` those of the
    head that learnt from images as the base knows them, and then is shown others.
    """
    from dlexp import training

    learnt: dict[str, float] = {}
    train: dict[str, float] = {}
    served: dict[str, float] = {}
    rates: dict[str, float] = {}
    usual: Any = None
    for shown in tasks.SHOWN:
        asked = replace(
            Transfer(), way=FROZEN, shown=shown, sizes=(config.size,), rates=config.rates
        )
        learner = transfers.learner(asked, seed, pretrained)
        found = transfers.tuned(asked, learner, config.size, seed)
        learnt[shown], train[shown] = found["test"], found["train"]
        rates[shown] = found["rate"]
        usual = usual or learner.loop.model
        served[shown] = training.score(usual, learner.task.test)
    return Measurement(numbers={"learnt": learnt, "train": train, "served": served, "rate": rates})

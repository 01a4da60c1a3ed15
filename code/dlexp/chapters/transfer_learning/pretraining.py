"""What a base learns before it is taken along.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

from dlexp.chapters.transfer_learning import tasks
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Pretraining:
    """A first task, and how it is learnt: by Adam, its rate constant."""

    kind: str = "digits"  # of `tasks.source`
    size: int = 5_000  # training images
    passes: int = 4  # over them
    batch_size: int = 64  # images per step
    rate: float = 0.002  # of Adam
    normed: bool = False  # whether batch normalisation stands behind each convolution


def pretrain(config: Pretraining, seed: int) -> Measurement:
    """Train base and head on the first task, and keep the base's weights.

    ``learnt`` is the running accuracy of each pass, ``validation`` that on the validation part,
    whose labels nobody shuffled.
    """
    from dlexp import training
    from dlexp.chapters.transfer_learning import nets

    dataset = tasks.source(config.kind, config.size, seed)
    build = functools.partial(nets.network, normed=config.normed)
    loop = training.Loop(build, dataset.train, optimizer="adam", seed=seed)
    loop.begin(learning_rate=config.rate)
    rows = training.batches(loop.size, config.batch_size, seed=seed)
    a_pass = loop.size // config.batch_size
    learnt = [loop.advance(itertools.islice(rows, a_pass))[1] for _ in range(config.passes)]
    weights = loop.model.get_weights()[:-2]  # without the head's
    return Measurement(
        numbers={"learnt": learnt, "validation": training.score(loop.model, dataset.validation)},
        arrays={f"weights_{place:02d}": each for place, each in enumerate(weights)},
    )

"""Time what nets of one size take for sequences of several lengths.

Chapter: book/rnn_vs_cnn.md. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets
from dlexp.clock import seconds
from dlexp.lab.units import Measurement

TIMED = ("simple", "lstm", "gru", "pooled", "dilated")
WAYS = ("forward", "train")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Nets of one size, timed in turn."""

    settings: tuple[tuple[int, int], ...] = (  # sequences per batch, and steps per sequence
        *((1, steps) for steps in (16, 64, 256, 1024)),
        *((32, steps) for steps in (16, 64, 256, 1024)),
        (128, 256),
    )
    rounds: int = 3  # how often each net gets its turn
    seconds: float = 0.015  # processor time of one turn, at least
    features: int = 16  # per step
    budget: int = 8_000  # parameters of each net, within a twentieth


def clock(config: Clock, seed: int) -> Measurement:
    """Time calls of nets, forward and as steps of training, in processor time.

    The times are arrays: no two runs agree on them, and arrays are not compared by value.
    """
    import keras

    from dlexp import training

    keras.utils.set_random_seed(seed)
    sizes = {kind: _width(kind, config) for kind in TIMED}
    models = {
        kind: nets.build(kind, (None, config.features), 2, width) for kind, width in sizes.items()
    }
    arrays: dict[str, Floats] = {}
    for batch, steps in config.settings:
        calls = [
            training.calls(model, batch, steps, config.features, way)
            for way in WAYS
            for model in models.values()
        ]
        for call in calls:
            call()  # traces it
        times = [[seconds(call, config.seconds) for call in calls] for _ in range(config.rounds)]
        table = np.array(times).reshape(config.rounds, len(WAYS), len(TIMED))
        arrays |= {f"{way}_{batch}_{steps}": table[:, i] for i, way in enumerate(WAYS)}
    counts = {kind: int(model.count_params()) for kind, model in models.items()}
    return Measurement(numbers={"parameters": counts}, arrays=arrays)


def _width(kind: str, config: Clock) -> int:
    return nets.width_for(kind, (1, config.features), 2, config.budget)

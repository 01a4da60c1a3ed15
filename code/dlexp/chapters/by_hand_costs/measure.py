"""Time functions by hand, in Keras, in PyTorch and in plain loops, side by side.

Chapter: book/by_hand_costs.md. Cost: a minute on one core; nothing is trained.
PyTorch is optional: only who computes the runs ``pytorch`` anew needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

from dlexp.chapters.by_hand_costs import by_keras, by_pytorch
from dlexp.chapters.by_hand_costs.inputs import Turns
from dlexp.chapters.by_hand_costs.timing import Contest, measured
from dlexp.lab.units import Measurement, Unit

SEEDS = (0, 1, 2, 3, 4)

PARTS = {
    "convolution": ("conv2d", "conv2d_gradients"),
    "pooling": (
        "max_pool2d", "max_pool2d_gradient", "average_pool2d", "average_pool2d_gradient",
    ),
    "normalisation": ("batch_norm", "batch_norm_gradients"),
    "recurrence": ("lstm", "lstm_gradients"),
    "explanation": ("grad_cam",),
}  # fmt: skip
"""The functions that each measure times."""


def convolution(config: Turns, seed: int) -> Measurement:
    """Time convolutions and their gradients, by hand, in Keras and in loops."""
    return _timed(by_keras.convolution(config, seed), config)


def pooling(config: Turns, seed: int) -> Measurement:
    """Time poolings and their gradients, by hand, in Keras and in loops."""
    return _timed(by_keras.poolings(config, seed), config)


def normalisation(config: Turns, seed: int) -> Measurement:
    """Time batch normalisation and its gradients, by hand and in Keras."""
    return _timed(by_keras.normalisation(config, seed), config)


def recurrence(config: Turns, seed: int) -> Measurement:
    """Time an LSTM and its gradients, by hand, in Keras and in loops."""
    return _timed(by_keras.recurrence(config, seed), config)


def explanation(config: Turns, seed: int) -> Measurement:
    """Time Grad-CAM, by hand and in Keras."""
    return _timed(by_keras.explanation(config, seed), config)


def pytorch(config: Turns, seed: int) -> Measurement:
    """Time all functions, by hand and in PyTorch."""
    return _timed(by_pytorch.everything(config, seed), config)


def _timed(contests: Mapping[str, Contest], config: Turns) -> Measurement:
    """Return whether all give the same, as numbers, and what a clock says, as arrays."""
    differ, arrays = measured(contests, config.rounds, config.seconds, config.tolerance)
    asked = {name: len(contest.calls) - 1 for name, contest in contests.items()}
    return Measurement(numbers={"asked": asked, "differ": differ}, arrays=arrays)


def units() -> list[Unit]:
    """Return the runs of the chapter."""
    measures = (convolution, pooling, normalisation, recurrence, explanation, pytorch)
    return [
        Unit(measure=measure, config=Turns(), seed=seed, timed=True)
        for measure in measures
        for seed in SEEDS
    ]

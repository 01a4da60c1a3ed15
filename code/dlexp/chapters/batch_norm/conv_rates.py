"""Convolutional nets at each learning rate, trained by Keras.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlexp.chapters.batch_norm.nets import nets
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for


@dataclass(frozen=True, kw_only=True)
class ConvRates:
    """Convolutional nets at each learning rate."""

    rates: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0, 3.0)  # of plain descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    check_every: int = 12  # steps between two looks at the validation images
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def conv_rates(config: ConvRates, seed: int) -> Measurement:
    """Train convolutional nets with and without normalisation at every rate."""
    from dlexp import training

    dataset = drawn(config, seed)
    numbers: dict[str, Any] = {}
    for name, build in nets("conv").items():
        loop = training.Loop(build, dataset.train, seed=seed)
        ends, paths, weights = [], [], []
        for rate in config.rates:
            plan = training.Plan(
                steps=config.steps, batch_size=config.batch_size, learning_rate=rate,
                look_every=config.check_every,
            )  # fmt: skip
            history = training.descend(loop, dataset, plan, seed=seed)
            paths.append([round(value, 4) for value in history.accuracy["validation"]])
            ends.append(max(paths[-1]))
            weights.append(loop.model.get_weights())
        best = ends.index(max(ends))
        loop.model.set_weights(weights[best])
        parts = {name: getattr(dataset, name).sample(config.tested) for name in ("train", "test")}
        numbers[f"conv_{name}"] = {
            "validation": ends,
            "path": paths,
            "rate": config.rates[best],
            **{part: training.score(loop.model, images) for part, images in parts.items()},
        }
    return Measurement(numbers=numbers)

"""The live figure of the chapter on batch normalisation: the law of the variance, beside runs.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp.byhand import batch_norm as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm import measure
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load

if TYPE_CHECKING:  # it comes with Matplotlib, which a build loads only where something is drawn
    from dlexp.draw.lines import Settings


def variance() -> dict[str, Any]:
    """Return the measurements beside the formulas: for each recorded line its `ranges`.

    Runs by the size of the first weights stand at the spread that these give to the first layer.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    runs = load(measure.units())
    scales, batches, noises = runs("scales"), runs("batches"), runs("noises")
    epsilons = scales.config["epsilons"]
    spreads = np.array(scales.config["scales"]) * np.sqrt(scales.numbers("first_variance").mean())
    nets = {
        "dense, normalised": "dense_with",
        "dense, plain": "dense_without",
        "convolutional, normalised": "conv_with",
        "convolutional, plain": "conv_without",
    }
    strays = {"dense, measured": "dense_noise", "convolutional, measured": "conv_noise"}
    return {
        "frameworks": {"Keras": byhand.KERAS.epsilon, "PyTorch": byhand.PYTORCH.epsilon},
        "epsilons": epsilons,
        "by_spread": [
            ranges(spreads, scales.numbers(f"{epsilon:g}", "test")) for epsilon in epsilons
        ],
        "by_batch": {
            label: ranges(batches.config["batch_sizes"], batches.numbers(net, "test"))
            for label, net in nets.items()
        },
        "noise": {
            label: ranges(noises.config["parts"], noises.numbers(name))
            for label, name in strays.items()
        },
    }


def ranges(settings: Settings, values: Floats) -> list[list[float]]:
    """Return a row of setting, mean, least and largest value for each setting.

    Parameters
    ----------
    settings : sequence of numbers
    values : array of shape (seeds, settings)

    Examples
    --------
    >>> ranges([2], np.array([[0.25], [0.75]]))
    [[2.0, 0.5, 0.25, 0.75]]
    """
    rows = zip(settings, values.mean(0), values.min(0), values.max(0), strict=True)
    return [[float(f"{number:.4g}") for number in row] for row in rows]


FIGURES: Mapping[str, LiveFigure] = {
    "variance": LiveFigure(("charts", "variance"), {"variance": variance}),
}

"""The live figures on pooling and dropout: a digit that is moved, and masks that are averaged.

Chapter: book/pooling_dropout.md.
"""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand import conv, pooling
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout import measure
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load

FIRST = 2
"""Which of the recorded digits is shown first: a zero, by which one network is fooled early."""


def shifts() -> dict[str, Any]:
    """Return digits, and what networks make of them wherever they stand.

    Digits and probabilities are bytes in base64: pixels, and 255ths; the probabilities have the
    axes networks, digits, rows and columns of the shift, classes. The features are those of the
    first digit.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    # They come with Matplotlib, which a build loads only where something is drawn.
    from dlexp.chapters.pooling_dropout.figures_of_moves import NETWORKS

    record = load(measure.units())("watch").only
    images = data.mnist().test.take(np.array(record.config["images"])).images
    return {
        "reach": record.config["reach"],
        "first": FIRST,
        "labels": record.numbers["labels"],
        "networks": [NETWORKS[name][0] for name in record.config["architectures"]],
        "images": _packed(images),
        "probabilities": _packed(record.arrays["probabilities"]),
        "features": features(images[:1]),
    }


def features(digit: Floats) -> list[float]:
    """Return the mean of each column of a digit's max pooled upper edges, if not zero.

    Parameters
    ----------
    digit : array of shape (1, H, W, 1)

    Examples
    --------
    >>> digit = np.zeros((1, 4, 4, 1))
    >>> digit[0, 1, 2] = 0.5
    >>> features(digit)
    [0.25]
    """
    kernel = np.array([-1.0, 0.0, 1.0]).reshape(3, 1, 1, 1)
    edges = np.maximum(conv.conv2d(digit, kernel, padding="same"), 0)
    columns = pooling.max_pool2d(edges)[0, :, :, 0].mean(axis=0)
    return [round(float(value), 3) for value in columns if value > 0]


def _packed(values: Floats) -> str:
    """Return numbers in [0, 1] as bytes in base64, in 255ths."""
    return base64.b64encode(np.round(255 * values).astype(np.uint8).tobytes()).decode()


FIGURES: Mapping[str, LiveFigure] = {
    "pooling": LiveFigure(("pooling",), {"shifts": shifts}),
    "dropout": LiveFigure(("charts", "dropout"), {"shifts": shifts}),
}

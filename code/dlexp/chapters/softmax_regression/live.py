"""The live figure of the chapter: a confusion matrix whose cells show their images.

Chapter: book/softmax_regression.md.
"""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand.softmax import Labels
from dlexp.chapters.softmax_regression import measure
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load

MOST = 4
"""Images that a cell shows."""


def mistakes() -> dict[str, Any]:
    """Return the confusion matrix of the first seed, and some images of each of its mistakes.

    ``counts`` has a row for each class; ``cells`` are [class, answer, first image, images]; the
    pixels of the ``images`` are two of 16 greys a byte, in base64.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    first = load(measure.units())("train").records[0]
    test = data.mnist().test
    cells, places = chosen(test.labels, first.arrays["guesses"])
    images = test.images[places, :, :, 0]
    return {
        "side": images.shape[1],
        "counts": first.arrays["confusion"].tolist(),
        "cells": cells,
        "images": packed(np.round(15 * images).astype(np.uint8)),
    }


def chosen(labels: Labels, guesses: Labels) -> tuple[list[list[int]], list[int]]:
    """Return the cells that hold mistakes, and where the images are that they show.

    Examples
    --------
    >>> chosen(np.array([1, 2, 2, 2]), np.array([1, 7, 2, 7]))
    ([[2, 7, 0, 2]], [1, 3])
    """
    cells: list[list[int]] = []
    places: list[int] = []
    wrong = np.flatnonzero(labels != guesses)
    for label, answer in sorted({(int(labels[i]), int(guesses[i])) for i in wrong}):
        found = wrong[(labels[wrong] == label) & (guesses[wrong] == answer)][:MOST].tolist()
        cells.append([label, answer, len(places), len(found)])
        places += found
    return cells, places


def packed(greys: NDArray[np.uint8]) -> str:
    """Return numbers from 0 to 15 as base64, two a byte, the first in the upper half.

    Examples
    --------
    >>> base64.b64decode(packed(np.array([1, 15, 0, 2], np.uint8))).hex()
    '1f02'
    """
    pairs = greys.reshape(-1, 2)
    return base64.b64encode((16 * pairs[:, 0] + pairs[:, 1]).astype(np.uint8).tobytes()).decode()


FIGURES: Mapping[str, LiveFigure] = {
    "confusion": LiveFigure(("confusion",), {"mistakes": mistakes}),
}

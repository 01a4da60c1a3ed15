"""The live figure of the chapter on convolutional networks: two contenders, side by side.

Chapter: book/convolutional_networks.md.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlexp.chapters.convolutional_networks import measure
from dlexp.chapters.convolutional_networks.claims import claims
from dlexp.chapters.convolutional_networks.contenders import FEW, KINDS, SIZES, STEPS, is_run, on
from dlexp.chapters.convolutional_networks.learning import SHIFTS
from dlexp.chapters.convolutional_networks.readers import learnt, multiplications
from dlexp.draw.live import LiveFigure
from dlexp.lab.intervals import mean_interval
from dlexp.lab.runs import Runs, load

SEEDS = (len(measure.FEW_SEEDS), len(measure.SEEDS))
"""How many trainings a contender may have."""


def trainings() -> dict[str, Any]:
    """Return what the contenders came to, by the number of training images.

    Returns
    -------
    dict
        ``questions``: of the page; ``halves``: by the number of seeds, half of an interval in
        standard errors, for one question and for all; ``steps``: by images; ``shifts``: pixels;
        ``networks``: each with its ``name``, ``parameters``, ``products``, and ``trained``: by
        images, ``validation``, ``test`` and ``moved``, the seeds first.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    runs = load(measure.units())
    # They come with Matplotlib, which a build loads only where something is drawn.
    from dlexp.chapters.convolutional_networks.page import NAMES

    questions = len(list(claims(runs)))
    networks = []
    for kind, name in NAMES.items():
        networks.append(_network(runs, kind, name, [size for size in SIZES if is_run(kind, size)]))
        if kind in tuple(KINDS)[:3]:
            networks.append(_network(runs, kind, f"{name}; permuted", [FEW], permuted=True))
    return {
        "questions": questions,
        "halves": {str(n): [half(n), half(n, questions)] for n in SEEDS},
        "steps": {str(size): STEPS[size] for size in SIZES},
        "shifts": [*SHIFTS],
        "networks": networks,
    }


def _network(
    runs: Runs, kind: str, name: str, sizes: list[int], *, permuted: bool = False
) -> dict[str, Any]:
    trained = {str(size): learnt(runs, on(kind, size, permuted=permuted)) for size in sizes}
    return {
        "name": name,
        "parameters": int(trained[str(FEW)].numbers("parameters")[0]),
        "products": multiplications(KINDS[kind]),
        "trained": {
            size: {part: each.numbers(part).tolist() for part in ("validation", "test", "moved")}
            for size, each in trained.items()
        },
    }


def half(seeds: int, questions: int = 1) -> float:
    """Return half of the interval of a mean, in standard errors.

    Examples
    --------
    >>> round(half(3), 3), round(half(3, questions=5), 3)
    (4.303, 9.925)
    """
    values = np.arange(seeds, dtype=np.float64)
    low, high = mean_interval(values, questions=questions)
    return float((high - low) / 2 / (values.std(ddof=1) / np.sqrt(seeds)))


FIGURES: Mapping[str, LiveFigure] = {
    "side_by_side": LiveFigure(("charts", "side_by_side"), {"trainings": trainings}),
}

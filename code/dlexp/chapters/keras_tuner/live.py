"""The live figure of the chapter on searching for hyperparameters: a race of tuners.

Chapter: book/keras_tuner.md.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlexp.chapters.keras_tuner import measure, table
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load

TUNERS = {
    "random": "random",
    "sobol": "quasi-random",
    "hyperband": "Hyperband",
    "process": "Gaussian process",
    "tpe": "TPE",
}
"""What the reader calls the tuners of `measure.Race`."""


def race() -> dict[str, Any]:
    """Return one training of the table, and the searches in it.

    Returns
    -------
    dict
        ``scored``, the validation images; ``validation`` and ``test``, for each configuration the
        right answers on these and the test accuracy after each epoch; ``tuners``, of which each
        has a ``name`` and ``runs``, lists of trials: configuration, epochs before, epochs after.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    runs = load(measure.units())
    searches, results = runs("race").only, table.table_of(runs("rows"))
    scored = table.Rows().scored
    right = np.rint(results.score[searches.seed] * scored).astype(int)
    repetitions = range(searches.config["repetitions"])
    return {
        "scored": scored,
        "validation": right.tolist(),
        "test": results.test[searches.seed].round(4).tolist(),
        "tuners": [
            {
                "name": TUNERS[tuner],
                "runs": [searches.arrays[f"{tuner}-{n}"].tolist() for n in repetitions],
            }
            for tuner in searches.config["tuners"]
        ],
    }


FIGURES: Mapping[str, LiveFigure] = {
    "tuner_race": LiveFigure(("charts", "tuner_race"), {"tuner_race": race}),
}

"""The live figure of the chapter on LSTM windows: forecasts, by series, treatment and window.

Chapter: book/lstm_windows.md.
"""

from collections.abc import Mapping
from typing import Any

from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import measure, readers, tasks
from dlexp.chapters.lstm_windows.grid import SHOWN, Grid
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load

SEED = 0
"""Which of the seeds is shown, as a place among them."""


def forecasts() -> dict[str, Any]:
    """Return the end of each series, and what LSTMs foretold of it.

    Returns
    -------
    dict
        ``windows``; and for each of the ``series`` its ``name``, its last values as ``truth``, and
        ``given``: for each treatment, ``told`` and ``r_squared`` by window; ``last``, the values
        before the true ones.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    runs = load(measure.units())
    # They come with Matplotlib, which a build loads only where something is drawn.
    from dlexp.chapters.lstm_windows.figures import NAMES

    found = []
    for name in tasks.SERIES:
        values = tasks.values_of(name, Grid(kind="lstm").length, measure.SEEDS[SEED])
        given = {
            treatment: {
                "told": [
                    _rounded(readers.shown(runs, name, treatment, window)[SEED])
                    for window in readers.WINDOWS
                ],
                "r_squared": _rounded(readers.cell(runs, name, treatment)[SEED], 4),
            }
            for treatment in tasks.TREATMENTS
        }
        last = _rounded(values[-SHOWN - 1 : -1])
        found.append(
            {"name": NAMES[name], "truth": _rounded(values[-SHOWN:]), "last": last, "given": given}
        )
    return {"windows": [*readers.WINDOWS], "series": found}


def _rounded(values: Floats, digits: int = 2) -> list[float]:
    return [round(float(value), digits) for value in values]


FIGURES: Mapping[str, LiveFigure] = {
    "windows": LiveFigure(("charts", "windows"), {"forecasts": forecasts}),
}

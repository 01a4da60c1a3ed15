"""How a number, a figure or a table gets from a code cell into a page.

Each of these ties a name to something computed; the page places it by that name. Inside the build
only the page decides where things stand; in a notebook of one's own they appear below the cell.
In a draft, what stale records were read for is marked.
"""

import sys
from collections.abc import Sequence
from numbers import Real
from types import FrameType
from typing import Any

from myst_nb import glue
from numpy.typing import ArrayLike

from dlexp.draw import figure_data
from dlexp.draw.drawing import Drawing, svg
from dlexp.draw.in_book import NUMBERS, in_book
from dlexp.draw.table import formatted, table_html
from dlexp.lab import drafts
from dlexp.lab.intervals import mean_interval, measured

CHAPTERS = "dlexp.chapters."
"""Functions of these modules are linked from what they publish."""


class _Output:
    """Something to show, in the formats that Jupyter and Sphinx choose from, and what goes with it.

    What nobody shows must be no format: MyST-NB would warn of it.
    """

    def __init__(self, text: str, mime_type: str, shown: str, **metadata: str) -> None:
        self._bundle = {"text/plain": text, mime_type: shown}
        self._metadata = metadata

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, str]]:
        return self._bundle, self._metadata


def number(name: str, value: Real | float, spec: str) -> None:
    """Publish a number under a name, as text: ``{glue:text}`name```.

    Parameters
    ----------
    name : str
        Unique in its page.
    value : int or float, or a scalar of NumPy
        Finite.
    spec : str
        How to write it, as in ``format``: ``".3f"``, ``",d"``, ``".1%"``, ``"+.2f"``.

    Raises
    ------
    ValueError
        If ``name`` is malformed, or ``value`` is not a finite number.
    """
    _check_name(name)
    text = drafts.marked(formatted(value, spec, name=name))
    glue(name, text, display=not in_book())


def mean_with_interval(name: str, values: ArrayLike, spec: str) -> None:
    """Publish a mean over seeds under a name, and the ends of its interval as ``_low``, ``_high``.

    Parameters
    ----------
    name : str
        Unique in its page.
    values : array of shape (seeds,)
        In the unit that the prose gives.
    spec : str
        How to write each of the three, as in `number`.

    Raises
    ------
    ValueError
        As in `number` and in `dlexp.lab.intervals.mean_interval`.
    """
    low, high = mean_interval(values)
    number(name, float(measured(values).mean()), spec)
    number(f"{name}_low", low, spec)
    number(f"{name}_high", high, spec)


def figure(name: str, drawing: Drawing) -> None:
    """Publish a drawing under a name; the page places it with ``{glue:figure}`` and a caption.

    Its numbers go with it, as far as it shows some: see `dlexp.draw.figure_data.table`.

    Parameters
    ----------
    name : str
        Unique in its page.
    drawing : Drawing

    Raises
    ------
    ValueError
        If ``name`` or the words of the drawing are malformed.
    """
    _check_name(name)
    image = svg(drawing, source=_caller(), note=drafts.note(), name=name)
    numbers = figure_data.table(drawing.figure)
    output = _Output(drawing.alt, "image/svg+xml", image, **{NUMBERS: numbers})
    glue(name, output, display=not in_book())


def table(
    name: str, header: Sequence[str], rows: Sequence[Sequence[str | int]], *, caption: str
) -> None:
    """Publish a table under a name; the page places it with ``{glue}``.

    Parameters
    ----------
    name : str
        Unique in its page.
    header : sequence of str
        One per column.
    rows : sequence of sequences of str or int
        The first cell of each names its row. Floats must come as text, see `formatted`.
    caption : str
        What the table shows.

    Raises
    ------
    ValueError
        If ``name`` is malformed, a row has another length than ``header``, a cell is neither
        text nor integer, or there is no row or caption.
    """
    _check_name(name)
    markup = table_html(header, rows, caption=caption, source=_caller(), name=name)
    marked = drafts.mark_html() + markup
    glue(name, _Output(caption, "text/html", marked), display=not in_book())


def _check_name(name: str) -> None:
    # A colon would split the reference, and other signs end up in file names.
    if not name.isidentifier() or not name.isascii():
        raise ValueError(f"a name must be letters, digits and underscores; got {name!r}")


def _caller() -> str:
    """Return the function of a chapter that publishes something, as ``"module:function"``."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_name.startswith("_"):
        frame = frame.f_back  # only public functions have a place among the pages of the package
    module: str = frame.f_globals.get("__name__", "") if frame is not None else ""
    if frame is None or not module.startswith(CHAPTERS):
        return ""
    return f"{module}:{frame.f_code.co_name}"

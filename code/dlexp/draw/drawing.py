"""A figure and its words, which come from one function so that they never disagree."""

import io
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.text import Text

from dlexp.draw import style
from dlexp.draw.table import check_finite

SHORTEST_ALT, LONGEST_ALT = 10, 400
"""Characters of an alt text."""


class Drawing(NamedTuple):
    """A figure with what it shows in words."""

    figure: Figure
    """What is drawn."""
    alt: str
    """The same numbers for those who cannot see it: one line of 10 to 400 characters."""


def svg(drawing: Drawing, *, source: str = "", note: str = "", name: str = "figure") -> str:
    """Return a drawing as SVG whose ``<title>`` is its alt text; the same drawing, the same bytes.

    Parameters
    ----------
    drawing : Drawing
    source : str, optional
        Where the code that made it is, as ``"module:function"``; kept in the file's metadata.
    note : str, optional
        What the page must say beside it; kept there, too.
    name : str
        What an error calls it.

    Raises
    ------
    ValueError
        If the words are too short, too long or have several lines, or the figure says ``nan`` or
        ``inf``.

    Examples
    --------
    >>> figure, _ = style.new()
    >>> "<title>Two empty axes.</title>" in svg(Drawing(figure, "Two empty axes."))
    True
    """
    words = drawing.alt.strip()
    if not SHORTEST_ALT <= len(words) <= LONGEST_ALT or len(words.splitlines()) != 1:
        raise ValueError(
            f"the alt text of {name} must be one line of {SHORTEST_ALT} to {LONGEST_ALT} "
            f"characters; got {len(words)}: {drawing.alt!r}"
        )
    for text in (words, *(each.get_text() for each in drawing.figure.findobj(Text))):
        check_finite(text, f"the words of {name}")
    stream = io.StringIO()
    with style.ours():
        # A date or a version in the file would change the page without changing the figure.
        metadata = {"Title": words, "Date": None, "Creator": None, "Format": None, "Type": None}
        if source:
            metadata["Source"] = source
        if note:
            metadata["Description"] = note
        drawing.figure.savefig(stream, format="svg", metadata=metadata)
    return stream.getvalue()

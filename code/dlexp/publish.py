"""How a number, a figure or a table gets from a code cell into a page.

Each of these ties a name to something computed; the page places it by that name. Inside the build
only the page decides where things stand; in a notebook of one's own they appear below the cell.
"""

import html
import io
import math
import os
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from myst_nb import glue

from dlexp.figures import style

IN_BOOK = "DLEXP_BOOK"
"""Set in the environment while the book is built: then nothing shows below its cell."""

SHORTEST_ALT, LONGEST_ALT = 10, 400


class _Output:
    """Something to show, in the formats that Jupyter and Sphinx choose from."""

    def __init__(self, text: str, **formats: str) -> None:
        self._bundle = {"text/plain": text, **formats}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._bundle


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
    glue(name, formatted(value, spec, name=name), display=not _in_book())


def formatted(value: Real | float, spec: str, *, name: str = "value") -> str:
    """Return a finite number as text, with a true minus sign.

    Raises
    ------
    ValueError
        If ``value`` is a bool, ``None``, a text, an array, NaN or infinite; the message names
        ``name``.

    Examples
    --------
    >>> formatted(241546, ",d"), formatted(0.9914, ".2%"), formatted(-0.5, ".1f")
    ('241,546', '99.14%', '−0.5')
    >>> formatted(float("nan"), ".2f", name="accuracy")
    Traceback (most recent call last):
        ...
    ValueError: accuracy must be a finite number, got nan
    """
    if type(value).__name__ in ("bool", "bool_") or not isinstance(value, Real):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {float(value)}")
    # NumPy's scalars write themselves differently: Python's own numbers do not.
    plain = int(value) if isinstance(value, Integral) else float(value)
    return format(plain, spec).replace("-", "\N{MINUS SIGN}")


def figure(name: str, figure: Figure, *, alt: str) -> None:
    """Publish a figure under a name; the page places it with ``{glue:figure}`` and a caption.

    Parameters
    ----------
    name : str
        Unique in its page.
    figure : matplotlib.figure.Figure
    alt : str
        What the figure shows, in words, from the same numbers: 10 to 400 characters.

    Raises
    ------
    ValueError
        If ``name`` is malformed, or ``alt`` is too short, too long or has several lines.
    """
    _check_name(name)
    drawing = svg(figure, alt, name=name)
    shown = _Output(alt, **{"image/svg+xml": drawing})
    glue(name, shown, display=not _in_book())


def svg(figure: Figure, alt: str, *, name: str = "figure") -> str:
    """Return a figure as SVG whose ``<title>`` is its alt text; the same figure, the same bytes.

    Raises
    ------
    ValueError
        If ``alt`` is too short, too long or has several lines.

    Examples
    --------
    >>> drawing, _ = style.new()
    >>> "<title>Two empty axes.</title>" in svg(drawing, "Two empty axes.")
    True
    """
    words = alt.strip()
    if not SHORTEST_ALT <= len(words) <= LONGEST_ALT or len(words.splitlines()) != 1:
        raise ValueError(
            f"the alt text of {name} must be one line of {SHORTEST_ALT} to {LONGEST_ALT} "
            f"characters, got {len(words)}: {alt!r}"
        )
    stream = io.StringIO()
    with mpl.rc_context(style.RC):
        # A date or a version in the file would change the page without changing the figure.
        metadata = {"Title": words, "Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(stream, format="svg", metadata=metadata)
    return stream.getvalue()


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
    markup = table_html(header, rows, caption=caption, name=name)
    glue(name, _Output(caption, **{"text/html": markup}), display=not _in_book())


def table_html(
    header: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    *,
    caption: str,
    name: str = "table",
) -> str:
    """Return a table that a screen reader can walk and a phone can scroll.

    Raises
    ------
    ValueError
        As `table`.

    Examples
    --------
    >>> markup = table_html(["layer", "parameters"], [["dense", 1290]], caption="One layer")
    >>> '<th scope="row">dense</th><td class="number">1,290</td>' in markup
    True
    """
    if not caption.strip() or not rows:
        raise ValueError(f"{name} needs a caption and a row, got {caption!r}, {len(rows)} rows")
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"each row of {name} needs {len(header)} cells, got {list(row)}")
    cells = [[_cell(value, name) for value in row] for row in rows]
    # A column of numbers lines up on the right, its heading too; the first column names the rows.
    kinds = ["", *map(_kind, list(zip(*cells, strict=True))[1:])]
    heads = "".join(map(_head, kinds, header))
    body = "\n".join(f"<tr>{_row(kinds, row)}</tr>" for row in cells)
    words = html.escape(caption)
    return (
        # Only what can take the focus can be scrolled with the keyboard.
        f'<div class="data-table" role="region" aria-label="{words}" tabindex="0">\n'
        f"<table>\n<caption>{words}</caption>\n"
        f"<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _head(kind: str, text: str) -> str:
    return f'<th scope="col"{kind}>{html.escape(text)}</th>'


def _row(kinds: Sequence[str], cells: Sequence[str]) -> str:
    """Return the cells of a row; the first one heads it."""
    data = (f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds[1:], cells[1:], strict=True))
    return f'<th scope="row">{cells[0]}</th>{"".join(data)}'


def _cell(value: str | int, name: str) -> str:
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return formatted(value, ",d", name=name)
    raise ValueError(f"each cell of {name} must be text or an integer, got {value!r}")


def _kind(column: Sequence[str]) -> str:
    """Return the attribute that sets a column: for numbers, if no cell holds a word."""
    digits = any(sign.isdigit() for cell in column for sign in cell)
    words = any(sign.isalpha() for cell in column for sign in cell)
    return ' class="number"' if digits and not words else ""


def _check_name(name: str) -> None:
    # A colon would split the reference, and other signs end up in file names.
    if not name.isidentifier() or not name.isascii():
        raise ValueError(f"a name must be letters, digits and underscores, got {name!r}")


def _in_book() -> bool:
    return IN_BOOK in os.environ

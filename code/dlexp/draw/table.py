"""Numbers as text, and tables that a screen reader can walk and a phone can scroll."""

import html
import math
import re
from collections.abc import Sequence
from numbers import Integral, Real

from numpy.typing import ArrayLike

from dlexp.lab.intervals import mean_interval, measured

NOT_FINITE = re.compile(r"(?<!\w)(?<!\w-)(?:nan|inf|infinity)(?![\w-])", re.IGNORECASE)
"""How Python and NumPy write what is no finite number."""


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
    ValueError: accuracy must be a finite number; got nan
    """
    if type(value).__name__ in ("bool", "bool_") or not isinstance(value, Real):
        raise ValueError(f"{name} must be a finite number; got {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number; got {float(value)}")
    # NumPy's scalars write themselves differently: Python's own numbers do not.
    plain = int(value) if isinstance(value, Integral) else float(value)
    return format(plain, spec).replace("-", "\N{MINUS SIGN}")


def with_interval(values: ArrayLike, spec: str, *, ends: str = "") -> str:
    """Return a mean over seeds with its interval, as a table has it.

    Parameters
    ----------
    values : array of shape (seeds,)
    spec : str
        How to write the mean, as in `formatted`.
    ends : str, optional
        How to write the ends of the interval; by default, as the mean.

    Raises
    ------
    ValueError
        As in `formatted` and in `dlexp.lab.intervals.mean_interval`.

    Examples
    --------
    >>> with_interval([1.0, 2.0, 3.0], "+.1f", ends=".1f")
    '+2.0 (−0.5 to 4.5)'
    """
    low, high = (formatted(end, ends or spec) for end in mean_interval(values))
    return f"{formatted(float(measured(values).mean()), spec)} ({low} to {high})"


def check_finite(text: str, name: str) -> None:
    """Check that a text shows only finite numbers.

    Raises
    ------
    ValueError
        If it has a NaN or an infinity; the message names ``name``.

    Examples
    --------
    >>> check_finite("from 0.1 to inf", "the caption")
    Traceback (most recent call last):
        ...
    ValueError: the caption must have finite numbers only; got 'from 0.1 to inf'
    """
    if NOT_FINITE.search(text):
        raise ValueError(f"{name} must have finite numbers only; got {text!r}")


def table_html(
    header: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    *,
    caption: str,
    source: str = "",
    name: str = "table",
) -> str:
    """Return a table that a screen reader can walk and a phone can scroll.

    Parameters
    ----------
    header, rows, caption
        As `dlexp.draw.publish.table`.
    source : str, optional
        Where the code that made it is, as ``"module:function"``.
    name : str
        What an error calls it.

    Raises
    ------
    ValueError
        If a heading is empty, a row has another length than ``header``, a cell is neither text nor
        integer, a text says ``nan`` or ``inf``, or there is no row or caption.

    Examples
    --------
    >>> markup = table_html(["layer", "parameters"], [["dense", 1290]], caption="One layer")
    >>> '<th scope="row">dense</th><td class="number">1,290</td>' in markup
    True
    """
    if not caption.strip() or not rows:
        raise ValueError(f"{name} needs a caption and a row; got {caption!r}, {len(rows)} rows")
    if not all(text.strip() for text in header):
        raise ValueError(f"each column of {name} needs a heading; got {list(header)}")
    check_finite(caption, f"the caption of {name}")
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"each row of {name} needs {len(header)} cells; got {list(row)}")
    cells = [[_cell(value, name) for value in row] for row in rows]
    # A column of numbers lines up on the right, its heading too; the first column names the rows.
    kinds = ["", *map(_kind, list(zip(*cells, strict=True))[1:])]
    heads = "".join(map(_head, kinds, header))
    body = "\n".join(f"<tr>{_row(kinds, row)}</tr>" for row in cells)
    words = html.escape(caption)
    made_by = f' data-source="{html.escape(source)}"' if source else ""
    return (
        # Only what can take the focus can be scrolled with the keyboard.
        f'<div class="data-table" role="region" aria-label="{words}" tabindex="0"{made_by}>\n'
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
        check_finite(value, f"each cell of {name}")
        return html.escape(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return formatted(value, ",d", name=name)
    raise ValueError(f"each cell of {name} must be text or an integer; got {value!r}")


def _kind(column: Sequence[str]) -> str:
    """Return the attribute that sets a column: for numbers, if no cell holds a word."""
    digits = any(sign.isdigit() for cell in column for sign in cell)
    words = any(sign.isalpha() for cell in column for sign in cell)
    return ' class="number"' if digits and not words else ""

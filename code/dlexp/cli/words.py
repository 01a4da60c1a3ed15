"""How commands write numbers of things, and columns."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> counted(1, "unit"), counted(3, "unit")
    ('1 unit', '3 units')
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose cells stand below each other.

    Examples
    --------
    >>> columns([["trial", "score"], ["0", "0.91"]])
    ['trial  score', '0      0.91']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return [line.rstrip() for line in padded]

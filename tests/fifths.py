"""Of the costly cases, a run of the suite may take a fifth: that which the commit draws.

What takes minutes and seldom fails alone, such as all programs of all pages or every page in every
look, is marked ``costly``. ``pytest --fifth``, which is what `make test` and CI run, takes every
fifth of these cases, and all others; another commit may draw another fifth. Without the option all
run (`make thorough`).
"""

import subprocess
from collections.abc import Sequence
from typing import TypeVar

from dlexp.paths import PROJECT

PARTS = 5

T = TypeVar("T")


def of_commit() -> int:
    """Return the part that the commit draws, by its name; outside of a repository 0."""
    command = ["git", "rev-parse", "HEAD"]
    name = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    return int(name or "0", 16) % PARTS


def left_out(costly: Sequence[T], part: int) -> list[T]:
    """Return the cases that are not drawn.

    Examples
    --------
    >>> left_out("abcdefg", 1)
    ['a', 'c', 'd', 'e', 'f']
    """
    return [case for place, case in enumerate(costly) if place % PARTS != part]

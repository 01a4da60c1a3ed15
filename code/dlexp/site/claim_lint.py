"""No number is typed by hand into the words of a claim either: what is measured, and of what.

These words stand in a chapter's ``claims.py``, where no page's lint looks. A numeral in a text of
several words must be formatted from a setting or a constant, or be exempted in a comment on its
line or the one before::

    lag(lags, 10, "0.99 anew", "0.99 moving")  # exempt 0.99: so the records name their entries
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dlexp.site.numerals import numerals

_EXEMPT = re.compile(r"#\s*exempt\s+(?P<numbers>[^\s:,].*?):\s.*\w")
_WORDS = re.compile(r"[^\W\d_].*\s|\s.*[^\W\d_]", re.DOTALL)  # a letter and a gap


class Typed(NamedTuple):
    """A numeral that somebody typed."""

    line: int
    numeral: str


def typed_numbers(source: str) -> list[Typed]:
    """Return the numerals in the texts of a module, but for those that are exempted.

    Raises
    ------
    SyntaxError
        If the source is no Python.

    Examples
    --------
    >>> typed_numbers('measure = "accuracy, 16 images minus none"')
    [Typed(line=1, numeral='16')]
    >>> typed_numbers('measure = f"accuracy, {size} images"; key = "0.001"')
    []
    """
    lines = source.splitlines()
    return [
        typed for typed in _typed(ast.parse(source)) if typed.numeral not in _exempt(lines, typed)
    ]


def _exempt(lines: list[str], typed: Typed) -> set[str]:
    """Return what the comments on a line and on the one before exempt."""
    near = lines[max(0, typed.line - 2) : typed.line]
    found = (match for line in near if (match := _EXEMPT.search(line)))
    return {number.strip() for match in found for number in match["numbers"].split(",")}


def _typed(tree: ast.Module) -> Iterator[Typed]:
    said = {id(node) for node in _docstrings(tree)}
    parts = {id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values}
    for node in ast.walk(tree):
        match node:
            case ast.FormattedValue(value=ast.Constant(value=int() | float() as number)):
                yield Typed(node.value.lineno, str(number))
            case ast.Constant(value=str(text)) if id(node) not in said:
                if id(node) in parts or _WORDS.search(text):
                    yield from (Typed(node.lineno, numeral) for numeral in numerals(text))


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield texts that are statements: docstrings, of whatever they are."""
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


def in_file(file: Path) -> list[Typed]:
    """Return the numerals that were typed in a file; none if it is missing or no Python."""
    try:
        return typed_numbers(file.read_text("utf-8"))
    except (OSError, SyntaxError):  # whoever imports the module says so
        return []

"""What a teacher needs to know of a chapter, read off its page: nothing of it is typed twice."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WORDS_A_MINUTE = 150
"""How fast one reads a text that has formulas in it."""

MINUTES_A_FIGURE = 2
MINUTES_AN_EXERCISE = 10
ROUNDED_TO = 5

_FRONT_MATTER = re.compile(r"^---\njupytext:.*?^---\n", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"^(`{3,}|:{3,})\{(?:code-cell|literalinclude|index)\}.*?^\1\s*$", re.M | re.S)
_SOLUTION = re.compile(r"^```\{solution-start\}.*?^```\{solution-end\}", re.MULTILINE | re.DOTALL)
_MATHS = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)
_MARKUP = re.compile(r"^(?:%|:[\w-]+:|`{3,}|:{3,}|\().*$", re.MULTILINE)
_TARGET = re.compile(r"\]\([^)]*\)|\{[\w:]+\}`[^`]*`")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_FIGURE = re.compile(r"^`{3,}\{(?:glue:figure|figure)\}.*?^:name: (\S+)", re.MULTILINE | re.DOTALL)
_LIVE = re.compile(r"^`{3,}\{interactive\} \w+\n:label: (.+)\n:try: (.+)$", re.MULTILINE)
_EXERCISE = re.compile(
    r"^`{3,}\{exercise(?:-start)?\}\s*(.*)\n(?::(?!label).*\n)*:label: (\S+)", re.MULTILINE
)
_GUESSES = re.compile(r"^## Try it first$", re.MULTILINE)
_TRY = re.compile(r"python -m dlexp try [^\n`]+")


class Live(NamedTuple):
    """A live figure: what it is called, and what to do with it."""

    label: str
    hint: str


class Exercise(NamedTuple):
    """An exercise: its title, and the label that leads to it."""

    title: str
    label: str


@dataclass(frozen=True)
class Lesson:
    """A chapter as a teacher plans it.

    Attributes
    ----------
    slug, title : str
    words : int
        Of prose, without code, formulas and solutions.
    figures : tuple of str
        The labels of the printed ones.
    live : tuple of Live
    exercises : tuple of Exercise
    needs : tuple of str
        The chapters before it that it links to.
    has_guesses : bool
        Whether it has a section *Try it first*.
    tries : tuple of str
        Lines for a terminal that its exercises give.
    """

    slug: str
    title: str
    words: int
    figures: tuple[str, ...]
    live: tuple[Live, ...]
    exercises: tuple[Exercise, ...]
    needs: tuple[str, ...]
    has_guesses: bool
    tries: tuple[str, ...]

    @property
    def reading(self) -> int:
        """Minutes to read the page and to look at its figures."""
        return _rounded(self.words / WORDS_A_MINUTE + MINUTES_A_FIGURE * len(self.figures))

    @property
    def working(self) -> int:
        """Minutes for all exercises."""
        return _rounded(MINUTES_AN_EXERCISE * len(self.exercises))


def _rounded(minutes: float) -> int:
    """Return minutes as one plans them: never too few.

    Examples
    --------
    >>> _rounded(31.2), _rounded(2)
    (35, 5)
    """
    return math.ceil(minutes / ROUNDED_TO) * ROUNDED_TO


def lesson(slug: str, page: str, before: Sequence[str]) -> Lesson:
    r"""Return what the page of a chapter says to a teacher.

    Parameters
    ----------
    slug : str
    page : str
        Its Markdown, and that of the pages that continue it.
    before : sequence of str
        The chapters before it, in their order.

    Examples
    --------
    >>> page = "# Sizes\n\nSee [](mnist) first.\n\n```{exercise}\n:label: ex-one\n```\n"
    >>> found = lesson("conv_shapes", page, ["mnist", "softmax_regression"])
    >>> found.title, found.words, found.needs, found.working
    ('Sizes', 3, ('mnist',), 10)
    """
    heading = re.search(r"^# (.+)$", page, re.MULTILINE)
    return Lesson(
        slug=slug,
        title=heading[1] if heading else slug,
        words=words(page),
        figures=tuple(_FIGURE.findall(page)),
        live=tuple(Live(*pair) for pair in _LIVE.findall(page)),
        exercises=tuple(Exercise(*pair) for pair in _EXERCISE.findall(page)),
        needs=tuple(
            other for other in before if re.search(rf"\]\({other}(?:_\w+)?(?:#[^)]*)?\)", page)
        ),
        has_guesses=bool(_GUESSES.search(page)),
        tries=tuple(dict.fromkeys(_TRY.findall(page))),
    )


def words(page: str) -> int:
    r"""Return how many words of prose a page has.

    Examples
    --------
    >>> words("# A title\n\n```{code-cell}\nx = 1\n```\nIts text, with $x + 1$.\n")
    5
    """
    for pattern in (_FRONT_MATTER, _CODE, _SOLUTION, _MATHS, _MARKUP, _TARGET):
        page = pattern.sub(" ", page)
    return len(_WORD.findall(page))

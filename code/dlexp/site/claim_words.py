"""A claim in words: its address, its effect with the interval, what it asserts."""

import math
from typing import NamedTuple

from dlexp.lab.claims import Claim, Range
from dlexp.lab.intervals import CONFIDENCE

MINUS = "\N{MINUS SIGN}"


def anchor(identifier: str) -> str:
    """Return the address of a claim's box on its page.

    Examples
    --------
    >>> anchor("grad_cam.deletion_beats_random")
    'claim-grad_cam-deletion_beats_random'
    """
    return "claim-" + identifier.replace(".", "-")


def written(value: float, interval: tuple[float, float]) -> str:
    """Return a number with as many decimals as its interval makes meaningful.

    Two digits of the interval's width are kept: more would be noise, fewer would hide the ends.

    Examples
    --------
    >>> written(0.991234, (0.9908, 0.9917)), written(-3.21, (-4.0, -2.4))
    ('0.99123', '−3.2')
    >>> written(12345.6, (12000.0, 13000.0)), written(0.25, (0.25, 0.25))
    ('12,346', '0.25')
    """
    width = interval[1] - interval[0]
    if width == 0:
        text = f"{value:,.6g}"
    else:
        decimals = max(0, 1 - math.floor(math.log10(width)))
        text = f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0: no minus zero
    return text.replace("-", MINUS)


class Shown(NamedTuple):
    """The numbers of a claim as a reader wants to read them, and the word behind them."""

    effect: float
    interval: tuple[float, float]
    values: tuple[float, ...]
    asserted: Range
    word: str


def shown(claim: Claim) -> Shown:
    """Return the numbers of a claim in its scale: 0.02 as 2 points.

    Examples
    --------
    >>> from dlexp.lab.claims import POINTS, mean_within
    >>> shown(mean_within("demo.good", "accuracy, A minus B", values=[0.25, 0.25, 0.25], low=0.125,
    ...                   high=None, seeds=[0, 1, 2], units=["train"], scale=POINTS)).asserted
    (12.5, None)
    """
    factor, word = claim.scale
    low, high = (factor * end for end in claim.interval)
    floor, ceiling = (None if bound is None else factor * bound for bound in claim.asserted)
    values = tuple(factor * value for value in claim.values)
    return Shown(factor * claim.effect, (low, high), values, (floor, ceiling), word)


def asserted_words(claim: Claim) -> str:
    """Return the range that a claim asserts, in its scale, in words.

    Examples
    --------
    >>> from dlexp.lab.claims import POINTS, mean_within
    >>> asserted_words(mean_within("demo.good", "accuracy, A minus B", values=[0.25, 0.25, 0.25],
    ...                            low=0.125, high=None, seeds=[0, 1, 2], units=["train"],
    ...                            scale=POINTS))
    'above 12.5 points'
    """
    numbers = shown(claim)
    return f"{in_words(numbers.asserted)} {numbers.word}".rstrip()


def in_words(asserted: Range) -> str:
    """Return the range that a claim asserts, in words; whoever reads "above" may think of zero.

    Examples
    --------
    >>> in_words((0.0, None)), in_words((None, -0.5)), in_words((0.25, 0.5)), in_words((0.0, 0.0))
    ('above 0', 'below −0.5', 'between 0.25 and 0.5', 'exactly 0')
    >>> in_words((-0.5, None))
    'above −0.5, which zero is too'
    """
    floor, ceiling = (None if x is None else f"{x:g}".replace("-", MINUS) for x in asserted)
    if floor is None:
        return f"below {ceiling}"
    if ceiling is None:
        return f"above {floor}" + (", which zero is too" if floor.startswith(MINUS) else "")
    return f"exactly {floor}" if floor == ceiling else f"between {floor} and {ceiling}"


def effect_words(claim: Claim) -> str:
    """Return the effect with its interval, or the cases counted.

    Examples
    --------
    >>> from dlexp.lab.claims import mean_within, none_of
    >>> effect_words(mean_within("demo.good", "accuracy", values=[0.98, 0.99, 1.0], low=0.5,
    ...                          high=None, seeds=[0, 1, 2], units=["train"]))
    '0.990 (95 % interval 0.965 to 1.015)'
    >>> effect_words(none_of("demo.never", "rate", failures=1, trials=4, seeds=[],
    ...                      exhaustive="all four corners", units=["train"]))
    '1 of 4'
    """
    effect, low, high = _written_effect(claim)
    if claim.counts is not None:
        effect = "{:,} of {:,}".format(*claim.counts)
    if claim.counts is not None and low == high:
        return effect
    what = "interval" if claim.counts is None else "interval of the share"
    return f"{effect} ({100 * CONFIDENCE:g} % {what} {low} to {high})"


def seeds_words(claim: Claim) -> str:
    """Return what met with chance, and how often; or what the counted cases are all of.

    Examples
    --------
    >>> from dlexp.lab.claims import mean_within, none_of
    >>> seeds_words(none_of("demo.never", "rate", failures=0, trials=9, seeds=[4, 5, 6],
    ...                     units=["train"]))
    '3 seeds'
    >>> seeds_words(none_of("demo.never", "rate", failures=0, trials=9, seeds=[],
    ...                     exhaustive="all squares of the board", units=["train"]))
    'all squares of the board'
    >>> seeds_words(mean_within("demo.good", "gain", values=[1.0, 2.0, 3.0], low=0.0, high=None,
    ...                         seeds=[4], repeated="searches", units=["train"]))
    '3 searches, 1 seed'
    """
    count = len(claim.seeds)
    seeds = claim.exhaustive or f"{count} seed{'' if count == 1 else 's'}"
    return f"{len(claim.values)} {claim.repeated}, {seeds}" if claim.repeated else seeds


def alt_text(claim: Claim) -> str:
    """Return the words of the interval plot, from the values that it draws.

    Examples
    --------
    >>> from dlexp.lab.claims import mean_within
    >>> alt_text(mean_within("demo.good", "gain", values=[1.0, 2.0, 3.0], low=0.0, high=None,
    ...                      seeds=[0, 1, 2], units=["train"]))
    'Interval plot: 2.0 (95 % interval −0.5 to 4.5), asserted above 0; seeds from 1.0 to 3.0.'
    """
    words = f"Interval plot: {effect_words(claim)}, asserted {asserted_words(claim)}"
    numbers = shown(claim)
    if numbers.values:
        ends = (written(f(numbers.values), numbers.interval) for f in (min, max))
        words += f"; {claim.repeated or 'seeds'} from {' to '.join(ends)}"
    return words + "."


def line_effect(claim: Claim) -> str:
    """Return the effect with its interval in the reader's units, for the line of a claim.

    Examples
    --------
    >>> from dlexp.lab.claims import POINTS, mean_within
    >>> line_effect(mean_within("demo.good", "accuracy, A minus B", values=[0.01, 0.02, 0.03],
    ...                         low=0.0, high=None, seeds=[0, 1, 2], units=["train"],
    ...                         scale=POINTS))
    '2.0 points [−0.5, 4.5]'
    """
    if claim.counts is not None:
        return "{:,} of {:,}".format(*claim.counts)
    effect, low, high = _written_effect(claim)
    return f"{effect} [{low}, {high}]"


def _written_effect(claim: Claim) -> tuple[str, str, str]:
    """Return the effect with its word, and the ends of its interval, in the claim's scale."""
    numbers = shown(claim)
    effect, low, high = (
        written(each, numbers.interval) for each in (numbers.effect, *numbers.interval)
    )
    return f"{effect} {numbers.word}".rstrip(), low, high

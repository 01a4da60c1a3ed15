"""What settles a sentence of the book: a measurement, its interval, and a verdict by a fixed rule.

A claim asserts that a quantity lies in a range. Its interval, over seeds or over counted cases,
decides: wholly inside the range is *supported*, wholly outside is *refuted*, across the edge is
*inconclusive*. Nothing else decides, so a reader can check every verdict by eye.

The sentence itself stands in the page, under the claim's name; see `dlexp.lab.statements`.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dlexp.lab.intervals import Interval, mean_interval, measured, proportion_interval

Range = tuple[float | None, float | None]
"""What a claim asserts: above the first, below the second; ``None`` leaves a side open."""

_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class Verdict(StrEnum):
    """What the interval says of the sentence."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


class Scale(NamedTuple):
    """How a reader wants to read an effect: multiplied, and with a word behind it."""

    factor: float = 1.0
    word: str = ""


PLAIN = Scale()
POINTS = Scale(100, "points")
"""Differences of accuracies, in percentage points."""
PERCENT = Scale(100, "%")
"""Shares of a whole."""
STEPS = Scale(1, "steps")
TIMES = Scale(1, "times")
"""Ratios."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A measurement that settles a sentence of the book.

    Attributes
    ----------
    id : str
        ``<slug>.<snake_case>``, unique in the book: ``"grad_cam.deletion_beats_random"``.
    measure : str
        What ``effect`` is, in words, with its unit.
    values : tuple of float
        One per seed, in the order of ``seeds``; empty where cases are counted.
    effect : float
        The mean of ``values``, or the rate that was counted.
    interval : tuple of float
        The confidence interval of ``effect``, low end first.
    seeds : tuple of int
    verdict : Verdict
    units : tuple of str
        Names of the records that it rests on.
    asserted : tuple
        The range that the sentence puts ``effect`` in; ``None`` leaves a side open.
    confidence : float
        Of ``interval``, between 0 and 1.
    method : str
        How ``interval`` came about, in words.
    counts : tuple of int, or None
        Cases that the rate counts, and cases looked at; None where ``effect`` is no rate.
    scale : Scale
        How ``effect`` and ``interval`` are written for a reader.
    beside : str
        What else it rests on besides records, such as a release of PyTorch; often nothing.

    Raises
    ------
    ValueError
        If the id, the words or the names are malformed, or a number is not finite.
    """

    id: str
    measure: str
    values: tuple[float, ...]
    effect: float
    interval: Interval
    seeds: tuple[int, ...]
    verdict: Verdict
    units: tuple[str, ...]
    asserted: Range = (0.0, None)
    confidence: float = 0.95
    method: str = ""
    counts: tuple[int, int] | None = None
    scale: Scale = PLAIN
    beside: str = ""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"`id` must read <slug>.<snake_case>; got {self.id!r}")
        if not self.measure.strip():
            raise ValueError(f"{self.id}: `measure` must say something; got an empty text")
        if not self.units:
            raise ValueError(f"{self.id}: `units` must name the records it rests on; got none")
        numbers = (*self.values, self.effect, *self.interval)
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"{self.id}: every number must be finite; got {numbers}")
        low, high = self.interval
        if low > high:
            raise ValueError(f"{self.id}: `interval` must be (low, high); got {self.interval}")

    @property
    def slug(self) -> str:
        """The topic that the claim belongs to: the part of ``id`` before the dot."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """What its page calls the claim: the part of ``id`` behind the dot."""
        return self.id.partition(".")[2]


def judge(interval: Interval, asserted: Range) -> Verdict:
    """Return the verdict of an interval on a range; touching the edge is inconclusive.

    Parameters
    ----------
    interval : tuple of float
        Low and high end.
    asserted : tuple
        The range that the claim asserts; ``None`` leaves a side open.

    Examples
    --------
    >>> judge((0.1, 0.3), (0.0, None)).value
    'supported'
    >>> judge((-0.1, 0.3), (0.0, None)).value
    'inconclusive'
    >>> judge((0.1, 0.3), (None, 0.0)).value
    'refuted'
    """
    low, high = interval
    floor = -math.inf if asserted[0] is None else asserted[0]
    ceiling = math.inf if asserted[1] is None else asserted[1]
    if floor < low and high < ceiling:
        return Verdict.SUPPORTED
    if high < floor or low > ceiling:
        return Verdict.REFUTED
    return Verdict.INCONCLUSIVE


def mean_within(
    id: str,
    measure: str,
    *,
    values: ArrayLike,
    low: float | None,
    high: float | None,
    seeds: Sequence[int],
    units: Iterable[str],
    scale: Scale = PLAIN,
    confidence: float = 0.95,
) -> Claim:
    """Claim that a mean over seeds lies above ``low`` and below ``high``.

    Parameters
    ----------
    id, measure, scale
        As in `Claim`.
    values : array of shape (n,)
        One per seed, three or more.
    low, high : float or None
        The range asserted; ``None`` leaves a side open.
    seeds : sequence of int
        Of ``values``, in their order.
    units : iterable of str
        Names of the records that the values come from.
    confidence : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If there are fewer than three values, a value is not finite, or values and seeds differ
        in number.

    Examples
    --------
    >>> claim = mean_within("demo.mild", "loss, nats", values=[0.4, 0.5, 0.6], low=0.0, high=1.0,
    ...                     seeds=[0, 1, 2], units=["train"])
    >>> claim.verdict.value
    'supported'
    """
    array = measured(values)
    interval = mean_interval(array, confidence)
    return Claim(
        id=id,
        measure=measure,
        values=tuple(array.tolist()),
        # Rounding must not carry the mean of equal values out of their interval.
        effect=float(np.clip(array.mean(), *interval)),
        interval=interval,
        seeds=_checked(seeds, array.size),
        verdict=judge(interval, (low, high)),
        units=tuple(units),
        asserted=(low, high),
        confidence=confidence,
        method="Student's t interval of the mean over seeds",
        scale=scale,
    )


def none_of(
    id: str,
    measure: str,
    *,
    failures: int,
    trials: int,
    seeds: Sequence[int],
    units: Iterable[str],
    exhaustive: bool = False,
    confidence: float = 0.95,
) -> Claim:
    """Claim that something never happened in ``trials`` cases.

    One counter-example refutes it. Where the cases are a sample, the interval says how rare the
    event may still be: it is that of Clopper and Pearson for the rate.

    Parameters
    ----------
    id, measure : str
        As in `Claim`; ``measure`` names the rate.
    failures, trials : int
        Counter-examples, and cases looked at.
    seeds : sequence of int
        Of the runs that were counted; may be empty.
    exhaustive : bool
        Whether these are all cases there are. Then the rate is known, and so is its interval.
    units, confidence
        As in `mean_within`.

    Raises
    ------
    ValueError
        If the counts are impossible.

    Examples
    --------
    >>> claim = none_of("demo.agree", "rate of disagreement", failures=0, trials=1000, seeds=[],
    ...                 units=["compare"])
    >>> claim.verdict.value, claim.interval[1] < 0.004
    ('supported', True)
    """
    sampled = proportion_interval(failures, trials, confidence)
    rate = failures / trials
    return Claim(
        id=id,
        measure=measure,
        values=(),
        effect=rate,
        interval=(rate, rate) if exhaustive else sampled,
        seeds=_checked(seeds, len(seeds)),
        verdict=Verdict.REFUTED if failures else Verdict.SUPPORTED,
        units=tuple(units),
        asserted=(0.0, 0.0),
        confidence=confidence,
        method="all cases counted" if exhaustive else "interval of Clopper and Pearson",
        counts=(int(failures), int(trials)),
    )


def _checked(seeds: Sequence[int], count: int) -> tuple[int, ...]:
    if len(seeds) != count:
        raise ValueError(f"each value needs its seed; got {count} values, {len(seeds)} seeds")
    if len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds must differ; got {list(seeds)}")
    return tuple(int(seed) for seed in seeds)

"""What settles a sentence of the book: a measurement, its interval, and a verdict by a fixed rule.

A claim asserts that a quantity lies in a range. Its interval, over seeds or over counted cases,
decides: wholly inside the range is *supported*, wholly outside is *refuted*, across the edge is
*inconclusive*. Nothing else decides, so a reader can check every verdict by eye; and nobody gives
a claim its effect, its interval or its verdict, for these are worked out of what was measured.

The sentence itself stands in the page, under the claim's name; see `dlexp.lab.statements`.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from dlexp.lab.intervals import (
    FEWEST_SEEDS,
    Interval,
    is_repeated,
    mean_interval,
    measured,
    proportion_interval,
)
from dlexp.lab.judging import NEVER, Range, Verdict, check_range, judge
from dlexp.lab.scales import PERCENT, PLAIN, POINTS, STEPS, TIMES, Scale

__all__ = [
    "NEVER", "PERCENT", "PLAIN", "POINTS", "STEPS", "TIMES", "Claim", "Range", "Scale", "Verdict",
    "judge", "mean_within", "none_of",
]  # fmt: skip

_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A measurement that settles a sentence of the book; make it by `mean_within` or `none_of`.

    Attributes
    ----------
    id : str
        ``<slug>.<snake_case>``, unique in the book: ``"grad_cam.deletion_beats_random"``.
    measure : str
        What ``effect`` is, in words, with its unit.
    units : tuple of str
        Names of the records that it rests on; none where all cases are worked out anew.
    seeds : tuple of int
        Of the records that chance played a part in, three or more; none where all cases are
        counted.
    values : tuple of float
        One per seed, in the order of ``seeds``; empty where cases are counted.
    repeated : str
        What the values are of, in the plural, where they are no seeds: ``"searches"``. Each seed
        has as many of them, and they stand seed by seed.
    counts : tuple of int, or None
        Cases that fail, and cases looked at; None where ``effect`` is a mean.
    exhaustive : str
        What the cases are all of, in words; empty where they are a sample, or not counted.
    asserted : tuple
        The range that the sentence puts ``effect`` in; ``None`` leaves a side open.
    is_paired : bool
        Whether the values are differences, seed by seed.
    scale : Scale
        How ``effect`` and ``interval`` are written for a reader.
    beside : str
        What else it rests on besides records, such as a release of PyTorch; often nothing.

    Raises
    ------
    ValueError
        If an entry is malformed, a number is not finite, or too few seeds stand behind it.
    """

    id: str
    measure: str
    units: tuple[str, ...]
    seeds: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    repeated: str = ""
    counts: tuple[int, int] | None = None
    exhaustive: str = ""
    asserted: Range = NEVER
    is_paired: bool = False
    scale: Scale = PLAIN
    beside: str = ""

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise ValueError(f"{self.id}: {error}") from None

    def _check(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"`id` must read <slug>.<snake_case>; got {self.id!r}")
        if not self.measure.strip():
            raise ValueError("`measure` must say something; got an empty text")
        if not isinstance(self.exhaustive, str):
            rule = "`exhaustive` must say in words what the cases are all of"
            raise ValueError(f"{rule}; got {self.exhaustive}")
        if bool(self.values) == (self.counts is not None):
            got = "both" if self.values else "neither"
            raise ValueError(f"a claim must rest on values or on counts; got {got}")
        if not isinstance(self.units, tuple) or not all(isinstance(x, str) for x in self.units):
            raise ValueError(f"`units` must be a tuple of names; got {self.units!r}")
        if not (self.units or self.exhaustive):
            raise ValueError("`units` must name the records it rests on; got none")
        _check_seeds(self)
        if self.counts is None:
            check_range(self.asserted)
        elif self.asserted != NEVER:
            raise ValueError(f"what is counted must be asserted never to be; got {self.asserted}")
        if not (math.isfinite(self.scale.factor) and self.scale.factor > 0):
            raise ValueError(f"`scale` must multiply by more than 0; got {self.scale.factor}")
        if not all(map(math.isfinite, (*self.interval, self.effect))):
            raise ValueError(f"the interval must be finite; got {self.interval}")

    @property
    def slug(self) -> str:
        """The topic that the claim belongs to: the part of ``id`` before the dot."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """What its page calls the claim: the part of ``id`` behind the dot."""
        return self.id.partition(".")[2]

    @cached_property
    def interval(self) -> Interval:
        """The interval of ``effect``, low end first; a point where all cases are counted."""
        if self.counts is None:
            return mean_interval(self.values)
        sampled = proportion_interval(*self.counts)
        return (self.effect, self.effect) if self.exhaustive else sampled

    @cached_property
    def effect(self) -> float:
        """The mean of ``values``, or the rate of the cases that fail."""
        if self.counts is not None:
            failures, trials = self.counts
            return failures / trials if trials else math.nan
        # Rounding must not carry the mean of equal values out of their interval.
        return float(np.clip(measured(self.values).mean(), *self.interval))

    @property
    def verdict(self) -> Verdict:
        """What the interval says; of what is counted, one case that fails refutes it."""
        if self.counts is not None:
            return Verdict.REFUTED if self.counts[0] else Verdict.SUPPORTED
        return judge(self.interval, self.asserted)

    def holds_among(self, questions: int) -> bool:
        """Whether the verdict stays when the interval is corrected for a number of questions.

        What is inconclusive stays so; and no interval decides what is counted.
        """
        if self.counts is not None or self.verdict is Verdict.INCONCLUSIVE:
            return True
        wider = mean_interval(self.values, questions=questions)
        return judge(wider, self.asserted) is self.verdict

    @property
    def method(self) -> str:
        """How the interval came about, in words."""
        if self.exhaustive:
            return f"all cases counted: {self.exhaustive}"
        if self.counts is not None:
            return "interval of Clopper and Pearson"
        if self.is_paired:
            by = f", {self.repeated} paired one by one" if self.repeated else ", paired by seed"
            return f"Student's t interval of the differences{by}"
        return f"Student's t interval of the mean over {self.repeated or 'seeds'}"


def _check_seeds(claim: Claim) -> None:
    seeds, values = claim.seeds, claim.values
    if not all(type(seed) is int for seed in seeds):
        raise ValueError(f"seeds must be whole numbers; got {list(seeds)}")
    if len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds must differ; got {list(seeds)}")
    if claim.exhaustive:
        if seeds or claim.counts is None:
            what = f"seeds {list(seeds)}" if seeds else "values"
            raise ValueError(f"all cases there are must be counted without chance; got {what}")
    elif len(seeds) < FEWEST_SEEDS and not (claim.repeated and seeds):
        raise ValueError(
            f"chance must be met with {FEWEST_SEEDS} seeds or more; got {len(seeds)} "
            "(`repeated` names what was repeated, `exhaustive` what was counted whole)"
        )
    if claim.repeated and (not values or len(values) % len(seeds)):
        rule = f"each seed must have as many {claim.repeated}"
        raise ValueError(f"{rule}; got {len(values)} values, {len(seeds)} seeds")
    if claim.repeated and is_repeated(values, len(seeds)):
        raise ValueError(f"{claim.repeated} must be made anew; got the same values several times")
    if values and not claim.repeated and len(values) != len(seeds):
        raise ValueError(f"each value needs its seed; got {len(values)} values, {len(seeds)} seeds")


def mean_within(
    id: str,
    measure: str,
    *,
    values: ArrayLike,
    low: float | None,
    high: float | None,
    seeds: Sequence[int],
    units: Iterable[str],
    repeated: str = "",
    is_paired: bool = False,
    scale: Scale = PLAIN,
) -> Claim:
    """Claim that a mean over seeds lies above ``low`` and below ``high``.

    Parameters
    ----------
    id, measure, seeds, units, repeated, is_paired, scale
        As in `Claim`.
    values : array of shape (n,)
        One per seed, three or more; with ``repeated``, one per repetition.
    low, high : float or None
        The range asserted; ``None`` leaves a side open.

    Raises
    ------
    ValueError
        If there are fewer than three values, a value is no finite number, values and seeds differ
        in number, or the range is none.

    Examples
    --------
    >>> claim = mean_within("demo.mild", "loss, nats", values=[0.4, 0.5, 0.6], low=0.0, high=1.0,
    ...                     seeds=[0, 1, 2], units=["train"])
    >>> claim.verdict.value
    'supported'
    """
    return Claim(
        id=id, measure=measure, values=tuple(measured(values).tolist()), asserted=(low, high),
        seeds=tuple(np.asarray(seeds).tolist()), units=_listed(units), repeated=repeated,
        is_paired=is_paired, scale=scale,
    )  # fmt: skip


def none_of(
    id: str,
    measure: str,
    *,
    failures: int,
    trials: int,
    seeds: Sequence[int],
    units: Iterable[str],
    exhaustive: str = "",
) -> Claim:
    """Claim that something never happened in ``trials`` cases.

    One counter-example refutes it. Where the cases are a sample, the interval says how rare the
    event may still be: it is that of Clopper and Pearson for the rate.

    Parameters
    ----------
    id, measure, seeds, units : str
        As in `Claim`; ``measure`` names the rate.
    failures, trials : int
        Counter-examples, and cases looked at.
    exhaustive : str
        What these cases are all of, in words; then the rate is known, and there are no seeds.

    Raises
    ------
    ValueError
        If the counts are impossible, or too few seeds stand behind a sample.

    Examples
    --------
    >>> claim = none_of("demo.agree", "rate of disagreement", failures=0, trials=1000,
    ...                 seeds=[0, 1, 2], units=["compare"])
    >>> claim.verdict.value, claim.interval[1] < 0.004
    ('supported', True)
    """
    return Claim(
        id=id, measure=measure, counts=(failures, trials), exhaustive=exhaustive,
        seeds=tuple(np.asarray(seeds).tolist()), units=_listed(units),
    )  # fmt: skip


def _listed(units: Iterable[str]) -> tuple[str, ...]:
    if isinstance(units, str):  # else each of its letters would name a record
        raise ValueError(f"`units` must be names of records; got {units!r}")
    return tuple(units)

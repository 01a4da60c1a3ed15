"""Sentences of the book that a measurement can settle, and the statistics that settle them.

A claim asserts that a quantity lies in a range. Its interval, over seeds or over counted cases,
decides: wholly inside the range is *supported*, wholly outside is *refuted*, across the edge is
*inconclusive*. Nothing else decides, so a reader can check every verdict by eye.

Importing this module costs nothing but NumPy: SciPy is imported where a quantile is needed.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

Interval = tuple[float, float]
Range = tuple[float | None, float | None]
"""What a claim asserts: above the first, below the second; ``None`` leaves a side open."""

FEWEST_SEEDS = 3
_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class Verdict(StrEnum):
    """What the interval says of the sentence."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the book with the measurement that settles it.

    Attributes
    ----------
    id : str
        ``<slug>.<snake_case>``, unique in the book: ``"grad_cam.deletion_beats_random"``.
    sentence : str
        The sentence, whole, with no number typed by hand.
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

    Raises
    ------
    ValueError
        If the id, the words or the names are malformed, or a number is not finite.
    """

    id: str
    sentence: str
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

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id must read <slug>.<snake_case>, got {self.id!r}")
        for name in ("sentence", "measure"):
            if not getattr(self, name).strip():
                raise ValueError(f"{self.id}: {name} must say something, got an empty text")
        if not self.units:
            raise ValueError(f"{self.id}: units must name the records it rests on, got none")
        numbers = (*self.values, self.effect, *self.interval)
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"{self.id}: every number must be finite, got {numbers}")
        low, high = self.interval
        if low > high:
            raise ValueError(f"{self.id}: interval must be (low, high), got {self.interval}")

    @property
    def slug(self) -> str:
        """The topic that the claim belongs to: the part of ``id`` before the dot."""
        return self.id.partition(".")[0]


# --- Statistics ---------------------------------------------------------------------------------


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


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return Student's t interval of a mean.

    Parameters
    ----------
    values : array of shape (n,)
        Independent measurements, three or more.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Low and high end; both are the mean where all values are equal.

    Raises
    ------
    ValueError
        If there are fewer than three values, or one is not finite.

    Examples
    --------
    >>> low, high = mean_interval([1.0, 2.0, 3.0])
    >>> round(low, 3), round(high, 3)  # 2 ± 4.303 / √3
    (-0.484, 4.484)
    """
    from scipy.special import stdtrit

    array = _measured(values)
    _check_confidence(confidence)
    mean = float(array.mean())
    if np.ptp(array) == 0:  # the mean of equal values may differ from them by rounding
        return float(array[0]), float(array[0])
    error = float(array.std(ddof=1)) / math.sqrt(array.size)
    half = float(stdtrit(array.size - 1, (1 + confidence) / 2)) * error
    return mean - half, mean + half


def proportion_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval of Clopper and Pearson (1934) for a rate.

    Parameters
    ----------
    successes, trials : int
        0 <= successes <= trials, trials > 0.
    confidence : float
        Between 0 and 1; the interval holds the true rate at least this often.

    Raises
    ------
    ValueError
        If the counts are impossible.

    Examples
    --------
    >>> low, high = proportion_interval(0, 10)  # none of ten: 1 - 0.025 ** (1 / 10)
    >>> low, round(high, 4)
    (0.0, 0.3085)
    """
    from scipy.special import betaincinv

    _check_counts(successes, trials)
    _check_confidence(confidence)
    tail = (1 - confidence) / 2
    failures = trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return low, high


def _measured(values: ArrayLike) -> NDArray[np.float64]:
    """Return measurements as an array of shape (n,), or say what is wrong with them."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"values must have one axis, got shape {array.shape}")
    if array.size < FEWEST_SEEDS:
        raise ValueError(f"an interval needs {FEWEST_SEEDS} seeds or more, got {array.size}")
    if not np.isfinite(array).all():
        raise ValueError(f"every value must be finite, got {array.tolist()}")
    return array


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")


def _check_counts(successes: int, trials: int) -> None:
    for name, count in (("successes", successes), ("trials", trials)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise ValueError(f"{name} must be an integer, got {count!r}")
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(
            "counts must obey 0 <= successes <= trials and trials > 0, "
            f"got successes={successes}, trials={trials}"
        )


def _check_seeds(seeds: Sequence[int], count: int) -> tuple[int, ...]:
    if len(seeds) != count:
        raise ValueError(f"each value needs its seed, got {count} values, {len(seeds)} seeds")
    if len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds must differ, got {list(seeds)}")
    return tuple(int(seed) for seed in seeds)


# --- Claims -------------------------------------------------------------------------------------


def mean_within(
    id: str,
    sentence: str,
    measure: str,
    values: ArrayLike,
    *,
    low: float | None,
    high: float | None,
    seeds: Sequence[int],
    units: Iterable[str],
    confidence: float = 0.95,
) -> Claim:
    """Claim that a mean over seeds lies above ``low`` and below ``high``.

    Parameters
    ----------
    id, sentence, measure : str
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
    >>> found = mean_within("demo.mild", "The loss is mild.", "loss, nats", [0.4, 0.5, 0.6],
    ...                     low=0.0, high=1.0, seeds=[0, 1, 2], units=["train"])
    >>> found.verdict.value
    'supported'
    """
    array = _measured(values)
    interval = mean_interval(array, confidence)
    return Claim(
        id=id,
        sentence=sentence,
        measure=measure,
        values=tuple(array.tolist()),
        # Rounding must not carry the mean of equal values out of their interval.
        effect=float(np.clip(array.mean(), *interval)),
        interval=interval,
        seeds=_check_seeds(seeds, array.size),
        verdict=judge(interval, (low, high)),
        units=tuple(units),
        asserted=(low, high),
        confidence=confidence,
        method="Student's t interval of the mean over seeds",
    )


def mean_above(
    id: str,
    sentence: str,
    measure: str,
    values: ArrayLike,
    *,
    threshold: float,
    seeds: Sequence[int],
    units: Iterable[str],
    confidence: float = 0.95,
) -> Claim:
    """Claim that a mean over seeds lies above a threshold; else as `mean_within`.

    Examples
    --------
    >>> found = mean_above("demo.good", "It is good.", "accuracy", [0.98, 0.99, 0.99],
    ...                    threshold=0.95, seeds=[0, 1, 2], units=["train"])
    >>> found.verdict.value
    'supported'
    """
    return mean_within(
        id,
        sentence,
        measure,
        values,
        low=threshold,
        high=None,
        seeds=seeds,
        units=units,
        confidence=confidence,
    )


def mean_below(
    id: str,
    sentence: str,
    measure: str,
    values: ArrayLike,
    *,
    threshold: float,
    seeds: Sequence[int],
    units: Iterable[str],
    confidence: float = 0.95,
) -> Claim:
    """Claim that a mean over seeds lies below a threshold; else as `mean_within`.

    Examples
    --------
    >>> found = mean_below("demo.bad", "It is bad.", "accuracy", [0.98, 0.99, 0.99],
    ...                    threshold=0.5, seeds=[0, 1, 2], units=["train"])
    >>> found.verdict.value
    'refuted'
    """
    return mean_within(
        id,
        sentence,
        measure,
        values,
        low=None,
        high=threshold,
        seeds=seeds,
        units=units,
        confidence=confidence,
    )


def paired(
    id: str,
    sentence: str,
    measure: str,
    a: ArrayLike,
    b: ArrayLike,
    *,
    seeds: Sequence[int],
    units: Iterable[str],
    at_least: float = 0.0,
    confidence: float = 0.95,
) -> Claim:
    """Claim that ``a`` exceeds ``b`` by more than ``at_least``, seed by seed.

    Pairing takes out what a seed does to both sides, so the interval is that of the differences.

    Parameters
    ----------
    id, sentence, measure : str
        As in `Claim`; ``measure`` names a difference, ``a`` minus ``b``.
    a, b : array of shape (n,)
        Measured with the same seeds, in the same order.
    seeds, units, confidence
        As in `mean_within`.
    at_least : float
        The least difference that the sentence asserts, in the unit of ``a`` and ``b``.

    Raises
    ------
    ValueError
        As in `mean_within`, and if ``a`` and ``b`` differ in length.

    Examples
    --------
    >>> found = paired("demo.a_beats_b", "A beats B.", "accuracy, A minus B",
    ...                [0.99, 0.98, 0.99], [0.95, 0.95, 0.94], seeds=[0, 1, 2], units=["train"])
    >>> found.verdict.value, round(found.effect, 2)
    ('supported', 0.04)
    """
    first, second = _measured(a), _measured(b)
    if first.size != second.size:
        raise ValueError(f"{id}: a and b must be pairs, got {first.size} and {second.size} values")
    found = mean_above(
        id,
        sentence,
        measure,
        first - second,
        threshold=at_least,
        seeds=seeds,
        units=units,
        confidence=confidence,
    )
    return replace(found, method="Student's t interval of the differences, paired by seed")


def none_of(
    id: str,
    sentence: str,
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
    id, sentence, measure : str
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
    >>> found = none_of("demo.agree", "They agree.", "rate of disagreement",
    ...                 failures=0, trials=1000, seeds=[], units=["compare"])
    >>> found.verdict.value, found.interval[1] < 0.004
    ('supported', True)
    """
    rate = failures / trials
    sampled = proportion_interval(failures, trials, confidence)
    return Claim(
        id=id,
        sentence=sentence,
        measure=measure,
        values=(),
        effect=rate,
        interval=(rate, rate) if exhaustive else sampled,
        seeds=_check_seeds(seeds, len(seeds)),
        verdict=Verdict.REFUTED if failures else Verdict.SUPPORTED,
        units=tuple(units),
        asserted=(0.0, 0.0),
        confidence=confidence,
        method="all cases counted" if exhaustive else "interval of Clopper and Pearson",
        counts=(failures, trials),
    )


def mcnemar(
    id: str,
    sentence: str,
    measure: str,
    only_a: int,
    only_b: int,
    *,
    seeds: Sequence[int],
    units: Iterable[str],
    confidence: float = 0.95,
) -> Claim:
    """Claim that ``a`` is right more often than ``b`` on the same cases.

    Only cases on which the two disagree tell them apart. The effect is the share of those that
    went to ``a``; the exact test of McNemar (1947) asks whether it exceeds one half.

    Parameters
    ----------
    id, sentence, measure : str
        As in `Claim`; ``measure`` names the share.
    only_a, only_b : int
        Cases that only ``a``, or only ``b``, got right; at least one in all.
    seeds, units, confidence
        As in `none_of`.

    Raises
    ------
    ValueError
        If the counts are impossible, or the two never disagree.

    Examples
    --------
    >>> found = mcnemar("demo.a_is_better", "A is better.", "share won by A", 40, 10,
    ...                 seeds=[0], units=["train"])
    >>> found.verdict.value, found.effect
    ('supported', 0.8)
    """
    disagreements = only_a + only_b
    interval = proportion_interval(only_a, disagreements, confidence)
    return Claim(
        id=id,
        sentence=sentence,
        measure=measure,
        values=(),
        effect=only_a / disagreements,
        interval=interval,
        seeds=_check_seeds(seeds, len(seeds)),
        verdict=judge(interval, (0.5, None)),
        units=tuple(units),
        asserted=(0.5, None),
        confidence=confidence,
        method=f"exact test of McNemar on {disagreements:,} disagreements",
    )


# --- What the chapters expect -------------------------------------------------------------------

_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|:{3,})(?P<info>.*)$")
_BOX = re.compile(r"\{claim\}[ \t]+(?P<id>\S+)")
_EXPECT = re.compile(r"\s*:expect:[ \t]*(?P<verdict>\S+)[ \t]*")


def expectations(book: Path) -> dict[str, str]:
    """Return the verdict that the prose of the book assumes, for each claim that it shows.

    Parameters
    ----------
    book : Path
        The folder of the pages, searched for ``*.md``.

    Returns
    -------
    dict
        ``{id: "supported" | "refuted" | "inconclusive"}``, as the pages write it.
    """
    found: dict[str, str] = {}
    for page in sorted(book.glob("*.md")):
        found |= _expected(page.read_text(encoding="utf-8").splitlines())
    return found


def _expected(lines: Sequence[str]) -> dict[str, str]:
    """Return the expectations of a page; what is shown as code is none."""
    found: dict[str, str] = {}
    code = ""  # the fence that code stands in
    for line, following in pairwise([*lines, ""]):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        info = fence["info"].strip()
        if code:
            if not info and fence["fence"].startswith(code):
                code = ""
        elif info and not info.startswith("{"):
            code = fence["fence"]
        elif (box := _BOX.fullmatch(info)) and (expect := _EXPECT.fullmatch(following)):
            found[box["id"]] = expect["verdict"]
    return found

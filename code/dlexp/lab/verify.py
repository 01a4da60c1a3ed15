"""Computing records again and comparing them and their claims with the published ones.

In the environment that a record was made in, it must come out the same to the last bit; elsewhere
it may be off by what the other seeds say (`dlexp.lab.comparing`). What a clock measured is held to
its form, and to its claims: they must not come out against what is published.
"""

import random
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from dlexp.lab import comparing, driver
from dlexp.lab.claims import Claim, Verdict
from dlexp.lab.keys import identify
from dlexp.lab.libraries import missing
from dlexp.lab.records import Record
from dlexp.lab.store import Store
from dlexp.lab.units import Unit


class Agreement(StrEnum):
    """How a recomputed record agrees with the published one."""

    IDENTICAL = "identical"
    INSIDE = "inside its band"
    OUTSIDE = "OUTSIDE its band"
    LEFT_OUT = "not computed here"


@dataclass(frozen=True)
class Check:
    """One unit, computed again.

    Attributes
    ----------
    unit : Unit
    agreement : Agreement
    moved : tuple of str
        What differs, most telling first: "test_accuracy: differs by 0.001 (band 0.002)"; of what
        is left out, what must be installed for it.
    environment : tuple of str
        Where the machines or versions differ: "processor: A -> B".
    fresh : Record
        What came out now, arrays in memory; the published one if it was left out.
    """

    unit: Unit
    agreement: Agreement
    moved: tuple[str, ...]
    environment: tuple[str, ...]
    fresh: Record


def verify(
    units: Sequence[Unit],
    *,
    sample: int | None = None,
    seed: int = 0,
    store: Store | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: bool = True,
) -> list[Check]:
    """Compute units again in a scratch place and compare; the store is only read.

    What needs a library that is not installed here, an optional one, is left out.

    Parameters
    ----------
    units : sequence of Unit
        All must have current records. What they need is taken from the store.
    sample : int, optional
        How many of them, drawn by ``seed``; by default all.

    Raises
    ------
    MissingResult
        If a unit has no current record to compare with.
    """
    store = store or Store()
    published = dict(zip((unit.place for unit in units), store.load(units), strict=True))
    chosen = draw(units, sample, seed)
    lacking = {unit.place: missing(store.code, identify(unit, store.code).code) for unit in chosen}
    computed = [unit for unit in chosen if not lacking[unit.place]]
    with tempfile.TemporaryDirectory() as scratch:
        place = Store(Path(scratch, "results"), Path(scratch, "attic"), store.code)
        recomputed = driver.run(
            computed, jobs=jobs, executor=executor, store=place, needs=store, progress=progress
        )
        fresh = [driver.with_arrays(record) for record in recomputed]
    checks = []
    for unit, record in zip(computed, fresh, strict=True):
        others = [published[other.place] for other in siblings(unit, units)]
        checks.append(_check(unit, published[unit.place], record, others))
    return checks + [
        _left_out(unit, published[unit.place], lacking[unit.place])
        for unit in chosen
        if lacking[unit.place]
    ]


def draw(units: Sequence[Unit], sample: int | None, seed: int) -> list[Unit]:
    """Return a sample of units, in their order: the same for the same seed."""
    if sample is None or sample >= len(units):
        return list(units)
    chosen = set(random.Random(seed).sample(range(len(units)), sample))
    return [unit for i, unit in enumerate(units) if i in chosen]


def siblings(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    """Return the units that differ in the seed alone; without any, those of the same measure."""
    kin = [other for other in units if other.target == unit.target and other.place != unit.place]
    same = [other for other in kin if (other.settings, other.data) == (unit.settings, unit.data)]
    return same or kin


def _left_out(unit: Unit, published: Record, lacking: Sequence[str]) -> Check:
    words = tuple(f"`{name}` must be installed" for name in lacking)
    return Check(unit, Agreement.LEFT_OUT, words, (), published)


def _check(unit: Unit, published: Record, fresh: Record, siblings: Sequence[Record]) -> Check:
    elsewhere = comparing.environment_differences(published.provenance, fresh.provenance)
    moved = comparing.exact(published, fresh)
    if not moved:
        return Check(unit, Agreement.IDENTICAL, (), elsewhere, fresh)
    judge = _judge_timed if unit.timed else _judge
    outside, inside = judge(published, fresh, siblings, bool(elsewhere))
    agreement = Agreement.OUTSIDE if outside else Agreement.INSIDE
    return Check(unit, agreement, (*outside, *(inside or moved)), elsewhere, fresh)


def _judge(
    published: Record, fresh: Record, siblings: Sequence[Record], elsewhere: bool
) -> comparing.Findings:
    if elsewhere:
        return comparing.banded(published, fresh, siblings)
    return comparing.exact(published, fresh), []


def _judge_timed(
    published: Record, fresh: Record, siblings: Sequence[Record], elsewhere: bool
) -> comparing.Findings:
    """Hold what a clock measured, which is in arrays, to its form, and numbers to what all are."""
    form = comparing.form(*(replace(record, numbers={}) for record in (published, fresh)))
    before, after = (replace(record, arrays={}) for record in (published, fresh))
    outside, inside = _judge(before, after, siblings, elsewhere)
    return form + outside, inside


# --- Claims after a recomputation ---------------------------------------------------------------


@dataclass(frozen=True)
class ClaimCheck:
    """A claim, settled again with recomputed records.

    Attributes
    ----------
    before, after : Claim
    holds : bool
        Whether the effect is inside the published interval, and the verdict not against the
        published one. If a clock measured it, only the latter.
    """

    before: Claim
    after: Claim
    holds: bool


def check_claims(
    before: Sequence[Claim], after: Sequence[Claim], recomputed: Iterable[Unit]
) -> list[ClaimCheck]:
    """Return the claims that rest on recomputed records, each settled again.

    Parameters
    ----------
    before, after : sequence of Claim
        The same claims, with the published records and with the recomputed ones in their places.
    recomputed : iterable of Unit
        Those that were computed again.
    """
    timed = {unit.name: unit.timed for unit in recomputed}
    checks = []
    for old, new in zip(before, after, strict=True):
        rests_on = timed.keys() & set(old.units)
        if rests_on:
            by_clock = any(timed[name] for name in rests_on)
            checks.append(ClaimCheck(old, new, _holds(old, new, by_clock)))
    return checks


def _holds(old: Claim, new: Claim, by_clock: bool) -> bool:
    if {old.verdict, new.verdict} == {Verdict.SUPPORTED, Verdict.REFUTED}:
        return False
    low, high = old.interval
    return by_clock or low <= new.effect <= high or new.effect == old.effect

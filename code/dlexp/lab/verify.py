"""Computing records again and comparing them with the published ones.

On one type of machine two runs agree to the last bit. Elsewhere a number may move, by less than
it moves between the other seeds: that spread is its band. (The record in question has no part in
it, or a wrong number would make its own band wide enough.)
"""

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from dlexp.lab import driver
from dlexp.lab.claims import Claim
from dlexp.lab.records import Record, members
from dlexp.lab.store import Store
from dlexp.lab.units import Unit

ROUNDING = 1e-6
"""Relative; what any number may move, even one that is the same for all seeds."""

_ENVIRONMENT = ("python", "versions", "platform", "processor", "instructions", "threads")


class Agreement(StrEnum):
    """How a recomputed record agrees with the published one."""

    IDENTICAL = "identical"
    INSIDE = "inside its band"
    OUTSIDE = "OUTSIDE its band"


@dataclass(frozen=True)
class Check:
    """One unit, computed again.

    Attributes
    ----------
    unit : Unit
    agreement : Agreement
    moved : tuple of str
        What differs, most telling first: "test_accuracy: 0.991 -> 0.990 (band 0.002)".
    environment : tuple of str
        Where the machines or versions differ: "processor: A -> B".
    fresh : Record
        What came out now, arrays in memory.
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
    with tempfile.TemporaryDirectory() as scratch:
        place = Store(Path(scratch, "results"), Path(scratch, "attic"), store.code)
        recomputed = driver.run(
            chosen, jobs=jobs, executor=executor, store=place, needs=store, progress=progress
        )
        fresh = [driver.with_arrays(record) for record in recomputed]
    checks = []
    for unit, record in zip(chosen, fresh, strict=True):
        siblings = [published[other.place] for other in units if differ_in_seed(unit, other)]
        checks.append(_check(unit, published[unit.place], record, siblings))
    return checks


def draw(units: Sequence[Unit], sample: int | None, seed: int) -> list[Unit]:
    """Return a sample of units, in their order: the same for the same seed."""
    if sample is None or sample >= len(units):
        return list(units)
    chosen = set(random.Random(seed).sample(range(len(units)), sample))
    return [unit for i, unit in enumerate(units) if i in chosen]


def differ_in_seed(unit: Unit, other: Unit) -> bool:
    """Whether two units differ in the seed and in nothing else."""
    alike = (unit.target, unit.settings) == (other.target, other.settings)
    return alike and unit.seed != other.seed


def _check(unit: Unit, published: Record, fresh: Record, siblings: Sequence[Record]) -> Check:
    outside, inside = compare(published, fresh, siblings)
    if outside:
        agreement = Agreement.OUTSIDE
    elif inside or members(published.arrays) != members(fresh.arrays):
        agreement = Agreement.INSIDE
    else:
        agreement = Agreement.IDENTICAL
    now = _differences(published.provenance, fresh.provenance)
    return Check(unit, agreement, (*outside, *inside), now, fresh)


def compare(
    published: Record, fresh: Record, siblings: Sequence[Record]
) -> tuple[list[str], list[str]]:
    """Return the differences of two records beyond the band, and those inside it, in words.

    The band of a number is its spread over the siblings, which are the other seeds' records:
    largest minus smallest, and nothing where there are fewer than two.
    Whatever is no number must be equal. Arrays must agree in type and shape; their values are
    judged by the numbers that are made of them.
    """
    outside = _form(published, fresh)
    inside: list[str] = []
    before, after = (dict(leaves(record.numbers)) for record in (published, fresh))
    spread = _spreads(siblings)
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path, "(none)"), after.get(path, "(none)")
        if _same(old, new):
            continue
        if _is_number(old) and _is_number(new):
            band = spread.get(path, 0.0) + ROUNDING * abs(old)
            line = f"{path}: {old} -> {new} (band {band:.3g})"
            (inside if abs(new - old) <= band else outside).append(line)
        else:
            outside.append(f"{path}: {json.dumps(old)} -> {json.dumps(new)}")
    return outside, inside


def _form(published: Record, fresh: Record) -> list[str]:
    forms = [
        {name: (str(array.dtype), array.shape) for name, array in record.arrays.items()}
        for record in (published, fresh)
    ]
    names = sorted(forms[0].keys() | forms[1].keys())
    return [
        f"array {name}: {forms[0].get(name)} -> {forms[1].get(name)}"
        for name in names
        if forms[0].get(name) != forms[1].get(name)
    ]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every single value in nested numbers, with its path.

    Examples
    --------
    >>> list(leaves({"loss": [0.5, 0.25], "run": {"epochs": 2}}))
    [('loss[0]', 0.5), ('loss[1]', 0.25), ('run.epochs', 2)]
    """
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}[{i}]")
    else:
        yield path, value


def _spreads(siblings: Sequence[Record]) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for record in siblings:
        for path, value in leaves(record.numbers):
            if _is_number(value):
                values.setdefault(path, []).append(value)
    return {path: max(numbers) - min(numbers) for path, numbers in values.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(old: object, new: object) -> bool:
    return type(old) is type(new) and old == new


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    old, new = (dict(leaves({k: p.get(k) for k in _ENVIRONMENT})) for p in (before, after))
    return tuple(
        f"{path}: {old.get(path)} -> {new.get(path)}"
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


# --- Claims after a recomputation ---------------------------------------------------------------


@dataclass(frozen=True)
class ClaimCheck:
    """A claim, settled again with recomputed records.

    Attributes
    ----------
    before, after : Claim
    holds : bool
        Whether the verdict is the same, and the effect inside the published interval.
    """

    before: Claim
    after: Claim
    holds: bool


def check_claims(
    before: Sequence[Claim], after: Sequence[Claim], recomputed: Iterable[str]
) -> list[ClaimCheck]:
    """Return the claims that rest on recomputed records, each settled again.

    Parameters
    ----------
    before, after : sequence of Claim
        The same claims, with the published records and with the recomputed ones in their places.
    recomputed : iterable of str
        Names of the records that were computed again.
    """
    names = set(recomputed)
    pairs = zip(before, after, strict=True)
    return [ClaimCheck(old, new, _holds(old, new)) for old, new in pairs if names & set(old.units)]


def _holds(old: Claim, new: Claim) -> bool:
    low, high = old.interval
    return new.verdict == old.verdict and (low <= new.effect <= high or new.effect == old.effect)

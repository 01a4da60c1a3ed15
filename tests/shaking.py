"""Records that are shaken: every number and every array of theirs is another one.

A claim that stays the same, whatever becomes of a record that it names, does not rest on it.
"""

import contextlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from dlexp.lab.claims import Claim
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

Settle = Callable[[Runs], Iterable[Claim]]

WAYS = ("lower", "by one", "higher", "arrays higher", "where there is some")
"""How numbers move; a count, or the number of an epoch, may have no room in one of these."""


def unshaken(runs: Runs, settle: Settle) -> list[str]:
    """Return the claims that name a record and stay the same when it is shaken, as "id: record"."""
    before = {claim.id: claim for claim in settle(runs)}
    still = []
    for place, record in enumerate(runs.records):
        resting = {claim.id for claim in before.values() if record.name in claim.units}
        for way in WAYS:
            if not resting:
                break
            others = runs.records[:place], runs.records[place + 1 :]
            moved = Runs(runs.slug, (*others[0], shaken(record, way), *others[1]))
            resting -= _moved({name: before[name] for name in resting}, settle, moved)
        still += [f"{claim}: {record.name}" for claim in sorted(resting)]
    return still


def decided_by_outcome(runs: Runs, settle: Settle) -> list[str]:
    """Return the claims that assert something else, or by other runs, when all records are shaken.

    Only what was measured may move: a bound, a side, the seeds and the names were written before
    the records were. A claim that never settles then is one of these, too.
    """
    written = {claim.id: _written(claim) for claim in settle(runs)}
    moving, seen = set(), set()
    for way in WAYS:
        moved = Runs(runs.slug, tuple(shaken(record, way) for record in runs.records))
        with contextlib.suppress(ValueError, IndexError):  # impossible counts, or no such epoch
            for claim in settle(moved):
                seen.add(claim.id)
                if _written(claim) != written.get(claim.id):
                    moving.add(claim.id)
    return sorted(moving | (written.keys() - seen))


def _written(claim: Claim) -> Claim:
    """Return a claim as it is but for what was measured."""
    if claim.counts is not None:
        return replace(claim, counts=(0, 1))
    return replace(claim, values=tuple(float(place) for place in range(len(claim.values))))


def _moved(before: dict[str, Claim], settle: Settle, runs: Runs) -> set[str]:
    moved, waiting = set(), set(before)
    with contextlib.suppress(ValueError, IndexError):  # impossible counts, or no such epoch
        for claim in settle(runs):
            then = before.get(claim.id)
            if then and (claim.values, claim.counts) != (then.values, then.counts):
                moved.add(claim.id)
            waiting.discard(claim.id)
            if not waiting:
                break
    return moved


def shaken(record: Record, way: str) -> Record:
    """Return a record with other numbers and arrays, the same each time; its texts stay."""
    generator = np.random.default_rng(zlib.crc32(f"{record.name} {way}".encode()))
    arrays = {name: _array(array, way, generator) for name, array in record.arrays.items()}
    if way == "arrays higher":
        return replace(record, arrays=arrays)
    return replace(record, numbers=_numbers(record.numbers, way, generator), arrays=arrays)


def _numbers(value: Any, way: str, generator: np.random.Generator) -> Any:
    match value:
        case dict():
            return {name: _numbers(each, way, generator) for name, each in value.items()}
        case list():
            return [_numbers(each, way, generator) for each in value]
        case bool() | int() | float():
            return _array(np.array(value), way, generator).item()
        case _:
            return value


def _array(array: Any, way: str, generator: np.random.Generator) -> Any:
    draws = generator.random(array.shape)
    match array.dtype.kind:
        case "b":
            return ~array if way == "lower" else draws < 0.5
        case "f" if "higher" in way:
            return array + (0.1 + draws) * (0.1 + abs(array))
        case "f" if way == "where there is some":  # so much more that it passes a bar far above
            return array * (2 + draws)
        case "f":
            return array * (0.1 + 0.8 * draws)
        case "i" | "u":
            return np.minimum(_whole(array, way, draws), np.iinfo(array.dtype).max).astype(
                array.dtype
            )
        case _:
            return array


def _whole(array: Any, way: str, draws: Any) -> Any:
    """Return whole numbers that moved, as floats."""
    higher = array + 1 + np.floor((9 + array) * draws)
    match way:
        case "lower":
            return np.where(array > 0, np.floor(array * draws), 1)
        case "by one":
            return np.where(array > 0, array - 1.0, 1)
        case "where there is some":
            return np.where(array > 0, higher, 0)
        case _:
            return higher

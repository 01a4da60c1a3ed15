"""What there is to compute, and about how long that takes."""

import contextlib
import math
from collections.abc import Sequence

from filelock import Timeout

from dlexp.lab.store import Store
from dlexp.lab.units import Unit


def lacking_units(units: Sequence[Unit], store: Store, needs: Store | None = None) -> list[Unit]:
    """Return the units that have no current record, each after what it needs.

    Raises
    ------
    ValueError
        If two different units have one name.
    """
    keys: dict[str, str] = {}
    lacking: list[Unit] = []

    def visit(unit: Unit) -> None:
        key = store.identify(unit).key
        if unit.place in keys:
            if keys[unit.place] != key:
                raise ValueError(f"units must differ in name; got two named {unit.place}")
            return
        keys[unit.place] = key
        if not _is_there(unit, store):
            for need in () if needs else unit.needs:
                visit(need)
            lacking.append(unit)

    for unit in units:
        visit(unit)
    return lacking


def _is_there(unit: Unit, store: Store) -> bool:
    if store.inspect(unit).record:
        return True
    with contextlib.suppress(Timeout), store.lock(unit).acquire(timeout=0):
        return store.settle(unit) is not None
    return False  # another driver is at it


def longest_first(units: Sequence[Unit], store: Store) -> list[Unit]:
    """Return units by what they took the last time, so that none is left alone at the end.

    Those of which nothing is known come first, as they are listed.
    """
    times = {unit.place: (store.previous(unit) or {}).get("seconds", math.inf) for unit in units}
    return sorted(units, key=lambda unit: -float(times[unit.place]))


def plan(lacking: Sequence[Unit], total: int, jobs: int, store: Store) -> str:
    """Say how many units will be computed and about how long that takes, by stored times."""
    times = [(store.previous(unit) or {}).get("seconds") for unit in lacking]
    known = [seconds for seconds in times if seconds is not None]
    what = f"{len(lacking)} of {max(total, len(lacking))} units to compute, {jobs} at a time"
    if not known:
        return f"{what}; no stored times to go by"
    estimate = sum(known) / len(known) * len(lacking) / min(jobs, len(lacking))
    return f"{what}; about {duration(estimate)}, by stored times"


def duration(seconds: float) -> str:
    """Return a time in words that suit its length.

    Examples
    --------
    >>> duration(3.4), duration(200), duration(9000)
    ('4 s', '4 min', '2.5 h')
    """
    if seconds < 90:
        return f"{int(seconds) + 1} s"
    return f"{int(seconds / 60) + 1} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

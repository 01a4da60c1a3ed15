"""A reader's own variation of a published measure, beside the published runs nearest to it.

What is computed lies in the build folder; the published records are only read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dlexp import paths
from dlexp.lab.elsewhere import reads_data
from dlexp.lab.fingerprint import Code
from dlexp.lab.intervals import FEWEST_SEEDS
from dlexp.lab.settings import changed, fields, not_one_of
from dlexp.lab.store import Store
from dlexp.lab.units import HOME, Measurement, Unit


@dataclass(frozen=True)
class Variation:
    """Published units, and those that somebody wants to see beside them.

    Attributes
    ----------
    published, own : tuple of Unit
        One per seed.
    """

    published: tuple[Unit, ...]
    own: tuple[Unit, ...]


def store(code: Code) -> Store:
    """Return where variations are stored: below the build folder."""
    folder = paths.BUILD / "try"
    return Store(folder / "results", folder / "records", code)


def by_measure(units: Iterable[Unit]) -> dict[str, list[list[Unit]]]:
    """Return the published units of each measure, grouped by configuration, in their order."""
    found: dict[str, list[list[Unit]]] = {}
    for unit in units:
        if unit.data != HOME:
            continue
        groups = found.setdefault(unit.measure.__name__, [])
        same = next((group for group in groups if group[0].config == unit.config), None)
        if same is None:
            groups.append([unit])
        else:
            same.append(unit)
    return found


def variation(
    units: Iterable[Unit],
    measure: str,
    texts: Mapping[str, str],
    *,
    seeds: Sequence[int] = (),
    data: str = HOME,
    code: Code,
) -> Variation:
    """Return a variation of a measure.

    Of its published configurations, the one that has most of the values asked for is varied.

    Parameters
    ----------
    units : iterable of Unit
        All of the chapter.
    measure : str
    texts : mapping of str to str
        Fields of the configuration, and what to set them to.
    seeds : sequence of int, optional
        By default the first three of those that are published.
    data : str, optional
        As `Unit.data`.
    code : Code

    Raises
    ------
    ValueError
        If there is no such measure or field, or a value does not fit; in one line.
    """
    groups = by_measure(units)
    if measure not in groups:
        raise ValueError(not_one_of("a measure", measure, groups))
    base = max(groups[measure], key=lambda group: _agreeing(group[0].config, texts))
    config = changed(base[0].config, texts)
    chosen = seeds or [unit.seed for unit in base[:FEWEST_SEEDS]]
    by_seed = {unit.seed: unit for unit in base}
    own = [_varied(by_seed.get(seed, base[0]), config, seed, data, code) for seed in chosen]
    return Variation(tuple(base), tuple(own))


def _agreeing(config: Any, texts: Mapping[str, str]) -> int:
    """Return how many of the values asked for a configuration has already."""
    wanted = changed(config, texts)
    pairs = zip(fields(config), fields(wanted), strict=True)
    return sum(old.value == new.value for old, new in pairs if old.name in texts)


def _varied(unit: Unit, config: Any, seed: int, data: str, code: Code) -> Unit:
    """Return a unit with another configuration, seed or data.

    What it needs follows it: where it had the same configuration or seed, it has it again, and
    where it reads data, it reads the same.
    """
    needs = [
        _varied(
            need,
            config if need.config == unit.config else need.config,
            seed if need.seed == unit.seed else need.seed,
            data if reads_data(need, code) else need.data,
            code,
        )
        for need in unit.needs
    ]
    return replace(unit, config=config, seed=seed, data=data, needs=tuple(needs))


def borrow(units: Iterable[Unit], published: Store, own: Store) -> None:
    """Copy the published records of units, and of what they need, to where variations are stored.

    So nothing is computed that is there already; `published` is not changed.
    """
    for unit in units:
        record = published.inspect(unit).record
        if record and not own.inspect(unit).record:
            measured = Measurement(numbers=record.numbers, arrays=dict(record.arrays))
            own.put(unit, measured, record.provenance)
        if not record:
            borrow(unit.needs, published, own)

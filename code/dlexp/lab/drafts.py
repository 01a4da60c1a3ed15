"""A draft shows the records that are there: those of older code, marked, and where there are none.

Only a draft build asks for it, by `show`; everything else meets current records or none. Whoever
reads what a stale record holds is noted in `READ`, so that what is made of it can be marked;
whoever reads a record that is not there gets `MissingResult`, where it is read and not before.
"""

import contextlib
import html
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dlexp.lab.records import DamagedRecord, Record, as_record, read_entry
from dlexp.lab.store import MissingResult, Store
from dlexp.lab.units import Unit

STALE, WAITING = "stale", "not computed yet"
"""What a draft says of a place whose records are of older code, or not there."""

READ: set[str] = set()
"""Stale records that were read, as ``"slug/name"``; who marks what is made of them empties it."""

_SHOWN: list[bool] = [False]
_T = TypeVar("_T")


def show(*, on: bool) -> None:
    """Have this process read records that are not current, or no longer."""
    _SHOWN[0] = on


def are_shown() -> bool:
    """Return whether this process reads records that are not current."""
    return _SHOWN[0]


class _Held(dict[str, Any]):
    """What a stale record holds; an entry that newer code would have is not computed yet."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        inner = (_Held(v, place) if isinstance(v, dict) else v for v in values.values())
        super().__init__(zip(values, inner, strict=True))
        self._place = place

    def __missing__(self, key: str) -> Any:
        raise MissingResult(f"{WAITING}: {key!r} of {self._place}")


@dataclass(frozen=True)
class Stale(Record):
    """A record of older code: it is noted when somebody reads what it holds.

    Attributes
    ----------
    present : dict
        The configuration that its unit has now, by which it is chosen.
    """

    present: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """What the record is chosen by."""
        return self.present

    def __getattribute__(self, name: str) -> Any:
        """Note who reads what came out, or how it was made."""
        value = super().__getattribute__(name)
        if name not in {"numbers", "arrays", "provenance", "config"}:
            return value
        READ.add(self.place)
        return _Held(value, self.place) if name in {"numbers", "arrays"} else value


@dataclass(frozen=True)
class Absent(Record):
    """Stands for a record that is not there; nobody can read what it holds."""

    def __getattribute__(self, name: str) -> Any:
        """Return what the unit alone says.

        Raises
        ------
        MissingResult
            If somebody asks for what must be computed first.
        """
        if name in {"numbers", "arrays", "provenance"}:
            raise MissingResult(f"{WAITING}: {self.place}")
        return super().__getattribute__(name)


def load(units: Sequence[Unit], store: Store | None = None) -> list[Record]:
    """Return for each unit its record, or else the newest stale one, or else a stand-in.

    Nothing is computed, moved or written.
    """
    store = store or Store()
    stored = _Attic(store)
    return [store.inspect(unit).record or stored.newest(unit) for unit in units]


class _Attic:
    """The records of a store that are not in use, read once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.entries: dict[str, list[tuple[dict[str, Any], Path]]] = {}

    def newest(self, unit: Unit) -> Record:
        """Return the newest record of a unit; one that has its present key is current."""
        key = self.store.identify(unit).key
        found = [*self._in(self.store.file(unit)), *self._set_aside(unit.slug)]
        own = [(e, file) for e, file in found if f"{e['slug']}/{e['name']}" == unit.place]
        for entry, file in sorted(own, key=lambda each: _rank(each[0], key), reverse=True):
            with contextlib.suppress(DamagedRecord):
                record = as_record(entry, file)
                return record if record.key == key else _stale(record, unit)
        return Absent(unit.slug, unit.name, "", unit.settings, unit.seed, {}, {}, {})

    def _set_aside(self, slug: str) -> list[tuple[dict[str, Any], Path]]:
        if slug not in self.entries:
            files = sorted((self.store.attic / slug).glob("*.json"))
            self.entries[slug] = [entry for file in files for entry in self._in(file)]
        return self.entries[slug]

    def _in(self, file: Path) -> Iterator[tuple[dict[str, Any], Path]]:
        with contextlib.suppress(DamagedRecord, FileNotFoundError):
            yield read_entry(file), file


def _rank(entry: Mapping[str, Any], key: str) -> tuple[bool, str]:
    return entry["key"] == key, str(entry["provenance"].get("date", ""))


def _stale(record: Record, unit: Unit) -> Stale:
    return Stale(**vars(record), present=unit.settings)


def until_waiting(make: Callable[[], Iterable[_T]]) -> Iterator[_T]:
    """Yield what a chapter makes of its runs; in a draft, until it needs a record not there."""
    try:
        yield from make()
    except MissingResult:
        if not are_shown():
            raise


def words(places: Iterable[str]) -> str:
    """Return what a mark says of stale records: how many, of which measures.

    Examples
    --------
    >>> words(["demo/rates-seed=0", "demo/rates-seed=1", "demo/laws-seed=0"])
    'Stale: demo/laws (1 record), demo/rates (2 records)'
    """
    counts = Counter(place.partition("-")[0] for place in places)
    listed = (f"{m} ({n} record{'' if n == 1 else 's'})" for m, n in sorted(counts.items()))
    return f"Stale: {', '.join(listed)}"


def note() -> str:
    """Return what a mark says of the stale records that were read; nothing if there are none."""
    return words(READ) if READ else ""


def marked(text: str) -> str:
    """Return a number as text, with a mark if stale records were read for it."""
    return f"{text} ({STALE})" if READ else text


def mark_html(says: str | None = None, *, tag: str = "p") -> str:
    """Return a mark as it stands in a page: that of what was read, if nothing else is said."""
    says = note() if says is None else says
    mark = f'<{tag} class="draft-mark">{html.escape(says[:1].upper() + says[1:])}</{tag}>'
    return mark if says else ""

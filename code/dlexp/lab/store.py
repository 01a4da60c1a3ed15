"""The store of finished runs."""

import contextlib
import hashlib
import json
import shutil
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from filelock import FileLock, Timeout

from dlexp import paths
from dlexp.lab.fingerprint import Code
from dlexp.lab.keys import SCHEMA, Identity, hashed, identify
from dlexp.lab.records import (
    DamagedRecord,
    Record,
    as_record,
    members,
    pack,
    read_entry,
    write_whole,
)
from dlexp.lab.standing import Standing, State, differences
from dlexp.lab.units import Measurement, Unit, plain


class MissingResult(LookupError):
    """A record is asked for that is not there or not current; one line says how to get it."""


class Store:
    """Records in a folder, one ``<slug>/<name>.json`` per unit, and ``.npz`` where it has arrays.

    Parameters
    ----------
    folder : Path, optional
        The published records; in git.
    attic : Path, optional
        Where superseded records wait, so that undoing an edit finds them again, where damaged
        ones are moved to, and where locks are.
    code : Code, optional
        A snapshot of the source that keys are made from; a store lives as long as its snapshot.
    """

    def __init__(
        self, folder: Path | None = None, attic: Path | None = None, code: Code | None = None
    ) -> None:
        self.folder = paths.RESULTS if folder is None else Path(folder)
        self.attic = paths.BUILD / "records" if attic is None else Path(attic)
        self.code = Code() if code is None else code

    def identify(self, unit: Unit) -> Identity:
        """Return the identity of a unit in this store's code."""
        return identify(unit, self.code)

    def file(self, unit: Unit) -> Path:
        """Return the file of a unit's record, in JSON."""
        return _own(self.folder, unit.slug) / f"{unit.name}.json"

    def lock(self, unit: Unit) -> FileLock:
        """Return the lock that whoever computes a unit holds; the system frees it on a kill."""
        file = _own(self.attic, "locks", unit.slug) / f"{unit.name}.lock"
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(file)

    def log(self, unit: Unit) -> Path:
        """Return the file for what a unit prints while it is computed."""
        return _own(self.attic, "logs") / f"{unit.slug}-{unit.name}.txt"

    # -- reading --

    def inspect(self, unit: Unit) -> Standing:
        """Return the standing of a unit, and change nothing."""
        file = self.file(unit)
        try:
            entry = read_entry(file)
        except FileNotFoundError:
            return Standing(State.MISSING)
        except DamagedRecord as error:
            return Standing(State.DAMAGED, (str(error),))
        place = f"{entry['slug']}/{entry['name']}"
        if place != unit.place:
            rule = f"{file}: the record must be that of {unit.place}; got that of {place}"
            return Standing(State.DAMAGED, (rule,))
        present = self.identify(unit)
        if entry["key"] != present.key:
            return Standing(State.STALE, differences(entry, present))
        try:
            return Standing(State.CURRENT, (), as_record(entry, file))
        except DamagedRecord as error:
            return Standing(State.DAMAGED, (str(error),))

    def get(self, unit: Unit) -> Record | None:
        """Return a unit's record, or None if it is missing, stale or damaged.

        A damaged one is moved aside and reported on stderr.
        """
        standing = self.inspect(unit)
        if standing.state is State.DAMAGED:
            # whoever holds the lock is about to replace it
            with contextlib.suppress(Timeout), self.lock(unit).acquire(timeout=0):
                return self._checked(unit)
        return standing.record

    def settle(self, unit: Unit) -> Record | None:
        """Like :meth:`get`, for who holds the unit's lock; also looks into the attic."""
        return self._checked(unit) or self.restore(unit)

    def _checked(self, unit: Unit) -> Record | None:
        standing = self.inspect(unit)
        if standing.state is State.DAMAGED:
            place = self._set_aside(unit)
            print(f"damaged record: {standing.reasons[0]}; moved to {place}", file=sys.stderr)
        return standing.record

    def load(self, units: Sequence[Unit]) -> list[Record]:
        """Return the records of units, in their order.

        Raises
        ------
        MissingResult
            If any of them is not current.
        """
        records = []
        for unit in units:
            record = self.get(unit)
            if record is None:
                raise MissingResult(
                    f"no current record of {unit.slug}/{unit.name}: python -m dlexp run {unit.slug}"
                )
            records.append(record)
        return records

    def previous(self, unit: Unit) -> dict[str, Any] | None:
        """Return the provenance of whatever record lies in a unit's place, current or not."""
        try:
            return cast(dict[str, Any], read_entry(self.file(unit))["provenance"])
        except (FileNotFoundError, DamagedRecord):
            return None

    # -- writing --

    def put(self, unit: Unit, measurement: Measurement, provenance: Mapping[str, Any]) -> Record:
        """Store what a unit measured, in place of an older record, which goes to the attic.

        Raises
        ------
        ValueError, TypeError
            If the measurement holds NaN, infinity or what is not plain; nothing is written.
        """
        entry, data = self._entry(unit, measurement, provenance)
        file = self.file(unit)
        file.parent.mkdir(parents=True, exist_ok=True)
        for left_over in file.parent.glob(f".{unit.name}.*.tmp"):
            left_over.unlink(missing_ok=True)  # of a driver that was killed while it wrote
        self._retire(file)
        if data is not None:
            write_whole(file.with_suffix(".npz"), data)
        text = json.dumps(entry, indent=1, sort_keys=True, allow_nan=False)
        write_whole(file, f"{text}\n".encode())
        return as_record(entry, file)

    def restore(self, unit: Unit) -> Record | None:
        """Take a unit's record back from the attic, if one with its present key is there."""
        key = self.identify(unit).key
        file = _own(self.attic, unit.slug) / f"{key}.json"
        try:
            entry = read_entry(file)
            if (entry["key"], entry["name"]) != (key, unit.name):
                return None
            record = as_record(entry, file)
            measurement = Measurement(numbers=record.numbers, arrays=dict(record.arrays))
        except (FileNotFoundError, DamagedRecord):
            return None
        return self.put(unit, measurement, record.provenance)

    def orphans(self, slug: str, units: Sequence[Unit]) -> list[Path]:
        """Return the files below a slug that belong to none of the units."""
        wanted = {unit.name for unit in units if unit.slug == slug}
        files = (file for file in _own(self.folder, slug).glob("[!.]*") if file.is_file())
        return sorted(file for file in files if file.stem not in wanted)

    def sweep(self, slug: str, units: Sequence[Unit]) -> list[Path]:
        """Move the orphans of a slug to the attic and return where they lay."""
        swept = self.orphans(slug, units)
        for file in swept:
            if file.suffix == ".json":
                self._retire(file)
        for file in swept:
            if file.exists():
                _move(file, _own(self.attic, "orphans", slug) / file.name)
        return swept

    def _entry(
        self, unit: Unit, measurement: Measurement, provenance: Mapping[str, Any]
    ) -> tuple[dict[str, Any], bytes | None]:
        present = self.identify(unit)
        entry: dict[str, Any] = {
            "schema": SCHEMA,
            "slug": unit.slug,
            "name": unit.name,
            "key": present.key,
            "config": present.config,
            "seed": unit.seed,
            "numbers": plain(measurement.numbers, "numbers"),
            "arrays": None,
            "code": present.code,
            "needs": present.needs,
            "provenance": plain(provenance, "provenance"),
        }
        data = None
        if measurement.arrays:
            listed = members(measurement.arrays)
            data = pack(measurement.arrays)
            digest = hashlib.sha256(data).hexdigest()
            entry["arrays"] = {"file": f"{unit.name}.npz", "sha256": digest, "members": listed}
        entry["checksum"] = hashed(entry)
        return entry, data

    def _retire(self, file: Path) -> None:
        """Move a readable record to the attic by its key; the JSON, which makes it one, first."""
        try:
            entry = read_entry(file)
        except (FileNotFoundError, DamagedRecord):
            return
        place = _own(self.attic, entry["slug"]) / f"{entry['key']}.json"
        arrays = file.with_suffix(".npz")
        if entry["arrays"] and arrays.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(arrays, place.with_suffix(".npz"))
        _move(file, place)
        arrays.unlink(missing_ok=True)

    def _set_aside(self, unit: Unit) -> Path:
        file = self.file(unit)
        stem = f"{unit.slug}-{unit.name}-{time.strftime('%Y%m%dT%H%M%S')}-{uuid.uuid4().hex[:6]}"
        place = _own(self.attic, "damaged") / f"{stem}.json"
        for suffix in (".json", ".npz"):
            with contextlib.suppress(FileNotFoundError):
                _move(file.with_suffix(suffix), place.with_suffix(suffix))
        return place


def _own(root: Path, *parts: str) -> Path:
    """Return a folder below the root of a store.

    Raises
    ------
    NotADirectoryError
        If the root or what lies below it is a link: it may lead to somebody else's files.
    """
    folder = root.joinpath(*parts)
    for place in (folder, *folder.parents[: len(parts)]):
        if place.is_symlink():
            raise NotADirectoryError(f"{place}: a folder of records must not be a link")
    return folder


def _move(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(file, place)


def load(units: Sequence[Unit]) -> list[Record]:
    """Return the published records of units, in their order.

    Raises
    ------
    MissingResult
        If any of them is not current; the message says what to run.
    """
    return Store().load(units)

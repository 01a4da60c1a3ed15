"""The store of finished runs: units, their keys, their records.

A *unit* is one configuration and one seed of one measure function: the least that is ever lost
or computed again. Its *key* is the hash of all that makes its result: the function, the
configuration, the seed, the code that it reaches and the keys of the units it needs. A *record*
is what came out, as JSON and ``.npy`` members, with the key, checksums and provenance.
Library versions and the processor are provenance: shown and compared, no part of the key.
"""

import contextlib
import dataclasses
import hashlib
import io
import json
import math
import os
import re
import shutil
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from dlexp import paths
from dlexp.lab.fingerprint import ENGINE, Code, closure

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Arrays: TypeAlias = Mapping[str, NDArray[Any]]

SCHEMA = 1
"""Of a record. Raise it when what a stored record hands on changes its meaning: all keys change."""

_LONGEST_NAME = 100
_FIELDS = frozenset(
    {"schema", "slug", "name", "key", "config", "seed", "numbers", "arrays", "code", "needs"}
    | {"provenance"}
)


class MissingResult(LookupError):
    """A record is asked for that is not there or not current; one line says how to get it."""


class DamagedRecord(ValueError):
    """A record's bytes are not those that were written; one line names the file."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What a measure function returns.

    Attributes
    ----------
    numbers : mapping of str to Json
        Finite numbers, strings, lists and dictionaries.
    arrays : mapping of str to array
        Weights, images, predictions; any shape and plain dtype.
    """

    numbers: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One configuration and one seed of one measure function.

    Attributes
    ----------
    measure : callable
        ``measure(config, seed, *records_of_needs) -> Measurement``, a top-level function.
    config : frozen dataclass
        Of plain values; its defaults are what is published.
    seed : int
    needs : tuple of Unit
        Their records are handed to ``measure``, in this order.
    """

    measure: Callable[..., Measurement]
    config: Any
    seed: int
    needs: tuple["Unit", ...] = ()

    def __post_init__(self) -> None:
        if "." in self.measure.__qualname__ or not hasattr(self.measure, "__module__"):
            raise ValueError(
                f"measure must be a top-level function; received {self.measure.__qualname__}"
            )
        if not dataclasses.is_dataclass(self.config) or isinstance(self.config, type):
            raise TypeError(f"config must be a dataclass instance; received {self.config!r}")

    @property
    def slug(self) -> str:
        """The chapter that the unit belongs to: the package of the measure function's module."""
        parts = self.measure.__module__.split(".")
        return parts[-2] if len(parts) > 1 else parts[0]

    @property
    def target(self) -> str:
        """The measure function in words, ``"module:name"``."""
        return f"{self.measure.__module__}:{self.measure.__qualname__}"

    @property
    def place(self) -> str:
        """The unit in words, ``"slug/name"``; no two units share it."""
        return f"{self.slug}/{self.name}"

    @property
    def settings(self) -> dict[str, Json]:
        """The configuration as plain values."""
        return cast(dict[str, Json], plain(dataclasses.asdict(self.config), "config"))

    @property
    def name(self) -> str:
        """A file name: the function, the settings that are not the published ones, the seed."""
        parts = [self.measure.__qualname__]
        for each in dataclasses.fields(self.config):
            value = getattr(self.config, each.name)
            if value != _default(each):
                parts.append(f"{each.name}={value}")
        name = re.sub(r"[^A-Za-z0-9._=+-]+", "_", "-".join([*parts, f"seed={self.seed}"]))
        if len(name) > _LONGEST_NAME:
            name = f"{name[:_LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        return name


def _default(of: "dataclasses.Field[Any]") -> object:
    if of.default_factory is not dataclasses.MISSING:
        return of.default_factory()
    return of.default


def plain(value: object, where: str) -> Json:
    """Return a value as JSON has it: NumPy scalars as numbers, tuples as lists.

    Raises
    ------
    ValueError
        For NaN and infinity; the message names the place.
    TypeError
        For whatever JSON does not have.

    Examples
    --------
    >>> plain({"a": (1, np.float32(0.5))}, "numbers")
    {'a': [1, 0.5]}
    >>> plain({"a": [float("nan")]}, "numbers")
    Traceback (most recent call last):
    ValueError: numbers must be finite; received nan at numbers.a[0]
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"numbers must be finite; received {value} at {where}")
    if isinstance(value, Mapping):
        return {_text(key, where): plain(each, f"{where}.{key}") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, f"{where}[{i}]") for i, each in enumerate(value)]
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    kind = type(value).__name__
    raise TypeError(f"values must be numbers, strings, lists or dicts; {where} is of type {kind}")


def _text(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys must be strings; received {key!r} in {where}")
    return key


# ---- keys -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """All that makes a unit's result, and its hash.

    Attributes
    ----------
    key : str
        64 hexadecimal digits.
    config : dict
    code : dict of str to str
        The symbols that the measure function and the configuration reach, with digests.
    needs : dict of str to str
        ``"slug/name"`` of each needed unit, with its key; in order.
    """

    key: str
    config: dict[str, Json]
    code: dict[str, str]
    needs: dict[str, str]


def identify(unit: Unit, code: Code) -> Identity:
    """Return the identity of a unit in the code as it stands."""
    of_config = type(unit.config)
    manifest = closure(code, unit.target, outside=ENGINE) | closure(
        code, f"{of_config.__module__}:{of_config.__qualname__}", outside=ENGINE
    )
    needs = {need.place: identify(need, code).key for need in unit.needs}
    made_of = {
        "schema": SCHEMA,
        "slug": unit.slug,
        "function": unit.measure.__qualname__,
        "config": unit.settings,
        "seed": unit.seed,
        "code": manifest,
        "needs": list(needs.values()),
    }
    return Identity(_hash(made_of), unit.settings, manifest, needs)


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


# ---- records ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """A finished unit.

    Attributes
    ----------
    slug, name, key : str
    config : dict
    seed : int
    numbers : dict
    arrays : mapping of str to array
        Read from disk when first asked for.
    provenance : dict
        Seconds (wall and processor), versions, processor, threads, date, commit.
    """

    slug: str
    name: str
    key: str
    config: dict[str, Any]
    seed: int
    numbers: dict[str, Any]
    arrays: Arrays
    provenance: dict[str, Any]


class _StoredArrays(Mapping[str, NDArray[Any]]):
    """The members of an ``.npz`` file, read and checked when first asked for."""

    def __init__(self, file: Path, entry: Mapping[str, Any]) -> None:
        self._file = file
        self._entry = entry
        self._loaded: dict[str, NDArray[Any]] | None = None

    def __getitem__(self, name: str) -> NDArray[Any]:
        if self._loaded is None:
            self._loaded = unpack(checked_bytes(self._file, self._entry["sha256"]))
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entry["members"])

    def __len__(self) -> int:
        return len(self._entry["members"])


def pack(arrays: Arrays) -> bytes:
    """Return arrays as the bytes of an ``.npz`` file: the same arrays, the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(arrays.items()):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")  # without a time of its own
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays in the bytes of an ``.npz`` file, read-only; never unpickles."""
    with np.load(io.BytesIO(data), allow_pickle=False) as members:
        arrays = {name: members[name] for name in members.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def checked_bytes(file: Path, sha256: str) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    DamagedRecord
        If they are missing or do not have the checksum.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise DamagedRecord(f"{file}: the arrays of a record must lie beside it") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DamagedRecord(f"{file}: SHA-256 must be {sha256[:12]}...; the file has another")
    return data


def _member(array: NDArray[Any], where: str) -> dict[str, Json]:
    if array.dtype.hasobject:
        raise TypeError(f"arrays must hold plain values; {where} holds Python objects")
    digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "sha256": digest}


def members(arrays: Arrays) -> dict[str, Json]:
    """Return type, shape and digest of each array, as a record lists them."""
    return {name: _member(np.asanyarray(a), f"array {name}") for name, a in sorted(arrays.items())}


# ---- the state of a unit ----------------------------------------------------------------------


class State(StrEnum):
    """How a unit stands in a store."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Standing:
    """How a unit stands in a store, and why."""

    state: State
    reasons: tuple[str, ...] = ()
    record: Record | None = None


def _differences(stored: Mapping[str, Any], present: Identity) -> tuple[str, ...]:
    """Say what of a stored record's making is another now."""
    if stored["schema"] != SCHEMA:
        return (f"schema {stored['schema']} -> {SCHEMA}",)
    reasons = _config_differences(stored["config"], present.config)
    old, new = stored["code"], present.code
    reasons += [
        f"{name} changed" for name in sorted(old.keys() & new.keys()) if old[name] != new[name]
    ]
    reasons += [f"{name} is no longer reached" for name in sorted(old.keys() - new.keys())]
    reasons += [f"{name} is reached now" for name in sorted(new.keys() - old.keys())]
    if stored["needs"] != present.needs:
        reasons += [
            f"unit {name} it needs is stale"
            for name, key in present.needs.items()
            if stored["needs"].get(name) != key
        ] or ["the units it needs are others"]
    return tuple(reasons) or ("its key is another",)


def _config_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    reasons = []
    for name in sorted(old.keys() | new.keys()):
        before, after = (
            json.dumps(each.get(name, "(none)"), sort_keys=True) for each in (old, new)
        )
        if before != after:
            reasons.append(f"config: {name} {before} -> {after}")
    return reasons


# ---- the store --------------------------------------------------------------------------------


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
        """Return where the JSON of a unit's record lies."""
        return self.folder / unit.slug / f"{unit.name}.json"

    def lock(self, unit: Unit) -> FileLock:
        """Return the lock that whoever computes a unit holds; the system frees it on a kill."""
        file = self.attic / "locks" / unit.slug / f"{unit.name}.lock"
        file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(file)

    # -- reading --

    def inspect(self, unit: Unit) -> Standing:
        """Return how a unit stands, and change nothing."""
        file = self.file(unit)
        try:
            entry = _read(file)
        except FileNotFoundError:
            return Standing(State.MISSING)
        except DamagedRecord as error:
            return Standing(State.DAMAGED, (str(error),))
        found = f"{entry['slug']}/{entry['name']}"
        if found != unit.place:
            rule = f"{file}: the record must be that of {unit.place}; it is that of {found}"
            return Standing(State.DAMAGED, (rule,))
        present = self.identify(unit)
        if entry["key"] != present.key and "DLEXP_ANY_KEY" not in os.environ:  # TEMPORARY
            return Standing(State.STALE, _differences(entry, present))
        try:
            return Standing(State.CURRENT, (), _record(entry, file))
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
            return cast(dict[str, Any], _read(self.file(unit))["provenance"])
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
            _write(file.with_suffix(".npz"), data)
        text = json.dumps(entry, indent=1, sort_keys=True, allow_nan=False)
        _write(file, f"{text}\n".encode())
        return _record(entry, file)

    def restore(self, unit: Unit) -> Record | None:
        """Take a unit's record back from the attic, if one with its present key is there."""
        key = self.identify(unit).key
        kept = self.attic / unit.slug / f"{key}.json"
        try:
            entry = _read(kept)
            if (entry["key"], entry["name"]) != (key, unit.name):
                return None
            record = _record(entry, kept)
            measurement = Measurement(numbers=record.numbers, arrays=dict(record.arrays))
        except (FileNotFoundError, DamagedRecord):
            return None
        return self.put(unit, measurement, record.provenance)

    def orphans(self, slug: str, units: Sequence[Unit]) -> list[Path]:
        """Return the files below a slug that belong to none of the units."""
        wanted = {unit.name for unit in units if unit.slug == slug}
        files = (file for file in (self.folder / slug).glob("[!.]*") if file.is_file())
        return sorted(file for file in files if file.stem not in wanted)

    def sweep(self, slug: str, units: Sequence[Unit]) -> list[Path]:
        """Move the orphans of a slug to the attic and return where they lay."""
        swept = self.orphans(slug, units)
        for file in swept:
            if file.suffix == ".json":
                self._retire(file)
        for file in swept:
            if file.exists():
                _move(file, self.attic / "orphans" / slug / file.name)
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
        entry["checksum"] = _hash(entry)
        return entry, data

    def _retire(self, file: Path) -> None:
        """Move a readable record to the attic by its key; the JSON, which makes it one, first."""
        try:
            entry = _read(file)
        except (FileNotFoundError, DamagedRecord):
            return
        place = self.attic / entry["slug"] / f"{entry['key']}.json"
        arrays = file.with_suffix(".npz")
        if entry["arrays"] and arrays.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(arrays, place.with_suffix(".npz"))
        _move(file, place)
        arrays.unlink(missing_ok=True)

    def _set_aside(self, unit: Unit) -> Path:
        file = self.file(unit)
        stem = f"{unit.slug}-{unit.name}-{time.strftime('%Y%m%dT%H%M%S')}-{uuid.uuid4().hex[:6]}"
        place = self.attic / "damaged" / f"{stem}.json"
        for suffix in (".json", ".npz"):
            with contextlib.suppress(FileNotFoundError):
                _move(file.with_suffix(suffix), place.with_suffix(suffix))
        return place


def _read(file: Path) -> dict[str, Any]:
    """Return the JSON of a record whose own checksum holds."""
    text = file.read_bytes()
    try:
        entry = json.loads(text)
        stated = entry.pop("checksum")
        holds = _hash(entry) == stated and entry.keys() >= _FIELDS
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DamagedRecord(f"{file}: a record must be a JSON object with a checksum") from None
    if not holds:
        raise DamagedRecord(f"{file}: the checksum must be that of the contents, and is not")
    return cast(dict[str, Any], entry)


def _record(entry: Mapping[str, Any], file: Path) -> Record:
    """Return the record of a JSON entry whose arrays have their checksum."""
    arrays: Arrays = {}
    if entry["arrays"]:
        archive = file.with_suffix(".npz")
        checked_bytes(archive, entry["arrays"]["sha256"])
        arrays = _StoredArrays(archive, entry["arrays"])
    parts = {name: entry[name] for name in ("slug", "name", "key", "config", "seed")}
    return Record(**parts, numbers=entry["numbers"], arrays=arrays, provenance=entry["provenance"])


def _write(file: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a kill or a power cut."""
    temporary = file.with_name(f".{file.stem}.{uuid.uuid4().hex}.tmp")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)


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

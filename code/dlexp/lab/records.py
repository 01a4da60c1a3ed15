"""Records: what came out of units, as JSON and ``.npy`` members, plain and safe to load."""

import hashlib
import io
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dlexp.lab.keys import hashed
from dlexp.lab.units import Arrays, Json

_FIELDS = frozenset(
    {"schema", "slug", "name", "key", "config", "seed", "numbers", "arrays", "code", "needs"}
    | {"provenance"}
)


class DamagedRecord(ValueError):
    """A record's bytes are not those that were written; one line names the file."""


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
        raise DamagedRecord(f"{file}: a record's arrays must lie beside it; got no file") from None
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise DamagedRecord(f"{file}: SHA-256 must be {sha256[:12]}...; got {actual[:12]}...")
    return data


def _member(array: NDArray[Any], where: str) -> dict[str, Json]:
    if array.dtype.hasobject:
        raise TypeError(f"arrays must hold plain values; got Python objects in {where}")
    digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "sha256": digest}


def members(arrays: Arrays) -> dict[str, Json]:
    """Return type, shape and digest of each array, as a record lists them."""
    return {name: _member(np.asanyarray(a), f"array {name}") for name, a in sorted(arrays.items())}


def read_entry(file: Path) -> dict[str, Any]:
    """Return the JSON of a record whose own checksum holds."""
    text = file.read_bytes()
    try:
        entry = json.loads(text)
        stated = entry.pop("checksum")
        holds = hashed(entry) == stated and entry.keys() >= _FIELDS
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DamagedRecord(f"{file}: a record must be a JSON object with a checksum") from None
    if not holds:
        raise DamagedRecord(f"{file}: the checksum must be that of the contents; got another")
    return cast(dict[str, Any], entry)


def as_record(entry: Mapping[str, Any], file: Path) -> Record:
    """Return the record of a JSON entry whose arrays have their checksum."""
    arrays: Arrays = {}
    if entry["arrays"]:
        archive = file.with_suffix(".npz")
        checked_bytes(archive, entry["arrays"]["sha256"])
        arrays = _StoredArrays(archive, entry["arrays"])
    parts = {name: entry[name] for name in ("slug", "name", "key", "config", "seed")}
    return Record(**parts, numbers=entry["numbers"], arrays=arrays, provenance=entry["provenance"])


def write_whole(file: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a kill or a power cut."""
    temporary = file.with_name(f".{file.stem}.{uuid.uuid4().hex}.tmp")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)

"""Records: what came out of units, as JSON and ``.npy`` members, plain and safe to load."""

import hashlib
import io
import json
import math
import os
import stat
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dlexp.lab.fields import FIELDS
from dlexp.lab.keys import hashed
from dlexp.lab.units import Arrays, Json

_HEADER = 2**16  # bytes before the values of an .npy member, at most

LARGEST = 512 * 2**20
"""Bytes; what all arrays of a record may take in memory."""


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

    @property
    def place(self) -> str:
        """The record in words, ``"slug/name"``."""
        return f"{self.slug}/{self.name}"

    @property
    def settings(self) -> dict[str, Any]:
        """What the record is chosen by: its configuration."""
        return self.config


class _StoredArrays(Mapping[str, NDArray[Any]]):
    """The members of an ``.npz`` file, read and checked when first asked for."""

    def __init__(self, file: Path, entry: Mapping[str, Any]) -> None:
        self._file = file
        self._entry = entry
        self._loaded: dict[str, NDArray[Any]] | None = None

    def __getitem__(self, name: str) -> NDArray[Any]:
        if self._loaded is None:
            data = checked_bytes(self._file, self._entry["sha256"])
            self._loaded = unpack(data, self._entry["members"], str(self._file))
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


def unpack(data: bytes, listed: Mapping[str, Any], name: str) -> dict[str, NDArray[Any]]:
    """Return the arrays in the bytes of an ``.npz`` file, read-only; never unpickles.

    Parameters
    ----------
    data : bytes
    listed : mapping of str to dict
        Type, shape and digest of each array, as :func:`members` gives them.
    name : str
        Of the file, for messages.

    Raises
    ------
    DamagedRecord
        If it has other arrays than those. Nothing larger than they is ever unpacked.
    """
    sizes = {key: _bytes_of(member) for key, member in listed.items()}
    if sum(sizes.values()) > LARGEST:
        rule = f"arrays must take at most {LARGEST} bytes; got {sum(sizes.values())}"
        raise DamagedRecord(f"{name}: {rule}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_alike("members", sorted(archive.namelist()), [f"{key}.npy" for key in listed])
            return {key: _unpacked(archive, key, listed[key], sizes[key]) for key in listed}
    except (ValueError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise DamagedRecord(f"{name}: {' '.join(str(error).split())}") from None


def _unpacked(
    archive: zipfile.ZipFile, key: str, listed: Mapping[str, Any], size: int
) -> NDArray[Any]:
    info = archive.getinfo(f"{key}.npy")
    if info.file_size > size + _HEADER:
        raise ValueError(f"array {key} must take {size} bytes; got {info.file_size}")
    stream = io.BytesIO(archive.read(info))
    np.lib.format.read_magic(stream)
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    form = {"dtype": dtype.str, "shape": list(shape)}
    _require_alike(f"array {key}", form, {"dtype": listed["dtype"], "shape": listed["shape"]})
    stream.seek(0)
    array: NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    _require_alike(f"array {key}", _member(array, key), listed)
    array.setflags(write=False)
    return array


def _require_alike(what: str, got: object, listed: object) -> None:
    if got != listed:
        raise ValueError(f"{what} must be {listed}, as listed; got {got}")


def _bytes_of(member: Mapping[str, Any]) -> int:
    """Return the bytes of an array of a listed type and shape."""
    return int(math.prod(member["shape"]) * np.dtype(member["dtype"]).itemsize)


def plain_bytes(file: Path) -> bytes:
    """Return the bytes of a plain file.

    Raises
    ------
    DamagedRecord
        If it is a folder, a link, a pipe or the like, which might lead anywhere or never end.
    FileNotFoundError
        If there is nothing.
    """
    if not stat.S_ISREG(file.lstat().st_mode):
        raise DamagedRecord(f"{file}: a record must be a plain file; got another kind")
    return file.read_bytes()


def checked_bytes(file: Path, sha256: str) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    DamagedRecord
        If they are missing or do not have the checksum.
    """
    try:
        data = plain_bytes(file)
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
    """Return the JSON of a record whose own checksum holds and whose fields have their types.

    Raises
    ------
    DamagedRecord
        If that is not so.
    FileNotFoundError
        If there is nothing.
    """
    text = plain_bytes(file)
    try:
        entry = json.loads(text)
        stated = entry.pop("checksum")
        holds = hashed(entry) == stated
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DamagedRecord(f"{file}: a record must be a JSON object with a checksum") from None
    if not holds:
        raise DamagedRecord(f"{file}: the checksum must be that of the contents; got another")
    for field, (rule, is_right) in FIELDS.items():
        if field not in entry or not is_right(entry[field]):
            got = repr(entry[field])[:40] if field in entry else "none"
            raise DamagedRecord(f"{file}: `{field}` must be {rule}; got {got}")
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

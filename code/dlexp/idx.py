"""IDX files, and the four of a dataset: read once, whole, and refused where anything is wrong.

Chapter: every one of them, by `dlexp.data`. An IDX file has a magic number, the sizes of its
array (all big-endian uint32), then the bytes of the array (LeCun et al., 1998).
"""

import gzip
import hashlib
import io
import math
import re
import stat
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

LARGEST = 2**30
"""Bytes that a file may have, and that an array may take; as floats it takes four times that."""

KINDS = {"images": 0x803, "labels": 0x801}
"""Kinds of files with their magic numbers: unsigned bytes in three dimensions, and in one."""

PARTS = {"train": "train", "test": "t10k"}
"""Parts of a dataset, and what MNIST calls them in the names of its files."""

_FILE_NAME = re.compile(
    r"(.*-)?(train|t10k|test)-(images(?=.idx3)|labels(?=.idx1))([-.])idx[13]-ubyte(?:\.gz)?"
)
_EXPANSION = 1_100  # gzip makes at most 1,032 bytes of one

Files: TypeAlias = Mapping[tuple[str, str], Sequence[Path]]
"""By part and kind: a file; or a plain one and its .gz, which must hold the same."""


class DataError(ValueError):
    """A dataset that cannot be used; the message is one line that names the file and the rule."""

    def __init__(self, message: str) -> None:
        # The name of a file may hold anything, even the end of a line.
        signs = (s if s.isprintable() else s.encode("unicode_escape").decode() for s in message)
        super().__init__("".join(signs))


class Pair(NamedTuple):
    """Images (n, height, width) and a label for each (n,); read-only."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


# --- Folders --------------------------------------------------------------------------------------


def files_of(folder: Path) -> Files:
    """Return the files of the one dataset that lies in a folder, by their names.

    Raises
    ------
    DataError
        If there is no dataset, more than one, or pieces of several.
    """
    files: dict[tuple[str, str], list[Path]] = {(p, k): [] for p in PARTS for k in KINDS}
    for path in _entries(folder):
        match = _FILE_NAME.fullmatch(path.name)
        if match is not None:
            files["train" if match[2] == "train" else "test", match[3]].append(path)
    for (part, kind), paths in files.items():
        names = [path.name.removesuffix(".gz") for path in paths]
        if not paths:
            name = f"{PARTS[part]}-{kind}-idx{KINDS[kind] & 0xFF}-ubyte"
            raise DataError(
                f"{folder.name}/{name}: the file must exist, plain or .gz; it is missing"
                f"{_below(folder)}"
            )
        if len(set(names)) > 1:
            raise DataError(
                f"{folder.name}: there must be one file of {part} {kind}; "
                f"got {paths[0].name} and {paths[-1].name}"
            )
    _require_one_dataset(folder, [paths[0].name for paths in files.values()])
    return files


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, without other folders."""
    try:
        return sorted(path for path in folder.iterdir() if not path.is_dir())
    except OSError as error:
        raise DataError(f"{folder.name}: must be readable; got: {error.strerror}") from None


def _require_one_dataset(folder: Path, names: Sequence[str]) -> None:
    """Refuse files whose names differ in more than the words for their part and their kind."""
    matches = [_FILE_NAME.fullmatch(name) for name in names]
    datasets = [(match[1], match[4]) for match in matches if match]
    words = [match[2] for match in matches if match]
    for i, j in ((0, 1), (0, 2), (2, 3)):
        if datasets[i] != datasets[j] or (i == 2 and words[i] != words[j]):
            raise DataError(
                f"{folder.name}: the files must be of one dataset, by their names; "
                f"got {names[i]} and {names[j]}"
            )


def _below(folder: Path) -> str:
    """Say where such files lie in folders below, as in the copies of some sites."""
    paths = [path for pattern in ("*/*", "*/raw/*") for path in sorted(folder.glob(pattern))]
    places = [p.parent.relative_to(folder) for p in paths if _FILE_NAME.fullmatch(p.name)]
    return f" (there are such files in {places[0].as_posix()})" if places else ""


# --- Files ----------------------------------------------------------------------------------------


def read_pairs(files: Files, checksums: Mapping[str, str]) -> dict[str, Pair]:
    """Return the training and the test pair, each file read once.

    Parameters
    ----------
    files : mapping
        As `files_of` gives them.
    checksums : mapping
        SHA-256 that files must have, by name: those of the very bytes that are used.

    Raises
    ------
    DataError
        If a file is missing, damaged, too large, or does not fit its partner.
    """
    arrays = {key: _read_all(paths, key[1], checksums) for key, paths in files.items()}
    for part in PARTS:
        images, labels = (files[part, kind][0].name for kind in KINDS)
        _require_pair(images, arrays[part, "images"], labels, arrays[part, "labels"])
    trained, tested = (arrays[part, "images"].shape[1:] for part in PARTS)
    if trained != tested:
        raise DataError(
            f"{files['test', 'images'][0].name}: images must be {trained} like the training "
            f"images; got {tested}"
        )
    return {part: Pair(arrays[part, "images"], arrays[part, "labels"]) for part in PARTS}


def mapped(path: Path, sha256: str) -> NDArray[np.uint8] | None:
    """Return the array of a plain IDX file, mapped into memory, if the file is the one meant.

    Parameters
    ----------
    path : Path
    sha256 : str
        Of the very bytes that are mapped.

    Returns
    -------
    uint8 array, read-only, or None
        None if the file is not there, or another.
    """
    try:
        content = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError):  # an empty file cannot be mapped
        return None
    if hashlib.sha256(content.data).hexdigest() != sha256:
        return None
    num_sizes = int(content[3])
    header = 4 * (1 + num_sizes)
    shape = content[4:header].view(">u4").tolist()
    return content[header:].reshape(shape)


def unpacked(array: NDArray[np.uint8]) -> bytes:
    """Return an array as the bytes of a plain IDX file.

    Examples
    --------
    >>> unpacked(np.array([7, 8], np.uint8)).hex(" ", -4)
    '00000801 00000002 0708'
    """
    sizes = array.shape
    return struct.pack(f">{1 + len(sizes)}I", 0x800 + len(sizes), *sizes) + array.tobytes()


def _require_pair(
    images: str, pixels: NDArray[np.uint8], labels: str, digits: NDArray[np.uint8]
) -> None:
    if len(pixels) != len(digits):
        raise DataError(
            f"{labels}: there must be one label for each of the {len(pixels)} images in "
            f"{images}; got {len(digits)}"
        )
    if not len(pixels):
        raise DataError(f"{images}: there must be one image at least; got none")
    if not pixels.size:
        raise DataError(f"{images}: images must have one pixel at least; got {pixels.shape[1:]}")


def _read_all(paths: Sequence[Path], kind: str, checksums: Mapping[str, str]) -> NDArray[np.uint8]:
    first, *others = (_read(path, kind, checksums.get(path.name)) for path in paths)
    if not all(np.array_equal(first, other) for other in others):
        raise DataError(f"{paths[-1].name}: must hold the same as {paths[0].name}; got other bytes")
    return first


def _read(path: Path, kind: str, sha256: str | None) -> NDArray[np.uint8]:
    content = _content(path)
    actual = hashlib.sha256(content).hexdigest()
    if sha256 is not None and actual != sha256:
        raise DataError(
            f"{path.name}: SHA-256 must be {sha256[:12]}...; got {actual[:12]}... "
            "(restore it with `git checkout data`)"
        )
    if path.suffix != ".gz":
        return _array(path.name, io.BytesIO(content), KINDS[kind], LARGEST)
    try:
        with gzip.open(io.BytesIO(content)) as unpacked:
            # A small file cannot hold much, whatever it says.
            most = min(LARGEST, _EXPANSION * len(content))
            return _array(path.name, unpacked, KINDS[kind], most)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path.name}: must be a whole gzip file; got: {error}") from None


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, for ever
            raise DataError(f"{path.name}: must be a regular file; got another kind of entry")
        if status.st_size > LARGEST:
            raise DataError(f"{path.name}: must have {LARGEST} bytes at most; got {status.st_size}")
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path.name}: the file must exist; it is missing") from None
    except OSError as error:
        raise DataError(f"{path.name}: must be readable; got: {error.strerror}") from None


def _array(name: str, stream: io.BufferedIOBase, magic: int, most: int) -> NDArray[np.uint8]:
    """Return the array of an IDX file, of which no more is read than its header announces."""
    num_sizes = magic & 0xFF
    header = 4 * (1 + num_sizes)
    start = stream.read(header)
    if len(start) < header:
        raise DataError(f"{name}: an IDX header takes {header} bytes; got {len(start)}")
    found, *shape = struct.unpack(f">{1 + num_sizes}I", start)
    if found != magic:
        raise DataError(f"{name}: the magic number must be {magic:#x}; got {found:#x}")
    expected = header + math.prod(shape)
    content = stream.read(expected - header + 1) if expected <= most else b""
    if header + len(content) != expected:
        got = "more" if len(content) > expected - header else f"{header + len(content)}"
        got = f"at most {most}" if expected > most else got
        raise DataError(f"{name}: shape {tuple(shape)} takes {expected} bytes; got {got}")
    return np.frombuffer(content, np.uint8).reshape(shape)

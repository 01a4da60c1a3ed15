"""Records whose checksums are right and whose contents are not: refused, and nothing leaves."""

import hashlib
import io
import json
import os
import zipfile
from typing import Any

import numpy as np
import pytest

from benches import NUMBERS, PROVENANCE
from dlexp.lab import keys, records
from dlexp.lab.standing import State
from dlexp.lab.units import Measurement


def _forge(stored, **fields: Any) -> None:
    """Change fields of the first record, and sign it again."""
    file = stored.folder / "draw-seed=0.json"
    entry = {**records.read_entry(file), **fields}
    entry = {name: value for name, value in entry.items() if value is not ...}
    file.write_text(json.dumps({**entry, "checksum": keys.hashed(entry)}))


def _reason(stored, unit) -> str:
    standing = stored.store().inspect(unit)
    assert standing.state is State.DAMAGED
    (reason,) = standing.reasons
    assert "\n" not in reason
    return reason


DIGEST = "0" * 64


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "../../escaped", "`slug` must be a word; got '../../escaped'"),
        ("slug", "..", "`slug` must be a word; got '..'"),
        ("name", "a/b", "`name` must be a word"),
        ("name", ".hidden", "`name` must be a word"),
        ("key", "../chosen", "`key` must be a SHA-256; got '../chosen'"),
        ("key", DIGEST + "\n", "`key` must be a SHA-256"),
        ("schema", True, "`schema` must be a whole number; got True"),
        ("seed", "0", "`seed` must be a whole number; got '0'"),
        ("config", [], "`config` must be an object; got []"),
        ("numbers", ..., "`numbers` must be an object; got none"),
        ("numbers", 3, "`numbers` must be an object; got 3"),
        ("code", {"a": 1}, "`code` must be an object of digests"),
        ("needs", [["a", "b"]], "`needs` must be an object of keys"),
        ("arrays", {"sha256": DIGEST, "members": []}, "`arrays` must be a checksum and a list"),
        ("arrays", {"sha256": "x", "members": {}}, "`arrays` must be a checksum and a list"),
        ("provenance", {"versions": {"numpy": 2}}, "`provenance` must be times, versions"),
        ("provenance", {"seconds": "1"}, "`provenance` must be times, versions"),
    ],
)
def test_field_of_a_wrong_kind_is_named(stored, unit, field, value, words):
    _forge(stored, **{field: value})
    assert words in _reason(stored, unit)


def test_no_record_leads_out_of_the_store(stored, unit, tmp_path):
    """A record in the way of another is moved to the attic by its own words."""
    before = {file for file in tmp_path.parent.rglob("*") if file.is_file()}
    _forge(stored, slug="../../escaped", key="../chosen")
    stored.store().put(unit, Measurement(numbers=NUMBERS), PROVENANCE)
    stored.store().sweep("toy", [])
    new = {file for file in tmp_path.parent.rglob("*") if file.is_file()} - before
    assert new
    assert all(file.is_relative_to(stored.attic) for file in new)


@pytest.mark.parametrize("which", ["folder", "slug"])
def test_linked_folder_is_refused(stored, unit, tmp_path, which):
    """It may lead to somebody else's files, which a sweep would move away."""
    linked = stored.folder if which == "slug" else stored.folder.parent
    elsewhere = tmp_path / "elsewhere"
    linked.rename(elsewhere)
    linked.symlink_to(elsewhere)
    (elsewhere / "thesis.txt").write_text("mine")
    store = stored.store()
    for act in (
        lambda: store.inspect(unit),
        lambda: store.sweep("toy", []),
        lambda: store.put(unit, Measurement(numbers=NUMBERS), PROVENANCE),
    ):
        with pytest.raises(NotADirectoryError, match="a folder of records must not be a link"):
            act()
    assert (elsewhere / "thesis.txt").exists()


@pytest.mark.parametrize("suffix", [".json", ".npz"])
@pytest.mark.parametrize("kind", ["folder", "link", "loop", "pipe"])
def test_only_a_plain_file_is_a_record(stored, unit, tmp_path, kind, suffix):
    file = stored.folder / f"draw-seed=0{suffix}"
    file.rename(tmp_path / "other")
    make = {
        "folder": file.mkdir,
        "link": lambda: file.symlink_to(tmp_path / "other"),
        "loop": lambda: file.symlink_to(file),
        "pipe": lambda: os.mkfifo(file),
    }
    make[kind]()
    assert "a record must be a plain file" in _reason(stored, unit)
    assert stored.store().get(unit) is None
    assert not file.is_symlink()
    assert not file.exists()
    assert (tmp_path / "other").exists()


def _archive(content: bytes, name: str = "a.npy") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array)
    return buffer.getvalue()


SMALL = np.zeros(3)


LISTED = {"dtype": "<f8", "shape": [3], "sha256": hashlib.sha256(SMALL.tobytes()).hexdigest()}


@pytest.mark.parametrize(
    ("data", "changes", "words"),
    [
        (_archive(bytes(10**8)), {}, "array a must take 24 bytes; got 100000000"),
        (_archive(_npy(SMALL)), {"shape": [10**9]}, "arrays must take at most"),
        (_archive(_npy(SMALL), "b.npy"), {}, "members must be ['a.npy'], as listed; got ['b.npy']"),
        (_archive(_npy(SMALL + 1)), {}, "array a must be"),
        (_archive(_npy(np.zeros(2))), {}, "'shape': [3]}, as listed"),
        (_archive(_npy(np.zeros(3, np.int64))), {}, "array a must be {'dtype': '<f8'"),
        (_archive(_npy(SMALL)[:-1]), {}, "array a"),
        (_archive(b"no array"), {}, "magic"),
        (b"no archive", {}, "not a zip file"),
    ],
)
def test_archive_of_other_arrays_is_refused(data, changes, words):
    listed = {"a": {**LISTED, **changes}}
    with pytest.raises(records.DamagedRecord) as caught:
        records.unpack(data, listed, "x.npz")
    message = str(caught.value)
    assert message.startswith("x.npz: ")
    assert words in message or words == "array a"
    assert "\n" not in message


def test_header_that_asks_for_more_than_there_is_takes_no_memory():
    """NumPy makes room for what a header says before it reads the values."""
    buffer = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**14,)}
    np.lib.format.write_array_header_1_0(buffer, header)
    with pytest.raises(records.DamagedRecord, match=r"got .*100000000000000"):
        records.unpack(_archive(buffer.getvalue()), {"a": LISTED}, "x.npz")


def test_archive_as_listed_is_read():
    np.testing.assert_array_equal(
        records.unpack(_archive(_npy(SMALL)), {"a": LISTED}, "x.npz")["a"], SMALL, strict=True
    )

"""What each field of a record must be: a record may come from anywhere, its checksum right."""

import re
from collections.abc import Callable

import numpy as np


def _is_word(value: object) -> bool:
    """Whether a value can be a part of a path, and of none but its own folder."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_][\w.=+-]*", value) is not None


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_listing(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, dict) or not _is_digest(value.get("sha256")):
        return False
    listed = value.get("members")
    return isinstance(listed, dict) and all(_is_member(member) for member in listed.values())


def _is_member(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"dtype", "shape", "sha256"}:
        return False
    shape = value["shape"]
    whole = isinstance(shape, list) and all(type(n) is int and n >= 0 for n in shape)
    try:
        return whole and not np.dtype(value["dtype"]).hasobject
    except (TypeError, ValueError):
        return False


def _is_provenance(value: object) -> bool:
    if not isinstance(value, dict) or not _is_texts(value.get("versions", {})):
        return False
    times = (value.get(name, 0.0) for name in ("seconds", "cpu_seconds"))
    return all(isinstance(time, int | float) and time >= 0 for time in times)


FIELDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "schema": ("a whole number", lambda value: type(value) is int),
    "slug": ("a word", _is_word),
    "name": ("a word", _is_word),
    "key": ("a SHA-256", _is_digest),
    "config": ("an object", lambda value: isinstance(value, dict)),
    "seed": ("a whole number", lambda value: type(value) is int),
    "numbers": ("an object", lambda value: isinstance(value, dict)),
    "arrays": ("a checksum and a list of members, or null", _is_listing),
    "code": ("an object of digests", _is_texts),
    "needs": ("an object of keys", _is_texts),
    "provenance": ("times, versions and the like", _is_provenance),
}
"""The rule for each field, in words, and whether a value keeps it."""

"""How far a recomputed record is from the published one, and how far it may be.

In the same environment nothing may differ, to the last bit, but what a clock measured. In another
one sums are taken in another order, and training makes much of little: there a quantity may be
off by what is between records of other seeds. A *quantity* is an array, or all numbers that have
one name; how far apart two records are in it is taken twice: as the root of the mean square of what
its values differ by, and as the largest of these differences.
"""

import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlexp.lab.records import Record, members
from dlexp.lab.units import Json

ROUNDING = 1e-5
"""Relative; what any quantity may differ by in another environment, whatever its siblings do."""

FACTOR = 10.0
"""How many times the distance between two other seeds a quantity may differ by.

A net that a rounding error sends on another way may end as far away as one of another seed does. A
normal number of which four other seeds are known does so, to the point of ten times their distance,
once in 470 times (Student's t with three degrees of freedom); a curve or an array all but never.
"""

LONE = 0.1
"""What a fraction may differ by that has no other seeds, as a part of its size; counts must not."""

_ENVIRONMENT = ("python", "versions", "platform", "processor", "instructions", "model", "threads")

_ARRAY = "array "  # begins the name of a quantity that is one

Quantities: TypeAlias = dict[str, NDArray[Any]]

Distance: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], float]

Findings: TypeAlias = tuple[list[str], list[str]]
"""What is outside the band, and what differs inside it, in words."""


def environment_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where two provenances name other machines or versions; nothing where one is silent."""
    old, new = (dict(leaves({k: p.get(k) for k in _ENVIRONMENT})) for p in (before, after))
    return tuple(
        f"{path}: {old[path]} -> {new[path]}"
        for path in sorted(old.keys() & new.keys())
        if old[path] != new[path] and None not in (old[path], new[path])
    )


def exact(published: Record, fresh: Record) -> list[str]:
    """Return every difference of two records, in words."""
    before, after = (dict(leaves(record.numbers)) for record in (published, fresh))
    lines = [
        f"{path}: {_shown(before, path)} -> {_shown(after, path)}"
        for path in _all(before, after)
        if path not in before or path not in after or not _same(before[path], after[path])
    ]
    old, new = members(published.arrays), members(fresh.arrays)
    for name in _all(old, new):
        if old.get(name) != new.get(name):
            lines.append(f"array {name}: {_difference(published.arrays, fresh.arrays, name)}")
    return lines


def form(published: Record, fresh: Record) -> list[str]:
    """Return the differences in names, types and shapes, in words: what no environment explains."""
    before, after = _quantities(published), _quantities(fresh)
    return [
        f"{name}: {_form(name, before.get(name))} -> {_form(name, after.get(name))}"
        for name in _all(before, after)
        if _form(name, before.get(name)) != _form(name, after.get(name))
    ]


def banded(published: Record, fresh: Record, siblings: Sequence[Record]) -> Findings:
    """Compare two records that were made in different environments.

    Parameters
    ----------
    published, fresh : Record
    siblings : sequence of Record
        Those of the other seeds. The record in question has no part in its band, or a wrong one
        would make its own wide enough.
    """
    outside = form(published, fresh)
    inside: list[str] = []
    others = [_quantities(record) for record in siblings]
    before, after = _quantities(published), _quantities(fresh)
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name], after[name]
        if _form(name, old) != _form(name, new) or np.array_equal(old, new):
            continue
        alike = [o[name] for o in others if _form(name, o.get(name)) == _form(name, old)]
        if old.dtype.kind == "U":
            known = {word for other in [old, *alike] for word in other.ravel()}
            strange = sorted(set(new.ravel()) - known)
            (outside if strange else inside).append(f"{name}: {_words(old)} -> {_words(new)}")
            continue
        for distance in (apart, farthest):
            got, band = distance(old, new), _band(distance, old, alike)
            if not got <= band < np.inf:  # NaN, too
                outside.append(f"{name}: differs by {got:.3g} (band {band:.3g})")
                break
        else:
            inside.append(f"{name}: differs by {got:.3g} at the most (band {band:.3g})")
    return outside, inside


def apart(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the root mean square of the differences of two arrays; NaN is like NaN.

    Examples
    --------
    >>> apart(np.array([1.0, 2.0]), np.array([1.0, 5.0]))
    2.1213203435596424
    """
    differences = _differences(one, other)
    return float(np.sqrt(np.mean(np.square(differences)))) if differences.size else 0.0


def farthest(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the largest difference of two arrays; NaN is like NaN.

    Examples
    --------
    >>> farthest(np.array([1.0, 2.0]), np.array([1.0, 5.0]))
    3.0
    """
    differences = _differences(one, other)
    return float(np.max(np.abs(differences))) if differences.size else 0.0


def _differences(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    same = (first == second) | (np.isnan(first) & np.isnan(second))  # infinities, too
    return np.subtract(first, second, out=np.zeros(first.shape), where=~same)


def _band(distance: Distance, old: NDArray[Any], siblings: Sequence[NDArray[Any]]) -> float:
    size = distance(np.nan_to_num(old.astype(float), posinf=0.0, neginf=0.0), np.zeros(old.shape))
    pairs = [distance(one, other) for one, other in itertools.combinations(siblings, 2)]
    if pairs:
        return max(FACTOR * float(np.sqrt(np.mean(np.square(pairs)))), ROUNDING * size)
    return size * (LONE if old.dtype.kind == "f" else ROUNDING)


def leaves(value: Json, path: str = "") -> list[tuple[str, Any]]:
    """Return every single value in nested numbers, with its path.

    Examples
    --------
    >>> leaves({"loss": [0.5, 0.25], "run": {"epochs": 2}})
    [('loss[0]', 0.5), ('loss[1]', 0.25), ('run.epochs', 2)]
    """
    if isinstance(value, Mapping):
        below = ((f"{path}.{name}" if path else name, item) for name, item in value.items())
    elif isinstance(value, list):
        below = ((f"{path}[{i}]", item) for i, item in enumerate(value))
    else:
        return [(path, value)]
    return [leaf for place, item in below for leaf in leaves(item, place)]


def _quantities(record: Record) -> Quantities:
    named: dict[str, list[Any]] = {}
    for path, value in leaves(record.numbers):
        named.setdefault(re.sub(r"\[\d+\]", "[]", path), []).append(value)
    numbers = {name: _column(values) for name, values in named.items()}
    return numbers | {f"{_ARRAY}{name}": np.asarray(a) for name, a in record.arrays.items()}


def _column(values: list[Any]) -> NDArray[Any]:
    """Return values as whole numbers, as numbers, or as texts, as truths are: they have no size."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        whole = all(isinstance(value, int) for value in values)
        return np.array(values, np.float64).astype(np.int64 if whole else np.float64)
    return np.array([json.dumps(value) for value in values], np.str_)


def _form(name: str, quantity: NDArray[Any] | None) -> str:
    if quantity is None:
        return "(none)"
    if name.startswith(_ARRAY):
        return f"{quantity.dtype} of shape {quantity.shape}"
    return f"{quantity.size} {'texts' if quantity.dtype.kind == 'U' else 'numbers'}"


def _words(quantity: NDArray[Any]) -> str:
    return " ".join(str(word) for word in quantity.ravel()[:4])


def _shown(values: Mapping[str, Any], path: str) -> str:
    return json.dumps(values[path]) if path in values else "(none)"


def _difference(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> str:
    if name not in old or name not in new:
        return "is there in one of them"
    one, other = np.asarray(old[name]), np.asarray(new[name])
    if (one.dtype, one.shape) != (other.dtype, other.shape):
        return f"{_form(_ARRAY, one)} -> {_form(_ARRAY, other)}"
    return f"differs in {np.sum(one != other)} of {one.size} values"


def _same(old: object, new: object) -> bool:
    return type(old) is type(new) and old == new


def _all(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return sorted(old.keys() | new.keys())

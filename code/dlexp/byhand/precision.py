"""In which precision functions by hand compute, and which one their results have.

No result is of a wider precision than the widest array that came in. Half precision is computed
in single; where single is too narrow on the way (1e30² is), double takes its place. From finite
numbers come finite results: one that its precision cannot hold is refused, and never infinite in
silence. With numbers that are not finite one computes as IEEE 754 says.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import numpy as np

from dlexp.byhand.arrays import Floats

P = ParamSpec("P")
R = TypeVar("R")
Precisions: TypeAlias = Mapping[type, type]

_ATTEMPTS: tuple[Precisions, ...] = (
    {np.float16: np.float32},
    {np.float16: np.float64, np.float32: np.float64},
)
"""In which precision arrays are computed instead of their own: first as little as can be."""


class Overflow(ValueError):
    """A result that no finite number of its precision stands for."""


def keeps_precision(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function compute in a precision that is enough, and return the one that it was given.

    Arrays count as they come, or in a tuple, such as the weights of a layer.

    Examples
    --------
    >>> @keeps_precision
    ... def variance(x: Floats) -> Floats:
    ...     return x.var(axis=0)
    >>> variance(np.array([[2.0], [4.0]], np.float16))
    array([1.], dtype=float16)
    >>> variance(np.array([[-300.0], [300.0]], np.float16))
    Traceback (most recent call last):
        ...
    dlexp.byhand.precision.Overflow: the result of variance must fit float16; \
got arrays of values up to 300
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        values = (*args, *kwargs.values())
        widest = np.result_type(np.float16, *_arrays(values))
        for wider in _ATTEMPTS:
            try:
                result = _computed(cast(Any, function), args, kwargs, wider, widest)
            except Overflow:  # of a function that this one calls
                continue
            if _are_finite((result,)) or not _are_finite(values):
                return cast(R, result)
        largest = max(float(np.abs(array).max(initial=0)) for array in _arrays(values))
        raise Overflow(
            f"the result of {function.__name__} must fit {widest}; "
            f"got arrays of values up to {largest:.3g}"
        )

    return call


def _computed(
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, Any],
    wider: Precisions,
    widest: np.dtype[Any],
) -> object:
    """Return what a function makes of wider arrays, no wider than it should be."""

    def widened(array: Floats) -> Floats:
        return array.astype(wider.get(array.dtype.type, array.dtype), copy=False)

    def narrowed(array: Floats) -> Floats:
        return array.astype(widest, copy=False) if array.dtype.itemsize > widest.itemsize else array

    with np.errstate(all="ignore"):  # what is not finite is looked at
        named = {name: _mapped(value, widened) for name, value in kwargs.items()}
        found = function(*(_mapped(value, widened) for value in args), **named)
        return _mapped(found, narrowed)


def _mapped(value: object, change: Callable[[Floats], Floats]) -> object:
    """Return a value with its arrays of floats changed, also those in a tuple."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return change(value)
    if isinstance(value, tuple):
        changed = (_mapped(each, change) for each in value)
        return value._make(changed) if hasattr(value, "_make") else tuple(changed)
    return value


def _arrays(values: Iterable[object]) -> Iterator[Floats]:
    """Yield the arrays of floats among values, also those in a tuple."""
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield value
        elif isinstance(value, tuple):
            yield from _arrays(value)


def _are_finite(values: Iterable[object]) -> bool:
    """Return whether all arrays and numbers are finite."""
    numbers = (value for value in values if isinstance(value, float | np.floating))
    return all(np.isfinite(each).all() for each in (*numbers, *_arrays(values)))

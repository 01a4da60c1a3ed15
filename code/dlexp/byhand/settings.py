"""What the functions of this package ask of their settings: whole numbers, shares, words.

A refusal states the rule and then the value, as in `dlexp.byhand.arrays`.
"""

import dataclasses
import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlexp.byhand.arrays import require

Pair: TypeAlias = int | tuple[int, int]
"""One number for height and width, or one for each."""

P = ParamSpec("P")
T = TypeVar("T")

_TABLES = {1: "a list of", 2: "rows of as many"}


def counts_exactly(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function count in Python's integers, which never overflow, whatever comes in.

    Examples
    --------
    >>> @counts_exactly
    ... def twice(number: int) -> int:
    ...     return 2 * number
    >>> twice(np.int8(100))
    200
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        named = {name: _exact(value) for name, value in kwargs.items()}
        return cast(T, cast(Any, function)(*map(_exact, args), **named))

    return call


def _exact(value: Any) -> Any:
    """Return a value with Python's integers for NumPy's, also in a sequence, or in a layer."""
    if isinstance(value, np.integer):
        return int(value)
    if type(value) in (tuple, list):
        return type(value)(map(_exact, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = {
            field.name: _exact(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **own)
    return value


def pair(name: str, value: Pair) -> tuple[int, int]:
    """Return a number for height and one for width, or raise a ValueError that names ``name``.

    Examples
    --------
    >>> pair("stride", 2), pair("stride", (1, 3))
    ((2, 2), (1, 3))
    """
    numbers = value if isinstance(value, tuple) else (value, value)
    require(
        len(numbers) == 2 and all(map(_is_integer, numbers)),
        f"`{name}` must be an integer or a pair of integers",
        repr(value),
    )
    return operator.index(numbers[0]), operator.index(numbers[1])


def require_at_least(least: int, **values: int) -> None:
    """Raise a ValueError that names a number which is no integer, or below ``least``.

    Examples
    --------
    >>> require_at_least(1, kernel=3, stride=0)
    Traceback (most recent call last):
        ...
    ValueError: `stride` must be an integer >= 1; got stride=0
    """
    for name, value in values.items():
        require(
            _is_integer(value) and value >= least,
            f"`{name}` must be an integer >= {least}",
            f"{name}={value!r}",
        )


def require_between(least: int, most: int, **values: int) -> None:
    """Raise a ValueError that names a number which is no integer from ``least`` to ``most``.

    Examples
    --------
    >>> require_between(1, 3, keep=4)
    Traceback (most recent call last):
        ...
    ValueError: `keep` must be an integer in 1 ... 3; got keep=4
    """
    for name, value in values.items():
        require(
            _is_integer(value) and least <= value <= most,
            f"`{name}` must be an integer in {least} ... {most}",
            f"{name}={value!r}",
        )


def _is_integer(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def require_sizes(least: int, **values: Sequence[int]) -> None:
    """Raise a ValueError that names what is no sequence of integers, each >= ``least``.

    Examples
    --------
    >>> require_sizes(1, shape=(28, 28, 0))
    Traceback (most recent call last):
        ...
    ValueError: `shape` must be a sequence of integers >= 1; got (28, 28, 0)
    """
    for name, value in values.items():
        require(
            _is_sequence(value) and all(_is_integer(n) and n >= least for n in value),
            f"`{name}` must be a sequence of integers >= {least}",
            repr(value),
        )


def _is_sequence(value: object) -> bool:
    return isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.ndim == 1)


def require_number(**values: float) -> None:
    """Raise a ValueError that names what is no number; it may be infinite, or NaN."""
    _require_real("a number", lambda _: True, values)


def require_positive(**values: float) -> None:
    """Raise a ValueError that names a number which is not above zero, or not finite."""
    _require_real("positive", lambda value: 0 < value < np.inf, values)


def require_zero_or_more(**values: float) -> None:
    """Raise a ValueError that names a number which is below zero, or not finite."""
    _require_real("zero or more, and finite", lambda value: 0 <= value < np.inf, values)


def require_inside(**values: float) -> None:
    """Raise a ValueError that names a number outside (0, 1), without its ends."""
    _require_real("in (0, 1)", lambda value: 0 < value < 1, values)


def require_share(**values: float) -> None:
    """Raise a ValueError that names a number outside [0, 1]."""
    _require_real("in [0, 1]", lambda value: 0 <= value <= 1, values)


def require_rate(**values: float) -> None:
    """Raise a ValueError that names a number outside [0, 1): a share that is never the whole."""
    _require_real("in [0, 1)", lambda value: 0 <= value < 1, values)


def _require_real(rule: str, holds: Callable[[float], bool], values: dict[str, float]) -> None:
    for name, value in values.items():
        # A fraction, or a number of more digits than a double, would change the type of arrays.
        is_number = isinstance(value, int | float | np.number) and not isinstance(
            value, bool | np.complexfloating | np.longdouble
        )
        require(is_number and holds(value), f"`{name}` must be {rule}", repr(value))


def require_one_of(choices: Sequence[object], **values: object) -> None:
    """Raise a ValueError that names an argument which is none of the choices.

    Examples
    --------
    >>> require_one_of(("simple", "lstm", "gru"), kind="rnn")
    Traceback (most recent call last):
        ...
    ValueError: `kind` must be "simple", "lstm" or "gru"; got 'rnn'
    """
    *most, last = (f'"{choice}"' if isinstance(choice, str) else repr(choice) for choice in choices)
    for name, value in values.items():
        is_choice = (isinstance(value, str) or _is_integer(value)) and value in choices
        require(is_choice, f"`{name}` must be {', '.join(most)} or {last}", repr(value))


def require_instance(kind: type | tuple[type, ...], words: str, **values: object) -> None:
    """Raise a ValueError that names an argument which is not of a kind.

    Examples
    --------
    >>> require_instance(np.random.Generator, "a NumPy generator", generator=0)
    Traceback (most recent call last):
        ...
    ValueError: `generator` must be a NumPy generator; got 0
    """
    for name, value in values.items():
        require(isinstance(value, kind), f"`{name}` must be {words}", repr(value))


def require_function(**values: object) -> None:
    """Raise a ValueError that names what is no function; a class makes objects, and is none.

    Examples
    --------
    >>> require_function(loss=0.5)
    Traceback (most recent call last):
        ...
    ValueError: `loss` must be a function; got 0.5
    """
    for name, value in values.items():
        is_function = callable(value) and not isinstance(value, type)
        require(is_function, f"`{name}` must be a function", repr(value))


def require_all(kind: type | tuple[type, ...], words: str, **values: Sequence[Any]) -> None:
    """Raise a ValueError that names what is no sequence of a kind, alone."""
    for name, value in values.items():
        fits = isinstance(value, tuple | list) and all(isinstance(each, kind) for each in value)
        # To write arrays out costs more than a step with them.
        require(fits, f"`{name}` must be a sequence of {words}", "" if fits else repr(value))


def numbers(name: str, values: ArrayLike, num_axes: int) -> NDArray[np.float64]:
    """Return numbers in double precision, or raise a ValueError that names ``name``.

    Examples
    --------
    >>> numbers("scores", [1, 2.5], 1)
    array([1. , 2.5])
    """
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):  # rows of several lengths
        array = np.empty(0, object)
    require(
        array.dtype.kind in "iuf" and array.ndim == num_axes,
        f"`{name}` must be {_TABLES[num_axes]} numbers",
        repr(values),
    )
    return array.astype(np.float64)


def require_given(name: str, value: T | None, when: str) -> T:
    """Return an argument that is optional otherwise; raise a ValueError if it is None."""
    if value is None:
        raise ValueError(f"`{name}` must be given {when}; got None")
    return value

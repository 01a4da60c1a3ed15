"""Where two results are apart, and what a function was called with, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

FLOAT64 = 1e-9
"""How far numbers may be apart, times the largest of them, or one."""


def difference(got: Any, expected: Any, tolerance: float = FLOAT64) -> tuple[str, str] | None:
    """Return in words what was expected and what came, where the two are apart.

    Parameters
    ----------
    got : object
        Whatever came out.
    expected : array, number, str, or a tuple of these, or a mapping from their names
        The names say which part of a tuple is wrong.
    tolerance : float
        Times the largest number that is expected, or one.

    Examples
    --------
    >>> difference(np.array([1.0, 2.5]), np.array([1.0, 2.0]))
    ('2.0 at [1]', '2.5')
    >>> difference([1.0, 2.0], np.array([1.0, 2.0])) is None
    True
    >>> difference(np.zeros(3), np.zeros((3, 1)))
    ('shape (3, 1)', 'shape (3,)')
    """
    if isinstance(expected, str):
        return None if got == expected else (expected, str(got))
    if isinstance(expected, tuple):
        names = getattr(expected, "_fields", [f"part {i}" for i in range(len(expected))])
        expected = dict(zip(names, expected, strict=True))
    if isinstance(expected, Mapping):
        return _difference_of_parts(got, expected, tolerance)
    try:
        array = np.asarray(got, dtype=np.float64)
    except (TypeError, ValueError):
        return "numbers", f"{type(got).__name__}"
    wanted = np.asarray(expected, dtype=np.float64)
    if array.shape != wanted.shape:
        return f"shape {wanted.shape}", f"shape {array.shape}"
    allowed = tolerance * max(1.0, np.abs(wanted).max(initial=0))
    apart = np.abs(array - wanted)
    if not (apart > allowed).any() and np.isfinite(apart).all():
        return None
    place = np.unravel_index(np.argmax(np.where(np.isnan(apart), np.inf, apart)), apart.shape)
    where = f" at {[int(i) for i in place]}" if apart.ndim else ""
    return f"{_number(wanted[place])}{where}", _number(array[place])


def _difference_of_parts(
    got: Any, expected: Mapping[str, Any], tolerance: float
) -> tuple[str, str] | None:
    if not isinstance(got, tuple | list):
        return f"a tuple: {', '.join(expected)}", type(got).__name__
    if len(got) != len(expected):
        return f"a tuple of {len(expected)}: {', '.join(expected)}", f"a tuple of {len(got)}"
    for (name, wanted), part in zip(expected.items(), got, strict=True):
        if apart := difference(part, wanted, tolerance):
            return f"{name}: {apart[0]}", f"{name}: {apart[1]}"
    return None


def _number(value: Any) -> str:
    return repr(round(float(value), 12))


# --- In words -----------------------------------------------------------------------------------


def call(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the arguments of a call as a reader would type them, each on a line.

    Examples
    --------
    >>> call({"x": np.array([[1.0, 2.0]]), "stride": 2})
    ('x = np.array([[1.0, 2.0]])', 'stride = 2')
    """
    return tuple(f"{name} = {typed(value)}" for name, value in arguments.items())


def typed(value: Any) -> str:
    """Return a value as a reader would type it."""
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})" if value.size else f"np.zeros({value.shape})"
    if hasattr(value, "_asdict"):
        return f"{type(value).__name__}({', '.join(_fields(value))})"
    if isinstance(value, list | tuple):
        listed = ", ".join(map(typed, value))
        return f"[{listed}]" if isinstance(value, list) else f"({listed})"
    return repr(value)


def _fields(value: Any) -> Iterator[str]:
    for name, part in value._asdict().items():
        yield f"{name}={typed(part)}"

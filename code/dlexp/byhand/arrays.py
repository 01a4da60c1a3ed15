"""What the functions of this package ask of their arguments, and how they refuse.

Every function by hand checks its arguments here, and a refusal is always a ValueError that states
the rule and then the value: ``require`` writes it. Arrays hold single or double precision
(float32, float64), and results keep it unless a function says that it computes in double. Whole
numbers and half precision are refused, for sums of them overflow in silence: eight times 200 are
64 in ``uint8``, and 300² is infinite in ``float16``.
"""

import operator
from collections.abc import Callable, Sequence
from numbers import Real
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]
"""Numbers in single or double precision."""

Pair: TypeAlias = int | tuple[int, int]
"""One number for height and width, or one for each."""

T = TypeVar("T")


def require(holds: bool, rule: str, got: object) -> None:
    """Raise a ValueError that states a rule and what came, unless it holds.

    Examples
    --------
    >>> require(2 <= 1, "the kernel must fit", "a kernel of 2")
    Traceback (most recent call last):
        ...
    ValueError: the kernel must fit; got a kernel of 2
    """
    if not holds:
        raise ValueError(f"{rule}; got {got}")


# --- Types of arrays ----------------------------------------------------------------------------


def require_floats(**arrays: object) -> None:
    """Raise a ValueError that names an array which is none, or is of another precision.

    Examples
    --------
    >>> require_floats(x=np.zeros(3), bias=np.zeros(3, np.float32))
    >>> require_floats(kernel=np.full(8, 200, np.uint8))
    Traceback (most recent call last):
        ...
    ValueError: `kernel` must be a NumPy array of float32 or float64; got an array of uint8
    >>> require_floats(bias=[0.5])
    Traceback (most recent call last):
        ...
    ValueError: `bias` must be a NumPy array of float32 or float64; got list
    """
    _require_types("float32 or float64", (np.float32, np.float64), arrays)


def require_booleans(**arrays: object) -> None:
    """Raise a ValueError that names an array which is none, or not of booleans.

    Examples
    --------
    >>> require_booleans(kept=np.ones(3))
    Traceback (most recent call last):
        ...
    ValueError: `kept` must be a NumPy array of booleans; got an array of float64
    """
    _require_types("booleans", (np.bool_,), arrays)


def require_integers(**arrays: object) -> None:
    """Raise a ValueError that names an array which is none, or not of integers.

    Examples
    --------
    >>> require_integers(lengths=[3, 5])
    Traceback (most recent call last):
        ...
    ValueError: `lengths` must be a NumPy array of integers; got list
    """
    _require_types("integers", (np.integer,), arrays)


def _require_types(words: str, types: tuple[type, ...], arrays: dict[str, object]) -> None:
    for name, array in arrays.items():
        dtype = array.dtype if isinstance(array, np.ndarray) else None
        require(
            dtype is not None and issubclass(dtype.type, types),
            f"`{name}` must be a NumPy array of {words}",
            type(array).__name__ if dtype is None else f"an array of {dtype}",
        )


# --- Shapes -------------------------------------------------------------------------------------


def require_shape(name: str, array: Floats, shape: tuple[int, ...]) -> None:
    """Raise a ValueError unless an array is of floats and has this shape.

    Examples
    --------
    >>> require_shape("bias", np.zeros(2), (3,))
    Traceback (most recent call last):
        ...
    ValueError: `bias` must have shape (3,); got (2,)
    """
    require_floats(**{name: array})
    require(array.shape == shape, f"`{name}` must have shape {shape}", array.shape)


def require_axes(axes: str, **arrays: Floats) -> None:
    """Raise a ValueError that names an array which is not of floats or has other axes.

    Examples
    --------
    >>> require_axes("images, height, width", maps=np.zeros((7, 7)))
    Traceback (most recent call last):
        ...
    ValueError: `maps` must have shape (images, height, width); got (7, 7)
    """
    require_floats(**arrays)
    for name, array in arrays.items():
        require(
            array.ndim == len(axes.split(", ")), f"`{name}` must have shape ({axes})", array.shape
        )


def require_images(x: Floats, name: str = "x") -> None:
    """Raise a ValueError unless an array is a batch of images, (B, H, W, C), of floats."""
    require_axes("images, height, width, channels", **{name: x})


def require_positions(x: Floats) -> None:
    """Raise a ValueError unless ``x`` is a batch of images with a position or more."""
    require_images(x)
    require(x.shape[1] * x.shape[2] > 0, "`x` must have at least one position", f"shape {x.shape}")


def require_kernel(kernel: Floats, x: Floats) -> None:
    """Raise a ValueError unless a kernel, (height, width, C, F), has the channels of the images."""
    require_floats(kernel=kernel)
    require(
        kernel.ndim == 4 and kernel.shape[2] == x.shape[3],
        "`kernel` must have shape (height, width, channels of x, filters) with "
        f"{x.shape[3]} channels",
        kernel.shape,
    )


def require_examples(x: Floats) -> None:
    """Raise a ValueError unless ``x`` is (B, C) or (B, H, W, C), with a value or more."""
    require_floats(x=x)
    require(
        x.ndim in (2, 4),
        "`x` must have shape (examples, channels) or (images, height, width, channels)",
        x.shape,
    )
    require(x.size > 0, "`x` must hold one value per channel at least", f"shape {x.shape}")


def require_channels(x: Floats, **arrays: Floats) -> None:
    """Raise a ValueError that names an array without one value per channel of ``x``, (..., C)."""
    require_floats(x=x, **arrays)
    for name, array in arrays.items():
        require(
            array.shape == x.shape[-1:],
            f"`{name}` must have one value per channel of x, {x.shape[-1:]}",
            array.shape,
        )


def require_sequences(x: Floats) -> None:
    """Raise a ValueError unless ``x`` is a batch of sequences, (B, T, D), with a step or more."""
    require_floats(x=x)
    require(
        x.ndim == 3 and x.shape[1] > 0,
        "`x` must have shape (batch, steps, features) with a step or more",
        x.shape,
    )


def require_mask(name: str, mask: NDArray[np.bool_], shape: tuple[int, ...]) -> None:
    """Raise a ValueError unless a mask is of booleans and has this shape."""
    require_booleans(**{name: mask})
    require(mask.shape == shape, f"`{name}` must have shape {shape}", mask.shape)


def require_shared_mask(name: str, mask: NDArray[np.bool_], shape: tuple[int, ...]) -> None:
    """Raise a ValueError unless a mask is of booleans and has this shape, or ones in it."""
    require_booleans(**{name: mask})
    fits = mask.ndim == len(shape) and all(
        length in (1, other) for length, other in zip(mask.shape, shape, strict=True)
    )
    require(fits, f"`{name}` must have the shape {shape}, or ones in it", mask.shape)


# --- Numbers and words --------------------------------------------------------------------------


def pair(name: str, value: Pair) -> tuple[int, int]:
    """Return a number for height and one for width, or raise a ValueError that names ``name``.

    Examples
    --------
    >>> pair("stride", 2), pair("stride", (1, 3))
    ((2, 2), (1, 3))
    """
    try:
        first, second = value if isinstance(value, tuple) else (value, value)
        return operator.index(first), operator.index(second)
    except (TypeError, ValueError):
        raise ValueError(
            f"`{name}` must be an integer or a pair of integers; got {value!r}"
        ) from None


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


def require_positive(**values: float) -> None:
    """Raise a ValueError that names a number which is not above zero."""
    _require_real("positive", lambda value: value > 0, values)


def require_share(**values: float) -> None:
    """Raise a ValueError that names a number outside [0, 1]."""
    _require_real("in [0, 1]", lambda value: 0 <= value <= 1, values)


def require_rate(**values: float) -> None:
    """Raise a ValueError that names a number outside [0, 1): a share that is never the whole."""
    _require_real("in [0, 1)", lambda value: 0 <= value < 1, values)


def _require_real(rule: str, holds: Callable[[float], bool], values: dict[str, float]) -> None:
    for name, value in values.items():
        require(isinstance(value, Real) and holds(value), f"`{name}` must be {rule}", repr(value))


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
        require(value in choices, f"`{name}` must be {', '.join(most)} or {last}", repr(value))


def require_given(name: str, value: T | None, when: str) -> T:
    """Return an argument that is optional otherwise; raise a ValueError if it is None."""
    if value is None:
        raise ValueError(f"`{name}` must be given {when}; got None")
    return value

"""What the functions of this package ask of their arrays, and how they refuse.

Every function by hand checks its arguments here and in `dlexp.byhand.settings`, and a refusal is
always a ValueError that states the rule and then the value: ``require`` writes it. Arrays hold
floating-point numbers; `dlexp.byhand.precision` says in which precision one computes. Whole
numbers are refused, for sums of them overflow in silence: eight times 200 are 64 in ``uint8``.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]
"""Numbers in half, single or double precision."""


_OTHER_KINDS = (np.matrix, np.ma.MaskedArray)


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
        value = " ".join(f"{got}".split())  # arrays are printed on several lines
        raise ValueError(f"{rule}; got {value if len(value) <= 200 else value[:200] + '...'}")


# --- Types of arrays ----------------------------------------------------------------------------


def require_floats(**arrays: object) -> None:
    """Raise a ValueError that names an array which is none, or is of another precision.

    Examples
    --------
    >>> require_floats(x=np.zeros(3), bias=np.zeros(3, np.float32))
    >>> require_floats(kernel=np.full(8, 200, np.uint8))
    Traceback (most recent call last):
        ...
    ValueError: `kernel` must be a NumPy array of float16, float32 or float64; got an array of uint8
    >>> require_floats(bias=[0.5])
    Traceback (most recent call last):
        ...
    ValueError: `bias` must be a NumPy array of float16, float32 or float64; got list
    """
    _require_types("float16, float32 or float64", (np.float16, np.float32, np.float64), arrays)


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
        # A matrix multiplies otherwise, and nobody looks at what a masked array masks.
        is_plain = isinstance(array, np.ndarray) and not isinstance(array, _OTHER_KINDS)
        dtype = getattr(array, "dtype", None) if is_plain else None
        require(
            dtype is not None and issubclass(dtype.type, types),
            f"`{name}` must be a NumPy array of {words}",
            type(array).__name__ if dtype is None else f"an array of {dtype}",
        )


# --- Values -------------------------------------------------------------------------------------


def require_finite(**arrays: Floats) -> None:
    """Raise a ValueError that names an array which is not of floats, or not finite.

    Examples
    --------
    >>> require_finite(maps=np.array([0.0, np.nan]))
    Traceback (most recent call last):
        ...
    ValueError: `maps` must be finite; got nan
    """
    require_floats(**arrays)
    for name, array in arrays.items():
        wrong = array[~np.isfinite(array)]
        require(not wrong.size, f"`{name}` must be finite", *wrong[:1].tolist() or [None])


def require_not_negative(**arrays: Floats) -> None:
    """Raise a ValueError that names an array which is not finite, or has a value below zero."""
    require_finite(**arrays)
    for name, array in arrays.items():
        smallest = array.min(initial=0)
        require(smallest >= 0, f"`{name}` must have no negative value", smallest)


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


def require_positions(x: Floats, name: str = "x") -> None:
    """Raise a ValueError unless an array is a batch of images with a position or more."""
    require_images(x, name)
    _require_position(name, x)


def require_maps(maps: Floats) -> None:
    """Raise a ValueError unless ``maps`` are (B, H, W), finite, with a position or more."""
    require_axes("images, height, width", maps=maps)
    _require_position("maps", maps)
    require_finite(maps=maps)


def _require_position(name: str, array: Floats) -> None:
    height, width = array.shape[1:3]
    require(height * width > 0, f"`{name}` must have at least one position", f"shape {array.shape}")


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

"""The rules of PyTorch that differ from TensorFlow's, and what PyTorch was recorded to give.

Chapter: book/conv_shapes.md. tests/parity/record_conv_modes.py recorded it; no page needs it.
"""

from collections.abc import Sequence
from typing import Any

from dlexp.byhand.sizes import effective_kernel
from dlexp.lab.recorded import recorded

SHA256 = "8819044f04eb1d49e264f94492b861ae98b94ae0e9e17b8195e688edaaf9d18a"

LARGEST_POOLED = 12
"""Rows and columns, at most, of the images that random poolings were laid on."""

Side = tuple[int, int, int, int, int]
"""Of one direction: cells, cells of the window, stride, cells added at each end, dilation."""


def modes() -> dict[str, Any]:
    """Return what PyTorch answers at once and without values, where it pads, how it rounds up."""
    return recorded("conv_modes", SHA256)


def rounded_up(size: int, window: int, *, stride: int, padding: int = 0) -> int:
    """Return the outputs of a pooling of PyTorch with ``ceil_mode=True``, along one direction.

    Parameters
    ----------
    size, window, stride : int
        Cells, cells of the window, step; each >= 1; the window fits.
    padding : int
        Cells added at each end.

    Returns
    -------
    int
        The division rounds up; but the last window must start inside the image, or before it.

    Examples
    --------
    >>> rounded_up(11, 3, stride=3)  # 0..2, 3..5, 6..8, and 9..11, of which the last is none
    4
    >>> rounded_up(3, 1, stride=3)  # a second one would start behind the image
    1
    """
    count = -(-(size + 2 * padding - window) // stride) + 1
    return count - ((count - 1) * stride >= size + padding)


def pooled(sides: Sequence[Side], *, up: bool) -> tuple[bool, tuple[int, ...] | None]:
    """Return whether a window fits, and what a pooling of PyTorch makes of it: None, a refusal.

    Rounding up, it takes a window that hangs over by less than a stride.

    Examples
    --------
    >>> pooled([(11, 3, 3, 0, 1)], up=False), pooled([(11, 3, 3, 0, 1)], up=True)
    ((True, (3,)), (True, (4,)))
    >>> pooled([(4, 5, 2, 0, 1)], up=False), pooled([(4, 5, 2, 0, 1)], up=True)
    ((False, None), (False, (1,)))
    """
    counts, fits = [], True
    for n, k, s, p, d in sides:
        beyond = effective_kernel(k, d) - n - 2 * p
        fits = fits and beyond <= 0
        if beyond >= (s if up else 1):
            counts.append(0)
        elif up:
            counts.append(rounded_up(n, effective_kernel(k, d), stride=s, padding=p))
        else:
            counts.append(-beyond // s + 1)
    return fits, tuple(counts) if all(counts) else None


def kind(came: tuple[int, ...] | None, expected: tuple[int, ...] | None) -> str:
    """Say whether a pooling did what the rule says, and what that was."""
    if came != expected:
        return "otherwise"
    return "refused" if came is None else "came"

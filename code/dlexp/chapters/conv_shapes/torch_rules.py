"""The rules of PyTorch that differ from TensorFlow's, and what PyTorch was recorded to give.

Chapter: book/conv_shapes.md. tests/parity/record_conv_modes.py recorded it; no page needs it.
"""

from typing import Any

from dlexp.lab.recorded import recorded

SHA256 = "6268552200b45ad303243b141050091012f8f05978a9a0b1fda2b1f5b1529fd8"


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

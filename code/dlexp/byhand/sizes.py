"""Sizes of convolutions and poolings along one direction, counted and not computed.

Chapter: book/conv_shapes.md. Notation: n input size, k kernel size, s stride, d dilation,
p padding along one direction.
"""

from typing import Literal, TypeAlias

from dlexp.byhand.arrays import require
from dlexp.byhand.settings import counts_exactly, pair, require_at_least

Padding: TypeAlias = int | tuple[int, int] | Literal["same", "valid"]
"""Zeros at each end; or (before, after); or a rule of TensorFlow."""


@counts_exactly
def effective_kernel(kernel: int, dilation: int = 1) -> int:
    """Return how many cells a dilated kernel spans, from its first tap to its last.

    Parameters
    ----------
    kernel : int
        Taps; >= 1.
    dilation : int
        Distance between neighbouring taps, in cells; >= 1.

    Returns
    -------
    int
        ``dilation * (kernel - 1) + 1``.

    Examples
    --------
    >>> effective_kernel(3, dilation=2)  # x.x.x
    5
    """
    require_at_least(1, kernel=kernel, dilation=dilation)
    return dilation * (kernel - 1) + 1


@counts_exactly
def split_padding(
    size: int, kernel: int, *, stride: int = 1, padding: Padding = 0, dilation: int = 1
) -> tuple[int, int]:
    """Return the zeros that come before and after an input, along one direction.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        Input cells, kernel taps, step, distance between taps; each >= 1.
    padding : int, (int, int), "same" or "valid"
        Zeros at each end; or before and after; or none (``"valid"``); or as many as TensorFlow
        adds so that ``ceil(size / stride)`` positions come out (``"same"``).

    Returns
    -------
    (int, int)
        Where ``"same"`` needs an odd number, the extra zero comes after: right or bottom.

    Raises
    ------
    ValueError
        If ``padding`` is none of these, or a number is out of its range.

    Examples
    --------
    >>> split_padding(28, 3, padding="same"), split_padding(28, 4, padding="same")
    ((1, 1), (1, 2))
    >>> split_padding(28, 3, stride=2, padding="same")
    (0, 1)
    """
    require_at_least(1, size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if isinstance(padding, str):
        total = _total_padding(padding, size, span, stride)
        return total // 2, total - total // 2
    before, after = pair("padding", padding)
    require_at_least(0, padding=before)
    require_at_least(0, padding=after)
    return before, after


def _total_padding(rule: str, size: int, span: int, stride: int) -> int:
    if rule == "valid":
        return 0
    require(rule == "same", '`padding` must be an integer, a pair, "same" or "valid"', repr(rule))
    positions = -(-size // stride)  # rounded up
    return max((positions - 1) * stride + span - size, 0)


def require_narrow(padding: tuple[int, int], pool: int) -> None:
    """Raise a ValueError if a window of a pooling could see nothing but padding.

    Examples
    --------
    >>> require_narrow((1, 2), 2)
    Traceback (most recent call last):
        ...
    ValueError: `padding` must be smaller than the pool, or a window sees nothing else; \
got padding=2, pool=2
    """
    require(
        max(padding) < pool,
        "`padding` must be smaller than the pool, or a window sees nothing else",
        f"padding={max(padding)}, pool={pool}",
    )


@counts_exactly
def output_size(
    size: int, kernel: int, *, stride: int = 1, padding: Padding = 0, dilation: int = 1
) -> int:
    """Return the number of output positions of a convolution or a pooling, along one direction.

    Parameters
    ----------
    size, kernel, stride, padding, dilation
        As in `split_padding`.

    Returns
    -------
    int
        ``floor((padded - effective_kernel) / stride) + 1``; >= 1.

    Raises
    ------
    ValueError
        If the effective kernel is longer than the padded input, or a number is out of its range.

    References
    ----------
    Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning.

    Examples
    --------
    >>> output_size(28, 5)
    24
    >>> output_size(256, 5, stride=2, dilation=2)
    124
    >>> output_size(11, 5, stride=2, dilation=8)
    Traceback (most recent call last):
        ...
    ValueError: the effective kernel must fit into the padded input; got an effective kernel \
of 33 (kernel=5, dilation=8) and a padded input of 11 (size=11, padding=0+0)
    """
    before, after = split_padding(size, kernel, stride=stride, padding=padding, dilation=dilation)
    padded, span = before + size + after, effective_kernel(kernel, dilation)
    require(
        span <= padded,
        "the effective kernel must fit into the padded input",
        f"an effective kernel of {span} (kernel={kernel}, dilation={dilation}) and a padded input "
        f"of {padded} (size={size}, padding={before}+{after})",
    )
    return (padded - span) // stride + 1

"""Convolution in two dimensions, its sizes and its gradients, with NumPy alone.

Chapter: book/conv_shapes.md. Notation: B images, H x W positions, C channels in, F filters;
n input size, k kernel size, s stride, d dilation, p padding along one direction.
"""

import operator
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import require_floats

Floats: TypeAlias = NDArray[np.floating]
Pair: TypeAlias = int | tuple[int, int]
"""One number for height and width, or one for each."""

Padding: TypeAlias = int | tuple[int, int] | Literal["same", "valid"]
"""Zeros at each end; or (before, after); or a rule of TensorFlow."""

Padding2D: TypeAlias = Padding | tuple[Padding, Padding]
"""One `Padding` for height and width, or one for each; two integers are one for each."""


class Gradients(NamedTuple):
    """What a convolution hands back to its input, its kernel and its bias."""

    x: Floats
    kernel: Floats
    bias: Floats


# --- Sizes --------------------------------------------------------------------------------------


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
    _require_at_least(1, kernel=kernel, dilation=dilation)
    return dilation * (kernel - 1) + 1


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
    _require_at_least(1, size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if isinstance(padding, str):
        total = _total_padding(padding, size, span, stride)
        return total // 2, total - total // 2
    before, after = pair("padding", padding)
    _require_at_least(0, padding=before)
    _require_at_least(0, padding=after)
    return before, after


def _total_padding(rule: str, size: int, span: int, stride: int) -> int:
    if rule == "valid":
        return 0
    if rule == "same":
        positions = -(-size // stride)  # rounded up
        return max((positions - 1) * stride + span - size, 0)
    raise ValueError(f'`padding` must be an integer, a pair, "same" or "valid"; got {rule!r}')


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
    if span > padded:
        raise ValueError(
            "the effective kernel must fit into the padded input; got an effective kernel of "
            f"{span} (kernel={kernel}, dilation={dilation}) and a padded input of {padded} "
            f"(size={size}, padding={before}+{after})"
        )
    return (padded - span) // stride + 1


# --- Windows ------------------------------------------------------------------------------------


def windows(x: Floats, kernel: Pair, *, stride: Pair = 1, dilation: Pair = 1) -> Floats:
    """Return what each output position sees, as a read-only view that copies nothing.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
        Already padded.
    kernel, stride, dilation : int or (int, int)
        For height and width, or for each; >= 1.

    Returns
    -------
    array of shape (B, rows, columns, C, kernel height, kernel width)

    Raises
    ------
    ValueError
        If the effective kernel does not fit.

    Examples
    --------
    >>> x = np.arange(4.0).reshape(1, 1, 4, 1)
    >>> windows(x, (1, 2)).reshape(3, 2)
    array([[0., 1.],
           [1., 2.],
           [2., 3.]])
    """
    require_images(x)
    taps, steps, gaps = pair("kernel", kernel), pair("stride", stride), pair("dilation", dilation)
    for size, k, s, d in zip(x.shape[1:3], taps, steps, gaps, strict=True):
        output_size(size, k, stride=s, dilation=d)
    spans = tuple(map(effective_kernel, taps, gaps))
    every = np.lib.stride_tricks.sliding_window_view(x, spans, axis=(1, 2))
    # Stride drops positions, dilation drops cells within each window.
    return every[:, :: steps[0], :: steps[1], :, :: gaps[0], :: gaps[1]]


def fold(patches: Floats, size: tuple[int, int], *, stride: Pair = 1, dilation: Pair = 1) -> Floats:
    """Add up what each window says of its cells: the adjoint of `windows`.

    Parameters
    ----------
    patches : array of shape (B, rows, columns, C, kernel height, kernel width)
    size : (int, int)
        Height and width of the padded input that the windows came from.
    stride, dilation : int or (int, int)
        As in `windows`.

    Returns
    -------
    array of shape (B, *size, C)
        Cells that no window saw are zero.

    Examples
    --------
    >>> fold(np.ones((1, 1, 3, 1, 1, 2)), (1, 4)).ravel()  # how often each cell is seen
    array([1., 2., 2., 1.])
    """
    batch, rows, columns, channels, *taps = patches.shape
    (step_y, step_x), (gap_y, gap_x) = pair("stride", stride), pair("dilation", dilation)
    cells = np.zeros((batch, *size, channels), patches.dtype)
    for i, j in np.ndindex(*taps):  # over the taps, few; positions go all at once
        ys = slice(i * gap_y, i * gap_y + (rows - 1) * step_y + 1, step_y)
        xs = slice(j * gap_x, j * gap_x + (columns - 1) * step_x + 1, step_x)
        cells[:, ys, xs] += patches[..., i, j]
    return cells


# --- Convolution --------------------------------------------------------------------------------


def conv2d(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
    dilation: Pair = 1,
) -> Floats:
    """Return the convolution of images with a kernel, as deep learning means it (no flip).

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    kernel : array of shape (kernel height, kernel width, C, F)
    bias : array of shape (F,), optional
        Added to each position.
    stride, dilation : int or (int, int)
        For height and width, or for each; >= 1.
    padding : int, "same", "valid", or a pair of these
        Zeros at each end, or a rule of TensorFlow; a pair is for height and width, and each of
        the two may itself be (before, after). See `split_padding`.

    Returns
    -------
    array of shape (B, rows, columns, F)

    Raises
    ------
    ValueError
        If shapes do not match, or the effective kernel does not fit into the padded input.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d(x, np.ones((2, 2, 1, 1)))[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    >>> conv2d(x, np.ones((3, 3, 1, 5)), stride=2, padding="same").shape
    (1, 2, 2, 5)
    """
    _require_matching(x, kernel, bias)
    padded = pad(x, kernel.shape[:2], stride=stride, padding=padding, dilation=dilation)
    patches = windows(padded, kernel.shape[:2], stride=stride, dilation=dilation)
    # Sum over channels c and taps i, j of patch[b, y, x, c, i, j] * kernel[i, j, c, f].
    result: Floats = np.tensordot(
        patches, kernel, axes=((3, 4, 5), (2, 0, 1))
    )  # (B, rows, cols, F)
    return result if bias is None else result + bias


def conv2d_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
    dilation: Pair = 1,
) -> Gradients:
    """Return the gradients of `conv2d` with respect to its input, its kernel and its bias.

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As in `conv2d`.
    upstream : array of shape (B, rows, columns, F)
        Gradient with respect to the output of `conv2d`.

    Returns
    -------
    Gradients
        ``x`` (B, H, W, C), ``kernel`` (kernel height, kernel width, C, F), ``bias`` (F,).

    Raises
    ------
    ValueError
        If shapes do not match, or the effective kernel does not fit into the padded input.

    Examples
    --------
    >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> conv2d_gradients(x, kernel, np.ones((1, 2, 2, 1))).x[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    _require_matching(x, kernel, None)
    taps = kernel.shape[:2]
    padded = pad(x, taps, stride=stride, padding=padding, dilation=dilation)
    patches = windows(padded, taps, stride=stride, dilation=dilation)
    require_floats(upstream=upstream)
    require_shape("upstream", upstream, (*patches.shape[:3], kernel.shape[3]))
    by_kernel = np.tensordot(patches, upstream, axes=((0, 1, 2), (0, 1, 2)))  # (C, kh, kw, F)
    by_patch = np.tensordot(upstream, kernel, axes=(3, 3))  # (B, rows, columns, kh, kw, C)
    by_padded = fold(
        np.moveaxis(by_patch, 5, 3), padded.shape[1:3], stride=stride, dilation=dilation
    )
    return Gradients(
        x=crop(by_padded, x.shape[1:3], taps, stride=stride, padding=padding, dilation=dilation),
        kernel=np.moveaxis(by_kernel, 0, 2),
        bias=upstream.sum(axis=(0, 1, 2)),
    )


# --- Padding ------------------------------------------------------------------------------------


def pad(
    x: Floats,
    kernel: tuple[int, ...],
    *,
    stride: Pair,
    padding: Padding2D,
    dilation: Pair = 1,
    value: float = 0.0,
) -> Floats:
    """Return images with a frame of ``value`` as wide as ``padding`` asks for.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    kernel : (int, int)
    stride, padding, dilation
        As in `conv2d`.
    value : float
        What the frame is filled with.

    Examples
    --------
    >>> pad(np.ones((1, 1, 2, 1)), (1, 2), stride=1, padding="same").ravel()
    array([1., 1., 0.])
    """
    sides = frame(x.shape[1:3], kernel, stride, padding, dilation)
    if not any(map(any, sides)):
        return x
    return np.pad(x, ((0, 0), *sides, (0, 0)), constant_values=value)


def crop(
    padded: Floats,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    *,
    stride: Pair,
    padding: Padding2D,
    dilation: Pair = 1,
) -> Floats:
    """Take off the frame that `pad` put around images of ``size``."""
    (top, _), (left, _) = frame(size, kernel, stride, padding, dilation)
    return padded[:, top : top + size[0], left : left + size[1]]


def frame(
    size: tuple[int, ...], kernel: tuple[int, ...], stride: Pair, padding: Padding2D, dilation: Pair
) -> list[tuple[int, int]]:
    """Return the widths of the frame that a padding asks for: [(top, bottom), (left, right)].

    Examples
    --------
    >>> frame((28, 28), (3, 4), 1, "same", 1)
    [(1, 1), (1, 2)]
    """
    each = padding if isinstance(padding, tuple) else (padding, padding)
    if len(each) != 2:
        raise ValueError(f"`padding` must be one for height and one for width; got {padding!r}")
    directions = zip(
        size, kernel, pair("stride", stride), each, pair("dilation", dilation), strict=True
    )
    return [split_padding(n, k, stride=s, padding=p, dilation=d) for n, k, s, p, d in directions]


# --- What is asked of arguments -----------------------------------------------------------------


def pair(name: str, value: Pair) -> tuple[int, int]:
    """Return a number for height and one for width.

    Raises
    ------
    ValueError
        If ``value`` is neither an integer nor a pair of integers; the message names ``name``.

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


def require_shape(name: str, array: Floats, shape: tuple[int, ...]) -> None:
    """Raise a ValueError that names an array whose shape is not as it must be."""
    if array.shape != shape:
        raise ValueError(f"`{name}` must have shape {shape}; got {array.shape}")


def _require_at_least(least: int, **values: int) -> None:
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"`{name}` must be an integer >= {least}; got {name}={value!r}")


def require_images(x: Floats) -> None:
    """Raise a ValueError unless ``x`` is of floats and has the four axes of a batch of images."""
    require_floats(x=x)
    if x.ndim != 4:
        raise ValueError(f"`x` must have shape (images, height, width, channels); got {x.shape}")


def _require_matching(x: Floats, kernel: Floats, bias: Floats | None) -> None:
    require_images(x)
    require_floats(kernel=kernel)
    if kernel.ndim != 4 or kernel.shape[2] != x.shape[3]:
        raise ValueError(
            "`kernel` must have shape (height, width, channels of x, filters) with "
            f"{x.shape[3]} channels; got {kernel.shape}"
        )
    if bias is not None:
        require_floats(bias=bias)
        require_shape("bias", bias, (kernel.shape[3],))

"""Convolution over time and its gradients: that of images of height one.

Chapter: book/rnn_vs_cnn.md. Notation: B sequences of T steps with C channels; F filters.
"""

from typing import Literal, NamedTuple, TypeAlias, TypedDict

import numpy as np

from dlexp.byhand import conv
from dlexp.byhand.arrays import Floats, require_axes, require_sequences
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import counts_exactly, require_at_least, require_one_of
from dlexp.byhand.sizes import effective_kernel

TimePadding: TypeAlias = Literal["valid", "same", "causal"]


class ConvGradients(NamedTuple):
    """What a convolution over time hands back to its input, its kernel and its bias."""

    x: Floats
    kernel: Floats
    bias: Floats


@counts_exactly
def conv1d_parameters(kernel: int, channels: int, filters: int) -> int:
    """Return the parameters of a convolution over time with a bias: F (k C + 1).

    Raises
    ------
    ValueError
        If a number is below one.

    Examples
    --------
    >>> conv1d_parameters(3, 8, 16)  # as many as a simple recurrent layer: k C = D + N
    400
    """
    require_at_least(1, kernel=kernel, channels=channels, filters=filters)
    return filters * (kernel * channels + 1)


@keeps_precision
def conv1d(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: int = 1,
    padding: TimePadding = "valid",
    dilation: int = 1,
) -> Floats:
    """Return the convolution of sequences with a kernel: that of images of height one.

    Parameters
    ----------
    x : array of shape (B, T, C)
    kernel : array of shape (k, C, F)
    bias : array of shape (F,), optional
    stride, dilation : int
        As in `dlexp.byhand.conv.output_size`; >= 1.
    padding : "valid", "same" or "causal"
        No zeros; as many as TensorFlow adds at both ends; or all of them before the first step,
        so that no output sees a later step than its own.

    Returns
    -------
    array of shape (B, steps, F)

    Raises
    ------
    ValueError
        If shapes do not match, or the effective kernel does not fit.

    Examples
    --------
    >>> x = np.array([[[1.0], [2.0], [4.0], [8.0]]])
    >>> conv1d(x, np.ones((2, 1, 1)), padding="causal").ravel()  # each step plus the one before
    array([ 1.,  3.,  6., 12.])
    >>> conv1d(x, np.ones((2, 1, 1)), dilation=2).ravel()
    array([ 5., 10.])
    """
    options = _as_image(x, kernel, stride, padding, dilation)
    return conv.conv2d(x[:, np.newaxis], kernel[np.newaxis], bias, **options)[:, 0]


@keeps_precision
def conv1d_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: int = 1,
    padding: TimePadding = "valid",
    dilation: int = 1,
) -> ConvGradients:
    """Return the gradients of `conv1d` with respect to its input, its kernel and its bias.

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As in `conv1d`.
    upstream : array of shape (B, steps, F)

    Raises
    ------
    ValueError
        If shapes do not match.

    Examples
    --------
    >>> found = conv1d_gradients(np.ones((1, 4, 1)), np.ones((2, 1, 1)), np.ones((1, 3, 1)))
    >>> found.x.ravel()  # how often each step is seen
    array([1., 2., 2., 1.])
    """
    options = _as_image(x, kernel, stride, padding, dilation)
    require_axes("batch, steps, filters", upstream=upstream)
    found = conv.conv2d_gradients(
        x[:, np.newaxis], kernel[np.newaxis], upstream[:, np.newaxis], **options
    )
    return ConvGradients(found.x[:, 0], found.kernel[0], found.bias)


class _Options(TypedDict):
    """Options of `dlexp.byhand.conv.conv2d`."""

    stride: tuple[int, int]
    padding: conv.Padding2D
    dilation: tuple[int, int]


def _as_image(
    x: Floats, kernel: Floats, stride: int, padding: TimePadding, dilation: int
) -> _Options:
    """Return how images of height one are convolved for the same result."""
    require_sequences(x)
    require_axes("taps, channels, filters", kernel=kernel)
    require_one_of(("valid", "same", "causal"), padding=padding)
    along: conv.Padding = padding if padding != "causal" else (
        effective_kernel(len(kernel), dilation) - 1, 0
    )  # fmt: skip
    return {"stride": (1, stride), "padding": (0, along), "dilation": (1, dilation)}

"""Batch normalisation by hand: training, inference, running statistics, gradients.

Chapter: book/batch_norm.md. Notation: B examples in a batch, H x W positions, C channels; m values
per channel, which is B for a dense layer and B * H * W for a convolutional one.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from dlexp.byhand.arrays import (
    Floats,
    require,
    require_channels,
    require_examples,
    require_not_negative,
    require_shape,
)
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import (
    require_at_least,
    require_given,
    require_instance,
    require_one_of,
    require_positive,
    require_share,
)

Mode: TypeAlias = Literal["training", "inference"]


class Statistics(NamedTuple):
    """One mean and one variance per channel, each of shape (C,)."""

    mean: Floats
    variance: Floats


class Gradients(NamedTuple):
    """What a normalisation hands back to its input, its scale and its shift."""

    x: Floats
    gamma: Floats
    beta: Floats


@dataclass(frozen=True, kw_only=True)
class Convention:
    """What a framework takes for granted.

    Attributes
    ----------
    keep : float
        Share of the old running statistics that an update keeps, in [0, 1].
    unbiased : bool
        Whether running variances divide by m - 1 instead of m.
    epsilon : float
        Added to the variance under the root, > 0.
    """

    keep: float
    unbiased: bool
    epsilon: float


KERAS = Convention(keep=0.99, unbiased=False, epsilon=1e-3)
"""Keras calls ``keep`` its momentum."""

PYTORCH = Convention(keep=0.9, unbiased=True, epsilon=1e-5)
"""PyTorch calls ``1 - keep`` its momentum: 0.1."""


def fresh(channels: int) -> Statistics:
    """Return what running statistics start from: means of zero, variances of one.

    Examples
    --------
    >>> fresh(2)
    Statistics(mean=array([0., 0.]), variance=array([1., 1.]))
    """
    require_at_least(1, channels=channels)
    return Statistics(np.zeros(channels), np.ones(channels))


@keeps_precision
def statistics(x: Floats) -> Statistics:
    """Return the mean and the biased variance of each channel, over all else.

    Parameters
    ----------
    x : array of shape (B, C) or (B, H, W, C)

    Returns
    -------
    Statistics

    Raises
    ------
    ValueError
        If ``x`` has another number of axes, or holds no value.

    Examples
    --------
    >>> statistics(np.array([[0.0, 5.0], [2.0, 5.0]]))
    Statistics(mean=array([1., 5.]), variance=array([1., 0.]))
    """
    axes = _all_but_channels(x)
    return Statistics(x.mean(axis=axes), x.var(axis=axes))


@keeps_precision
def updated(running: Statistics, x: Floats, convention: Convention = KERAS) -> Statistics:
    """Return the running statistics after a batch in training mode.

    Parameters
    ----------
    running : Statistics
    x : array of shape (B, C) or (B, H, W, C)
    convention : Convention

    Returns
    -------
    Statistics

    Raises
    ------
    ValueError
        If shapes do not fit, or the unbiased variance of a single value per channel is asked for.

    Examples
    --------
    >>> batch = np.array([[0.0], [2.0]])
    >>> updated(fresh(1), batch, KERAS).variance, updated(fresh(1), batch, PYTORCH).variance
    (array([1.]), array([1.1]))
    """
    require_instance(Convention, "a convention", convention=convention)
    batch, count = statistics(x), x.size // x.shape[-1]
    _require_statistics(x, running)
    variance = batch.variance
    if convention.unbiased:
        require(
            count > 1,
            "an unbiased variance must have two values per channel or more",
            f"one: `x` has shape {x.shape}",
        )
        variance = variance * (count / (count - 1))
    require_share(keep=convention.keep)
    keep = convention.keep
    return Statistics(
        keep * running.mean + (1 - keep) * batch.mean,
        keep * running.variance + (1 - keep) * variance,
    )


@keeps_precision
def batch_norm(
    x: Floats,
    gamma: Floats,
    beta: Floats,
    *,
    mode: Mode,
    running: Statistics | None = None,
    epsilon: float = KERAS.epsilon,
) -> Floats:
    """Return each channel with its mean taken off, divided by its spread, scaled and shifted.

    Parameters
    ----------
    x : array of shape (B, C) or (B, H, W, C)
    gamma, beta : arrays of shape (C,)
        The scale and the shift, which are learnt.
    mode : "training" or "inference"
        Whether the statistics are those of the batch or the running ones.
    running : Statistics, optional
        Needed in inference mode, of no effect in training mode; `updated` gives the new ones.
    epsilon : float
        Added to the variance under the root, > 0.

    Returns
    -------
    array of the shape of ``x``
        In training mode, a channel with a single value gives ``beta``, whatever the value.

    Raises
    ------
    ValueError
        If ``mode`` is unknown, ``running`` is needed and missing, shapes do not fit, or
        ``epsilon`` is not positive.

    References
    ----------
    Ioffe and Szegedy (2015), Batch normalization, algorithms 1 and 2.

    Examples
    --------
    >>> x = np.array([[0.0], [2.0], [4.0]])
    >>> ones, zeros = np.ones(1), np.zeros(1)
    >>> batch_norm(x, ones, zeros, mode="training", epsilon=1 / 3).ravel()
    array([-1.15470054,  0.        ,  1.15470054])
    >>> batch_norm(x, ones, zeros, mode="inference", running=fresh(1), epsilon=3.0).ravel()
    array([0., 1., 2.])
    """
    require_channels(x, gamma=gamma, beta=beta)
    normalised, _ = _normalised(x, mode, running, epsilon)
    return gamma * normalised + beta


@keeps_precision
def batch_norm_gradients(
    x: Floats,
    gamma: Floats,
    upstream: Floats,
    *,
    mode: Mode,
    running: Statistics | None = None,
    epsilon: float = KERAS.epsilon,
) -> Gradients:
    """Return the gradients of `batch_norm`.

    Parameters
    ----------
    x, gamma, mode, running, epsilon
        As in `batch_norm`.
    upstream : array of the shape of ``x``
        Gradient with respect to the output.

    Returns
    -------
    Gradients
        In training mode the statistics depend on ``x``, so what would move them is taken off
        the gradient. In inference mode they are constants.

    Raises
    ------
    ValueError
        As in `batch_norm`.

    References
    ----------
    Ioffe and Szegedy (2015), Batch normalization, section 3.

    Examples
    --------
    >>> x, upstream = np.array([[0.0], [2.0], [7.0]]), np.array([[1.0], [5.0], [3.0]])
    >>> found = batch_norm_gradients(x, np.ones(1), upstream, mode="training")
    >>> bool(abs(found.x.sum()) < 1e-12), found.beta
    (True, array([9.]))
    """
    require_channels(x, gamma=gamma)
    require_shape("upstream", upstream, x.shape)
    normalised, root = _normalised(x, mode, running, epsilon)
    axes = _all_but_channels(x)
    by_gamma, by_beta = (upstream * normalised).sum(axis=axes), upstream.sum(axis=axes)
    if mode == "inference":
        return Gradients(upstream * gamma / root, by_gamma, by_beta)
    count = x.size // x.shape[-1]
    by_x = gamma / root * (upstream - by_beta / count - normalised * by_gamma / count)
    return Gradients(by_x, by_gamma, by_beta)


def _normalised(
    x: Floats, mode: Mode, running: Statistics | None, epsilon: float
) -> tuple[Floats, Floats]:
    """Return the input without mean and spread, and the root that it was divided by, (C,)."""
    require_one_of(("training", "inference"), mode=mode)
    require_positive(epsilon=epsilon)
    found = statistics(x)
    if mode == "inference":
        found = require_given("running", running, "in inference mode")
        _require_statistics(x, found)
    root: Floats = np.sqrt(found.variance + epsilon)
    return (x - found.mean) / root, root


def _require_statistics(x: Floats, running: Statistics) -> None:
    require_instance(Statistics, "statistics", running=running)
    require_channels(x, mean=running.mean, variance=running.variance)
    require_not_negative(variance=running.variance)


def _all_but_channels(x: Floats) -> tuple[int, ...]:
    """Return the axes that statistics run over."""
    require_examples(x)
    return tuple(range(x.ndim - 1))

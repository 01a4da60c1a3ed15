"""Logistic regression by hand: probabilities, loss, gradient, Hessian, and how curved it can be.

Chapter: book/logistic_regression.md. Notation: n examples of D features, a weight per feature. An
intercept is the weight of a feature that is one for every example; L2 may leave it out.
"""

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.activations import sigmoid
from dlexp.byhand.arrays import (
    Floats,
    require,
    require_axes,
    require_finite,
    require_mask,
    require_shape,
)
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_zero_or_more

Decayed = NDArray[np.bool_]
"""Which weights L2 is taken of."""


@keeps_precision
def logistic_probabilities(weights: Floats, x: Floats) -> Floats:
    """Return the probability that each example is a one: the sigmoid of its logit.

    Parameters
    ----------
    weights : array of shape (D,)
    x : array of shape (n, D)

    Returns
    -------
    array of shape (n,)
        Each in [0, 1].

    Raises
    ------
    ValueError
        If shapes do not match, or there is no example or no feature.

    Examples
    --------
    >>> logistic_probabilities(np.array([np.log(3)]), np.array([[-1.0], [0.0], [1.0]]))
    array([0.25, 0.5 , 0.75])
    """
    return sigmoid(_logits(weights, x))


@keeps_precision
def logistic_loss(
    weights: Floats,
    x: Floats,
    targets: Floats,
    *,
    l2: float = 0.0,
    decayed: Decayed | None = None,
) -> float:
    """Return the mean cross-entropy, and with it half of ``l2`` times the squared weights.

    No probability is computed on the way: the logarithm of one that rounds to zero would be
    infinite, where the loss is merely large.

    Parameters
    ----------
    weights : array of shape (D,)
    x : array of shape (n, D)
    targets : array of floats, of shape (n,)
        Each 0 or 1.
    l2 : float
        Strength of the penalty ``l2 / 2 * sum(weights**2)``; >= 0. Keras's ``regularizers.L2``
        has no half: there it is ``L2(l2 / 2)``. PyTorch's ``weight_decay`` is this ``l2``.
    decayed : bool array of shape (D,), optional
        The weights that the penalty is taken of: all, unless given.

    Returns
    -------
    float
        In nats; >= 0, and ln 2 if all weights are zero.

    Raises
    ------
    ValueError
        If shapes do not match, there is no example, a target is neither 0 nor 1, or ``l2`` is
        negative.

    References
    ----------
    Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, equation 4.20.

    Examples
    --------
    >>> x, targets = np.array([[1000.0]]), np.ones(1)
    >>> [logistic_loss(np.array([weight]), x, targets) for weight in (1000.0, -1000.0)]
    [0.0, 1000000.0]
    >>> weights, x = np.array([3.0, 4.0]), np.array([[0.0, 1.0]])
    >>> decayed = np.array([True, False])  # the second weight is the intercept
    >>> with_penalty = logistic_loss(weights, x, targets, l2=2.0, decayed=decayed)
    >>> round(with_penalty - logistic_loss(weights, x, targets), 9)
    9.0
    """
    wrong = _signs(targets, x) * _logits(weights, x)
    penalised = _decayed(weights, l2, decayed)
    return float(np.logaddexp(0, wrong).mean() + np.sum(l2 / 2 * penalised * penalised))


@keeps_precision
def logistic_gradient(
    weights: Floats,
    x: Floats,
    targets: Floats,
    *,
    l2: float = 0.0,
    decayed: Decayed | None = None,
) -> Floats:
    """Return the gradient of `logistic_loss` with respect to the weights.

    Parameters
    ----------
    weights, x, targets, l2, decayed
        As in `logistic_loss`.

    Returns
    -------
    array of shape (D,)
        The mean of (probability - target) times the example, and ``l2`` times the weights.

    Raises
    ------
    ValueError
        As in `logistic_loss`.

    References
    ----------
    Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, equation 4.21.

    Examples
    --------
    >>> x, targets = np.array([[1.0], [3.0]]), np.array([1.0, 0.0])
    >>> logistic_gradient(np.zeros(1), x, targets)  # (-0.5 * 1 + 0.5 * 3) / 2
    array([0.5])
    """
    signs = _signs(targets, x)
    # Probability minus target, which keeps its digits where both are one.
    errors = signs * sigmoid(signs * _logits(weights, x))
    gradient: Floats = x.T @ errors / len(x) + l2 * _decayed(weights, l2, decayed)
    return gradient


@keeps_precision
def logistic_hessian(
    weights: Floats, x: Floats, *, l2: float = 0.0, decayed: Decayed | None = None
) -> Floats:
    """Return the second derivatives of `logistic_loss`; the targets play no part in them.

    Parameters
    ----------
    weights, x, l2, decayed
        As in `logistic_loss`.

    Returns
    -------
    array of shape (D, D)
        Symmetric, no eigenvalue below zero: the loss is convex. Some are zero where features
        depend on each other, such as pixels that never change.

    Raises
    ------
    ValueError
        As in `logistic_loss`.

    References
    ----------
    Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, equation 4.22.

    Examples
    --------
    >>> logistic_hessian(np.zeros(1), np.array([[1.0], [3.0]]))  # (1/4 * 1 + 1/4 * 9) / 2
    array([[1.25]])
    """
    logits = _logits(weights, x)
    variances = sigmoid(logits) * sigmoid(-logits)  # of a target: p (1 - p), (n,)
    # A matrix times itself is symmetric to the last bit, and costs half as much as times another.
    weighed = x * np.sqrt(variances)[:, np.newaxis]  # (n, D)
    penalty = l2 * _decayed(np.ones_like(weights), l2, decayed)
    hessian: Floats = weighed.T @ weighed / len(x) + np.diag(penalty)
    return hessian


@keeps_precision
def logistic_smoothness(x: Floats, *, l2: float = 0.0) -> float:
    """Return a bound on the curvature: no eigenvalue of any `logistic_hessian` is above it.

    Gradient descent with the rate ``1 / logistic_smoothness(x)`` never raises the loss.

    Parameters
    ----------
    x : array of shape (n, D)
        Finite.
    l2 : float
        As in `logistic_loss`; >= 0.

    Returns
    -------
    float
        The largest eigenvalue of XᵀX / 4n, and ``l2``: a target has a variance of 1/4 at most.

    Raises
    ------
    ValueError
        If ``x`` has another number of axes, holds nothing, or is not finite, or ``l2`` is negative.

    References
    ----------
    Bubeck (2015), Convex optimization: algorithms and complexity, section 3.2.

    Examples
    --------
    >>> logistic_smoothness(np.array([[1.0], [3.0]]))
    1.25
    """
    _require_examples(x)
    require_finite(x=x)
    require_zero_or_more(l2=l2)
    gram = x.T @ x if x.shape[1] <= len(x) else x @ x.T  # both have the same largest eigenvalue
    largest = np.linalg.eigvalsh(gram)[-1] if np.isfinite(gram).all() else np.inf
    return float(largest / (4 * len(x)) + l2)


def _logits(weights: Floats, x: Floats) -> Floats:
    """Return the weighted sum of each example, (n,)."""
    _require_examples(x)
    require_shape("weights", weights, x.shape[1:])
    logits: Floats = x @ weights
    return logits


def _signs(targets: Floats, x: Floats) -> Floats:
    """Return 1 where a large logit is wrong, and -1 where it is right, (n,)."""
    _require_examples(x)
    require_shape("targets", targets, x.shape[:1])
    others = targets[(targets != 0) & (targets != 1)]
    require(not others.size, "`targets` must be 0 or 1", *others[:1].tolist() or [None])
    return 1 - 2 * targets


def _decayed(weights: Floats, l2: float, decayed: Decayed | None) -> Floats:
    """Return the weights that a penalty is taken of, and zero in place of the others."""
    require_zero_or_more(l2=l2)
    if decayed is None:
        return weights
    require_mask("decayed", decayed, weights.shape)
    return np.where(decayed, weights, 0)


def _require_examples(x: Floats) -> None:
    require_axes("examples, features", x=x)
    require(x.size > 0, "`x` must hold an example and a feature at least", f"shape {x.shape}")

"""Softmax regression by hand: probabilities, cross-entropy, and their gradients.

Chapter: book/softmax_regression.md. Notation: n examples of D features, K classes. A logit is the
score of a class before the softmax; a label is the number of a class, from 0 to K - 1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats, require, require_axes, require_integers, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_at_least

Labels = NDArray[np.integer]
"""The number of a class for each example."""


class Gradients(NamedTuple):
    """What a linear layer hands back to its weights: (D, K) and (K,)."""

    kernel: Floats
    bias: Floats


@keeps_precision
def softmax(logits: Floats) -> Floats:
    """Return the probabilities of the classes: exponentials that share out one.

    Parameters
    ----------
    logits : array of shape (n, K)

    Returns
    -------
    array of shape (n, K)
        Each in [0, 1]; a row adds up to one.

    Raises
    ------
    ValueError
        If there is another number of axes, or no example or no class.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    Examples
    --------
    >>> softmax(np.array([[1000.0, 1000.0 + np.log(3)]]))  # only differences matter
    array([[0.25, 0.75]])
    """
    probabilities: Floats = np.exp(log_softmax(logits))
    return probabilities


@keeps_precision
def log_softmax(logits: Floats) -> Floats:
    """Return the logarithms of `softmax`, finite even where a probability rounds to zero.

    Parameters
    ----------
    logits : array of shape (n, K)

    Returns
    -------
    array of shape (n, K)
        Each <= 0.

    Raises
    ------
    ValueError
        As in `softmax`.

    Examples
    --------
    >>> log_softmax(np.array([[0.0, 1000.0]]))
    array([[-1000.,     0.]])
    """
    _require_logits(logits)
    # The largest becomes zero: no exponential overflows, and one of them is one.
    shifted = logits - logits.max(axis=1, keepdims=True)  # (n, K)
    logarithms: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logarithms


@keeps_precision
def cross_entropy(logits: Floats, labels: Labels) -> float:
    """Return the mean of minus the logarithm of the probability that each label gets.

    Parameters
    ----------
    logits : array of shape (n, K)
    labels : array of integers, of shape (n,)
        Each from 0 to K - 1.

    Returns
    -------
    float
        In nats; >= 0, and ln K if all logits are equal.

    Raises
    ------
    ValueError
        As in `softmax`, or if labels are no integers in their range.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), Deep learning, section 6.2.2.3.

    Examples
    --------
    >>> round(cross_entropy(np.zeros((1, 10)), np.array([3])), 4)
    2.3026
    """
    logarithms = log_softmax(logits)
    _require_labels(labels, *logits.shape)
    return -float(np.mean(logarithms[np.arange(len(labels)), labels]))


@keeps_precision
def cross_entropy_gradient(logits: Floats, labels: Labels) -> Floats:
    """Return the gradient of `cross_entropy` with respect to the logits: (p - y) / n.

    Parameters
    ----------
    logits, labels
        As in `cross_entropy`.

    Returns
    -------
    array of shape (n, K)
        A row adds up to zero: what one class gains, others lose.

    Raises
    ------
    ValueError
        As in `cross_entropy`.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    Examples
    --------
    >>> cross_entropy_gradient(np.zeros((1, 4)), np.array([3]))
    array([[ 0.25,  0.25,  0.25, -0.75]])
    """
    probabilities = softmax(logits)
    _require_labels(labels, *logits.shape)
    gradient: Floats = (probabilities - one_hot(labels, logits.shape[1])) / len(logits)
    return gradient


@keeps_precision
def softmax_regression_gradients(
    x: Floats, kernel: Floats, bias: Floats, labels: Labels
) -> Gradients:
    """Return the gradients of the mean loss of a linear classifier: logits are x W + b.

    Parameters
    ----------
    x : array of shape (n, D)
    kernel : array of shape (D, K)
    bias : array of shape (K,)
    labels : array of integers, of shape (n,)
        Each from 0 to K - 1.

    Returns
    -------
    Gradients
        ``kernel`` (D, K): a class's column is the mean of the examples, each weighed by how much
        too probable it finds the class. ``bias`` (K,).

    Raises
    ------
    ValueError
        If shapes do not match, there is no example, or labels are no integers in their range.

    Examples
    --------
    >>> found = softmax_regression_gradients(
    ...     np.array([[8.0]]), np.zeros((1, 2)), np.zeros(2), np.array([1])
    ... )
    >>> found.kernel, found.bias
    (array([[ 4., -4.]]), array([ 0.5, -0.5]))
    """
    require_axes("examples, features", x=x)
    require_axes("features, classes", kernel=kernel)
    require_shape("kernel", kernel, (x.shape[1], kernel.shape[1]))
    require_shape("bias", bias, kernel.shape[1:])
    by_logits = cross_entropy_gradient(x @ kernel + bias, labels)  # (n, K)
    return Gradients(x.T @ by_logits, by_logits.sum(axis=0))


def one_hot(labels: Labels, classes: int) -> Floats:
    """Return each label as a row that is one at its class and zero elsewhere.

    Parameters
    ----------
    labels : array of integers, of shape (n,)
        Each from 0 to ``classes - 1``.
    classes : int
        K; >= 1.

    Returns
    -------
    array of float64, of shape (n, K)

    Raises
    ------
    ValueError
        If labels are no integers in their range.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    require_at_least(1, classes=classes)
    require_integers(labels=labels)
    _require_labels(labels, labels.size, classes)
    return np.eye(classes)[labels]


def _require_logits(logits: Floats) -> None:
    require_axes("examples, classes", logits=logits)
    require(
        logits.size > 0,
        "`logits` must hold an example and a class at least",
        f"shape {logits.shape}",
    )


def _require_labels(labels: Labels, examples: int, classes: int) -> None:
    require_integers(labels=labels)
    require(labels.shape == (examples,), f"`labels` must have shape ({examples},)", labels.shape)
    others = labels[(labels < 0) | (labels >= classes)]
    rule = f"`labels` must be in 0 ... {classes - 1}"
    require(not others.size, rule, *others[:1].tolist() or [None])

"""How right, how sure and how honest predictions are.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import calibration
from dlexp.byhand.arrays import Floats

Integers = NDArray[np.integer]
BINS = 10


def softmax(logits: Floats) -> Floats:
    """Return probabilities that add up to one along the last axis, in double precision.

    Examples
    --------
    >>> softmax(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    probabilities: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def judge(probabilities: Floats, labels: Integers) -> dict[str, Any]:
    """Return how right, how sure and how honest predictions are.

    Parameters
    ----------
    probabilities : array of shape (n, classes)
    labels : int array of shape (n,)

    Returns
    -------
    dict
        ``accuracy`` in [0, 1]; ``log_likelihood``, nats per image, higher is better;
        ``calibration_error`` in [0, 1], lower is better; ``reliability``, the bins behind it.
    """
    bins = reliability(probabilities, labels)
    weights = np.array(bins["count"]) / len(labels)
    gaps = np.abs(np.subtract(bins["confidence"], bins["accuracy"]))
    return {
        "accuracy": float(np.mean(probabilities.argmax(axis=1) == labels)),
        "log_likelihood": log_likelihood(probabilities, labels),
        "calibration_error": float(weights @ gaps),
        "reliability": bins,
    }


def log_likelihood(probabilities: Floats, labels: Integers) -> float:
    """Return the mean logarithm of the probability of the label, in nats; 0 is perfect.

    Examples
    --------
    >>> round(log_likelihood(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 1])), 4)
    -0.3466
    """
    own = probabilities[np.arange(len(labels)), labels]
    return float(np.log(np.maximum(own, np.finfo(np.float64).tiny)).mean())


def reliability(probabilities: Floats, labels: Integers, bins: int = BINS) -> dict[str, Any]:
    """Sort predictions by their confidence and compare it with how often they are right.

    Parameters
    ----------
    probabilities : array of shape (n, classes)
    labels : int array of shape (n,)
    bins : int
        Equally wide, from 0 to 1.

    Returns
    -------
    dict of str to list
        Per bin ``count``, mean ``confidence`` and ``accuracy``; zeros where a bin is empty. The
        mean gap, weighted by count, is the expected calibration error of Guo et al. (2017).

    Examples
    --------
    >>> reliability(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 0]), bins=2)
    {'count': [0, 2], 'confidence': [0.0, 0.85], 'accuracy': [0.0, 0.5]}
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    sums = calibration.reliability(confidence, right, bins)
    means = [(total / np.maximum(sums.images, 1)).round(12).tolist() for total in sums[1:]]
    return {"count": sums.images.tolist(), "confidence": means[0], "accuracy": means[1]}

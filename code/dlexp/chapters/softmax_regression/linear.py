"""A linear classifier with a softmax: its weights, its objective, and how good its answers are.

Chapter: book/softmax_regression.md. Notation: D pixels, K classes, n images.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import Labels, cross_entropy, cross_entropy_gradient, softmax
from dlexp.calibration import reliability
from dlexp.data import Split

CLASSES = 10
PIXELS = 784
BINS = 10
"""Of equal width, into which probabilities are sorted."""


class LinearWeights(NamedTuple):
    """Of a linear classifier: ``kernel`` (D, K) and ``bias`` (K,)."""

    kernel: Floats
    bias: Floats

    def logits(self, x: Floats) -> Floats:
        """Return a score for each class, (n, K)."""
        scores: Floats = x @ self.kernel + self.bias
        return scores


def pixels(part: Split) -> Floats:
    """Return the images of a part as rows, (n, D)."""
    return part.images.reshape(len(part), -1)


def glorot(seed: int) -> LinearWeights:
    """Return first weights as Keras draws them: uniform, and biases of zero.

    References
    ----------
    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks, equation 16.
    """
    limit = np.sqrt(6 / (PIXELS + CLASSES))
    drawn = np.random.default_rng(seed).uniform(-limit, limit, (PIXELS, CLASSES))
    return LinearWeights(drawn.astype(np.float32), np.zeros(CLASSES, np.float32))


def objective(
    weights: LinearWeights, x: Floats, labels: Labels, l2: float = 0.0
) -> tuple[float, LinearWeights]:
    """Return the mean loss with its penalty, ``l2 / 2 * sum(kernel**2)``, and the gradient."""
    logits = weights.logits(x)
    penalty = l2 / 2 * float(np.sum(weights.kernel * weights.kernel))
    by_logits = cross_entropy_gradient(logits, labels)
    gradient = LinearWeights(x.T @ by_logits + l2 * weights.kernel, by_logits.sum(axis=0))
    return cross_entropy(logits, labels) + penalty, gradient


class Answers(NamedTuple):
    """What a classifier makes of a part.

    ``accuracy``, ``loss`` and ``confidence``, the mean of its largest probabilities; ``guesses``
    (n,), the class of each image; ``confusion`` (K, K), how many images of a class, the row, were
    taken for a class, the column; ``bins`` (`BINS`, 3), for each tenth of the largest probability
    how many images, the sum of these probabilities, and how many of them are right.
    """

    accuracy: float
    loss: float
    confidence: float
    guesses: Labels
    confusion: Labels
    bins: Floats


def answers(weights: LinearWeights, part: Split) -> Answers:
    """Ask a classifier for the class of each image of a part."""
    logits = weights.logits(pixels(part))
    probabilities = softmax(logits)
    guesses, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (part.labels, guesses), 1)
    return Answers(
        accuracy=float(np.mean(guesses == part.labels)),
        loss=cross_entropy(logits, part.labels),
        confidence=float(sure.mean()),
        guesses=guesses,
        confusion=confusion,
        bins=np.stack(reliability(sure, guesses == part.labels, BINS), axis=1),
    )

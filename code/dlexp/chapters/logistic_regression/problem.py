"""The problem of report D: is a digit a five, or not? Pixels, targets, and the loss to be lowered.

Chapter: book/logistic_regression.md. Notation: n images of D features; the last feature is the
intercept's, if there is one.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlexp import data
from dlexp.byhand import logistic
from dlexp.byhand.arrays import Floats

FIVE = 5
"""The digit that report D asks for."""

ALL = 60_000
"""Training images of MNIST, of which report D uses every one."""

CONSTANT = 1e-9
"""Below this standard deviation, report D's program lets a pixel be as it is."""


@dataclass(frozen=True)
class Problem:
    """Images as rows, whether each is a five, and how strongly weights are held near zero.

    Attributes
    ----------
    x : array of shape (n, D)
    targets : array of shape (n,)
        One for a five, zero for another digit.
    l2 : float
        Of `dlexp.byhand.logistic.logistic_loss`, on all weights.
    """

    x: Floats
    targets: Floats
    l2: float = 0.0

    @property
    def start(self) -> Floats:
        """Where report D begins: all weights are zero, (D,)."""
        return np.zeros(self.x.shape[1])

    def loss(self, weights: Floats) -> float:
        """Return the loss at some weights, (D,)."""
        return logistic.logistic_loss(weights, self.x, self.targets, l2=self.l2)

    def gradient(self, weights: Floats) -> Floats:
        """Return the gradient at some weights, (D,)."""
        return logistic.logistic_gradient(weights, self.x, self.targets, l2=self.l2)

    def hessian(self, weights: Floats) -> Floats:
        """Return the second derivatives at some weights, (D, D)."""
        return logistic.logistic_hessian(weights, self.x, l2=self.l2)

    def smoothness(self) -> float:
        """Return what no curvature exceeds."""
        return logistic.logistic_smoothness(self.x, l2=self.l2)

    def wrong(self, points: Floats) -> Floats:
        """Return the share of images that weights get wrong, one for each point, (points,).

        Parameters
        ----------
        points : array of shape (points, D)
        """
        is_five = points @ self.x.T > 0  # (points, n)
        return np.asarray((is_five != self.targets).mean(axis=1))


class Parts(NamedTuple):
    """The images to learn from, and those to judge by."""

    train: Problem
    test: Problem


def drawn(size: int, seed: int, *, intercept: bool, l2: float = 0.0) -> Parts:
    """Return the problem with ``size`` training images that the seed draws; 60,000 are all.

    Pixels are standardised by the mean and the deviation of the training images, as in report D;
    the intercept's feature comes behind that, which would make zeros of its ones.
    """
    mnist = data.mnist()
    train = _everything(mnist) if size == ALL else mnist.subset(size, seed=seed).train
    x, test = standardised(_rows(train), _rows(mnist.test))
    if intercept:
        x, test = with_ones(x), with_ones(test)
    return Parts(Problem(x, _fives(train), l2), Problem(test, _fives(mnist.test)))


def raw(part: data.Split) -> Problem:
    """Return the problem of some images with their pixels as they are, without an intercept."""
    return Problem(_rows(part), _fives(part))


def standardised(train: Floats, test: Floats) -> tuple[Floats, Floats]:
    """Return features with a mean of zero and a deviation of one, by the training images' own.

    Parameters
    ----------
    train, test : arrays of shape (n, D)

    Examples
    --------
    >>> standardised(np.array([[1.0, 7.0], [3.0, 7.0]]), np.array([[4.0, 8.0]]))
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([[2., 1.]]))
    """
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(deviation < CONSTANT, 1.0, deviation)
    return (train - mean) / deviation, (test - mean) / deviation


def with_ones(x: Floats) -> Floats:
    """Return features with one more, which is one for each example: the intercept's.

    Examples
    --------
    >>> with_ones(np.zeros((1, 2)))
    array([[0., 0., 1.]])
    """
    return np.column_stack([x, np.ones(len(x))])


def _everything(mnist: data.Dataset) -> data.Split:
    """Return all 60,000 training images: report D sets none of them aside, and chooses nothing."""
    parts = (mnist.train, mnist.validation)
    return data.Split(
        *(np.concatenate([getattr(part, name) for part in parts])
          for name in ("images", "labels", "indices"))
    )  # fmt: skip


def _rows(part: data.Split) -> Floats:
    rows: Floats = part.images.reshape(len(part), -1).astype(np.float64)
    return rows


def _fives(part: data.Split) -> Floats:
    fives: Floats = (part.labels == FIVE).astype(np.float64)
    return fives


def zeros_and_ones(count: int) -> Problem:
    """Return the first zeros and ones of the training images, by their ink alone.

    Parameters
    ----------
    count : int
        Digits, of both classes together.

    Returns
    -------
    Problem
        Of two features, the standardised ink and the intercept's; a target is one for a one.
    """
    train = data.mnist().train
    few = train.take(np.flatnonzero(train.labels < 2)[:count])
    amounts = few.images.mean(axis=(1, 2, 3), dtype=np.float64)
    amounts = (amounts - amounts.mean()) / amounts.std()
    return Problem(with_ones(amounts[:, np.newaxis]), few.labels.astype(np.float64))

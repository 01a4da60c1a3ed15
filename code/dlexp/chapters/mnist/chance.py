"""What chance does to a score: intervals, choices among scores, and its two sources.

Chapter: book/mnist.md. A *score* is the share of images that a network gets right. Arrays of
``right`` answers have the shape (networks, images), and hold whether each is right.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats

Answers = NDArray[np.bool_]
"""Whether each network is right on each image, of shape (networks, images)."""

SIGNIFICANT = 0.05
"""The share of false alarms that a test of two equal networks is meant to have."""


def standard_error(share: float, images: int) -> float:
    """Return by how much a share of so many random images strays: the binomial spread of a score.

    Parameters
    ----------
    share : float
        The true share of right answers, in [0, 1].
    images : int
        >= 1.

    Examples
    --------
    >>> round(standard_error(0.98, 10_000), 4)
    0.0014
    """
    return float(np.sqrt(share * (1 - share) / images))


def largest_of(count: int) -> float:
    """Return the mean of the largest of so many independent standard normal numbers.

    Parameters
    ----------
    count : int
        >= 1.

    Returns
    -------
    float
        At most ``sqrt(2 * log(count))``, the bound that is easy to remember.

    Examples
    --------
    >>> round(largest_of(1), 3), round(largest_of(2), 3)  # the second is 1 / sqrt(pi)
    (0.0, 0.564)
    >>> round(largest_of(32), 2), round(float(np.sqrt(2 * np.log(32))), 2)
    (2.07, 2.63)
    """
    from scipy.special import ndtr

    places = np.linspace(-10.0, 10.0, 4_001)
    density = np.exp(-(places**2) / 2) / np.sqrt(2 * np.pi)
    # The largest is here, and all others are below.
    return float(np.trapezoid(places * count * density * ndtr(places) ** (count - 1), places))


def optimism(
    right: Answers, images: int, counts: Sequence[int], *, draws: int, seed: int
) -> list[float]:
    """Return by how much the best score of several overstates the network that has it.

    Two disjoint sets of images are drawn. The best network on the first is scored on both, and
    the other way round; the two differences cancel how hard the sets are.

    Parameters
    ----------
    right : array of shape (networks, images)
        Of networks, or of one network at several moments.
    images : int
        Of each set, at most half of those there are.
    counts : sequence of int
        How many networks there are to choose from, each time the first ones.
    draws : int
        Pairs of sets, over which the mean is taken.
    seed : int

    Returns
    -------
    list of float
        One for each count.

    Raises
    ------
    ValueError
        If the sets are too large.

    Examples
    --------
    >>> coins = np.random.default_rng(0).random((2, 4_000)) < 0.5
    >>> one, two = optimism(coins, 100, (1, 2), draws=2_000, seed=0)
    >>> one, bool(abs(two - largest_of(2) * standard_error(0.5, 100)) < 0.003)
    (0.0, True)
    """
    if 2 * images > right.shape[1]:
        raise ValueError(f"`images` must be at most half of {right.shape[1]}; got {images}")
    generator = np.random.default_rng(seed)
    gained = np.zeros(len(counts))
    for _ in range(draws):
        order = generator.permutation(right.shape[1])
        one, other = (right[:, part].mean(axis=1) for part in (order[:images], order[-images:]))
        gained += [_gained(one[:count], other[:count]) for count in counts]
    return [float(value) for value in gained / draws]


def _gained(one: Floats, other: Floats) -> float:
    """Return what the choice by one set of scores gains over the other set, and vice versa."""
    first, second = one.argmax(), other.argmax()
    return float(one[first] - other[first] + other[second] - one[second]) / 2


class Sources(NamedTuple):
    """The variance of one answer, right or wrong, by where it comes from.

    Attributes
    ----------
    networks : float
        How much the networks differ in what they are worth.
    images : float
        How much the images differ in how hard they are.
    rest : float
        What is left: this network on this image.
    """

    networks: float
    images: float
    rest: float

    def of_score(self, images: int) -> float:
        """Return the variance of the score of one network on so many images."""
        return self.networks + (self.images + self.rest) / images

    def of_difference(self, images: int, *, paired: bool, networks: int = 1) -> float:
        """Return the variance of the difference of two recipes' mean scores.

        Each recipe has so many networks. Paired, all answer the same images, and how hard these
        are cancels; else each recipe has images of its own.
        """
        varying = 2 * (self.networks + self.rest / images) / networks
        return varying if paired else varying + 2 * self.images / images


def sources(right: Answers) -> Sources:
    """Split the variance of answers into its sources, by a table of networks and images.

    Parameters
    ----------
    right : array of shape (networks, images)
        Two or more of both.

    Returns
    -------
    Sources
        Estimates without bias, so that one may come out below zero; it is then zero.

    References
    ----------
    Searle, Casella and McCulloch (1992), Variance components: two crossed factors, one
    observation in each cell.

    Examples
    --------
    >>> alike = np.array([[True, False, True, True]] * 3)
    >>> sources(alike)  # what is hard for one is hard for all
    Sources(networks=0.0, images=0.25, rest=0.0)
    """
    table: Floats = right.astype(np.float64)
    networks, images = table.shape
    by_network = table.mean(axis=1, keepdims=True)
    by_image = table.mean(axis=0, keepdims=True)
    residual = table - by_network - by_image + table.mean()
    rest = float((residual**2).sum()) / ((networks - 1) * (images - 1))
    of_networks = float(by_network.var(ddof=1)) - rest / images
    of_images = float(by_image.var(ddof=1)) - rest / networks
    return Sources(max(of_networks, 0.0), max(of_images, 0.0), rest)


def mcnemar(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return how often chance alone sets two equal networks at least so far apart.

    Only the images count on which exactly one of the two is right. If the networks are equally
    good, each such image is a toss of a coin.

    Parameters
    ----------
    one, other : array of shape (images,)
        Whether each is right on the same images.

    Returns
    -------
    float
        The two-sided p-value, exact, in (0, 1].

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions.

    Examples
    --------
    >>> one = np.array([True] * 6 + [False] * 4)
    >>> round(mcnemar(one, np.zeros(10, bool)), 5)  # six tosses, six heads: 2 / 64
    0.03125
    """
    first, second = int((one & ~other).sum()), int((other & ~one).sum())
    return sign_test(first, second)


def sign_test(first: int, second: int) -> float:
    """Return how often a fair coin falls at least as unevenly as so many heads and tails.

    Parameters
    ----------
    first, second : int
        >= 0.

    Examples
    --------
    >>> sign_test(3, 3), round(sign_test(0, 6), 5)
    (1.0, 0.03125)
    """
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(first, second), first + second, 0.5)))

"""What claims and pages read in the records of the chapter. Arrays have the seeds first.

Chapter: book/dense_networks.md.
"""

from dlexp.byhand.arrays import Floats
from dlexp.chapters.dense_networks.enlarged import Enlarged, enlarge
from dlexp.chapters.dense_networks.learning import Learning, learn, sweep
from dlexp.chapters.dense_networks.recipes import Recipe, follow
from dlexp.chapters.dense_networks.signals import Untrained, pass_through
from dlexp.lab.runs import Runs


def learnt(runs: Runs, config: Learning) -> Runs:
    """Return the trainings of a contender, with the rate that was chosen for it."""
    return runs.of(learn, config)


def swept(runs: Runs, config: Learning) -> Floats:
    """Return the best validation accuracy of a contender at each of its rates: (seeds, rates)."""
    best: Floats = runs.of(sweep, config).numbers("validation").max(axis=2)
    return best


def followed(runs: Runs, recipe: Recipe) -> Runs:
    """Return the trainings of a report's recipe."""
    return runs.of(follow, recipe)


def sent(runs: Runs, config: Untrained) -> Runs:
    """Return what went through an untrained network."""
    return runs.of(pass_through, config)


def larger(runs: Runs, config: Enlarged) -> Runs:
    """Return the deep networks of sigmoids that begin with larger weights."""
    return runs.of(enlarge, config)


def factor(sums: Floats) -> Floats:
    """Return what a hidden layer makes of the size of sums, the mean factor: (seeds,).

    Parameters
    ----------
    sums : array of shape (seeds, layers)
        The last is not hidden, and does not count.

    Examples
    --------
    >>> import numpy as np
    >>> factor(np.array([[8.0, 4.0, 2.0, 9.0]]))
    array([0.5])
    """
    factors: Floats = (sums[:, -2] / sums[:, 0]) ** (1 / (sums.shape[1] - 2))
    return factors

"""How the claims and the page on pooling and dropout read the records: arrays, a row per seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.dense import Averaging
from dlexp.chapters.pooling_dropout.moves import MOVES
from dlexp.lab.runs import Runs

# --- Moved digits -------------------------------------------------------------------------------


def accuracies(runs: Runs, architecture: str, kind: str) -> Floats:
    """Return the accuracy on moved test images, (seeds, amounts).

    Parameters
    ----------
    runs : Runs
        Of the whole chapter.
    architecture : str
    kind : "shift", "zoom" or "rotation"
    """
    return runs("move", architecture=architecture).numbers("accuracy", kind)


def losses(runs: Runs, architecture: str, kind: str) -> Floats:
    """Return the accuracy that each move costs, (seeds, amounts): in place minus moved."""
    in_place = accuracies(runs, architecture, "shift")[:, :1]
    return in_place - accuracies(runs, architecture, kind)


def loss(runs: Runs, architecture: str, kind: str, *amounts: float) -> Floats:
    """Return the accuracy that moves by these amounts cost on average, (seeds,)."""
    columns = [MOVES[kind].index(amount) for amount in amounts]
    return np.asarray(losses(runs, architecture, kind)[:, columns].mean(axis=1))


# --- The factorial ------------------------------------------------------------------------------

OUTCOMES: dict[str, str] = {
    "train": "training accuracy",
    "test": "test accuracy",
    "gap": "training minus validation accuracy",
}


def outcome(crosses: Runs, name: str) -> Floats:
    """Return an outcome of one network of the factorial, (seeds,); see `OUTCOMES`.

    Training and validation are read in inference mode at the end of the last epoch; the test
    accuracy is that of the epoch that validation chose.
    """
    if name == "test":
        return crosses.numbers("test")
    last = crosses.numbers("train")[:, -1]
    return last if name == "train" else last - crosses.numbers("validation")[:, -1]


@dataclass(frozen=True)
class Effects:
    """What two factors do, one value per seed.

    Attributes
    ----------
    pooling, dropout : array of shape (seeds,)
        Main effects: with minus without, mean over the other factor.
    interaction : array of shape (seeds,)
        The effect of dropout with pooling minus that without it.
    """

    pooling: Floats
    dropout: Floats
    interaction: Floats


def effects(runs: Runs, size: int, name: str) -> Effects:
    """Return the effects of pooling and dropout on an outcome, paired by seed."""
    cell = {
        (pooling, rate > 0): outcome(runs("cross", size=size, pooling=pooling, rate=rate), name)
        for pooling in (False, True)
        for rate in (0.0, 0.5)
    }
    with_pooling = cell[True, True] - cell[True, False]
    without = cell[False, True] - cell[False, False]
    return Effects(
        pooling=(cell[True, True] + cell[True, False] - cell[False, True] - cell[False, False]) / 2,
        dropout=(with_pooling + without) / 2,
        interaction=with_pooling - without,
    )


# --- Dense networks and their predictions -------------------------------------------------------

ALL_MASKS = f"masks {Averaging().masks[-1]}"
"""The predictor that averages over as many masks as were drawn."""


def dense_accuracy(runs: Runs, size: int, rate: float, part: str = "test") -> Floats:
    """Return the accuracy of the dense networks of a size and a rate, (seeds,)."""
    return runs("vary", size=size).numbers(f"{rate:g}", part)


def judged(runs: Runs, predictor: str, *what: str) -> Floats:
    """Return a judgement of one predictor's predictions, (seeds, ...); see `judge`.

    Parameters
    ----------
    runs : Runs
        Of the whole chapter.
    predictor : "plain", "scaled", "ensemble", "geometric" or "masks <count>"
    *what : str
        Such as ``"accuracy"``, or ``"reliability", "count"``.
    """
    return runs("average").numbers("judged", predictor, *what)


def excess(runs: Runs, predictor: str) -> Floats:
    """Return the mean confidence minus the accuracy, (seeds,); see `judged`."""
    count, confidence, accuracy = _bins(runs, predictor)
    return np.asarray(np.average(confidence - accuracy, axis=1, weights=count))


def pooled_reliability(runs: Runs, predictor: str) -> dict[str, Floats]:
    """Return the bins of `reliability` over all seeds together; see `judged`."""
    count, *means = _bins(runs, predictor)
    total = count.sum(axis=0)
    confidence, accuracy = ((count * mean).sum(axis=0) / np.maximum(total, 1) for mean in means)
    return {"count": total, "confidence": confidence, "accuracy": accuracy}


def _bins(runs: Runs, predictor: str) -> tuple[Floats, Floats, Floats]:
    """Return predictions, mean confidence and accuracy per bin, each (seeds, bins)."""
    count, confidence, accuracy = (
        judged(runs, predictor, "reliability", name) for name in ("count", "confidence", "accuracy")
    )
    return count, confidence, accuracy

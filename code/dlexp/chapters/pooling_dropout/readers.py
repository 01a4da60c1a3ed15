"""How the claims and the page on pooling and dropout read the records: arrays, a row per seed."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.dense import Averaging
from dlexp.chapters.pooling_dropout.moves import MOVES
from dlexp.chapters.pooling_dropout.nets import REMEDIES
from dlexp.lab.runs import Runs

# --- Moved digits -------------------------------------------------------------------------------


def trained(runs: Runs, network: str) -> Runs:
    """Return the runs that asked one network about moved digits.

    Parameters
    ----------
    runs : Runs
        Of the whole chapter.
    network : str
        One of `ARCHITECTURES` or of `REMEDIES`; what is both was trained once, as the latter.
    """
    if network in REMEDIES:
        return runs("mend", remedy=network)
    return runs("move", architecture=network)


def accuracies(runs: Runs, network: str, kind: str) -> Floats:
    """Return the accuracy on moved test images, (seeds, amounts).

    Parameters
    ----------
    runs, network
        As in `trained`.
    kind : "shift", "zoom" or "rotation"
    """
    return trained(runs, network).numbers("accuracy", kind)


def losses(runs: Runs, network: str, kind: str) -> Floats:
    """Return the accuracy that each move costs, (seeds, amounts): in place minus moved."""
    in_place = accuracies(runs, network, "shift")[:, :1]
    return in_place - accuracies(runs, network, kind)


def loss(runs: Runs, network: str, kind: str, *amounts: float) -> Floats:
    """Return the accuracy that moves by these amounts cost on average, (seeds,)."""
    columns = [MOVES[kind].index(amount) for amount in amounts]
    return np.asarray(losses(runs, network, kind)[:, columns].mean(axis=1))


def wide_losses(runs: Runs, remedy: str) -> Floats:
    """Return the accuracy that each shift costs on a wide canvas, (seeds, amounts)."""
    wide = runs("mend", remedy=remedy).numbers("wide")
    return np.asarray(wide[:, :1] - wide)


# --- Neither, one, or both ----------------------------------------------------------------------

FACTORS = {
    "neither": (False, 0.0),
    "dropout": (False, 0.5),
    "pooling": (True, 0.0),
    "both": (True, 0.5),
}
"""Whether a network of the factorial has poolings, and its rate of dropout."""


def crossed(runs: Runs, size: int, factors: str) -> Runs:
    """Return the runs of one network of the factorial; see `FACTORS`."""
    pooling, rate = FACTORS[factors]
    return runs("cross", size=size, pooling=pooling, rate=rate)


def by_epoch(runs: Runs, size: int, factors: str, part: str) -> Floats:
    """Return an accuracy after each pass, (seeds, epochs); see `crossed`.

    Parameters
    ----------
    part : "train" or "validation" in inference mode, or "reported", as Keras shows it
    """
    return crossed(runs, size, factors).numbers(part)


def ahead(runs: Runs, size: int, part: str) -> Floats:
    """Return how far both are ahead of neither after each pass, (seeds, epochs)."""
    return by_epoch(runs, size, "both", part) - by_epoch(runs, size, "neither", part)


def tested(runs: Runs, size: int, factors: str) -> Floats:
    """Return the test accuracy at the pass that validation chose, (seeds,)."""
    return crossed(runs, size, factors).numbers("test")


# --- Dense networks and their predictions -------------------------------------------------------

ALL_MASKS = f"masks {Averaging().masks[-1]}"
"""The predictor that averages over as many masks as were drawn."""


DENSE = {"without dropout": "plain", "with dropout": "scaled"}
"""What the two dense networks are called, and their names in the records."""


def judged(runs: Runs, predictor: str, *what: str) -> Floats:
    """Return a judgement of one predictor's predictions, (seeds, ...); see `judge`.

    Parameters
    ----------
    runs : Runs
        Of the whole chapter.
    predictor : "plain", "scaled", "ensemble", "geometric", "masks <count>"
    *what : str
        Such as ``"accuracy"``, or ``"reliability", "count"``.
    """
    if predictor == "ensemble of dropout":
        return runs("gather").numbers("judged", *what)
    return runs("average").numbers("judged", predictor, *what)


def excess(runs: Runs, predictor: str) -> Floats:
    """Return the mean confidence minus the accuracy, (seeds,); see `judged`."""
    count, confidence, accuracy = (
        judged(runs, predictor, "reliability", name) for name in ("count", "confidence", "accuracy")
    )
    return np.asarray(np.average(confidence - accuracy, axis=1, weights=count))


def relied_on(runs: Runs, network: str, what: str) -> Floats:
    """Return what one of `DENSE`, or an untrained network, relies on, (seeds, ...)."""
    return runs("rely").numbers(network, what)


def memory(runs: Runs, rate: float, what: str) -> Floats:
    """Return what a network that was taught wrong labels knows after each pass, (seeds, epochs).

    Parameters
    ----------
    what : "memorised", "seen_through" or "validation"
    """
    return runs("memorise").numbers(f"{rate:g}", what)


def rivalled(runs: Runs, way: str, what: str) -> Floats:
    """Return what networks are that were kept from overfitting in one way, (seeds, strengths).

    Parameters
    ----------
    way : "plain", "hidden", "pixels" or "decay"
    what : "validation", "test" or "roughness", at the pass with the best validation accuracy
    """
    return runs("rival").numbers(way, what)

"""How the nets of the chapter on batch normalisation are trained, chosen and asked.

Chapter: book/batch_norm.md. Each seed draws its own training images. Moments and learning rates
are chosen by validation images; a net is asked for test images once, when all is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlexp import data

if TYPE_CHECKING:
    from dlexp import training


def drawn(config: Any, seed: int) -> data.Dataset:
    """Return the training images that a seed draws, with the validation images of a look.

    Parameters
    ----------
    config
        Has ``train_size`` and ``looked``.
    seed : int
    """
    dataset = data.mnist().subset(config.train_size, seed=seed)
    return replace(dataset, validation=dataset.validation.sample(config.looked))


def tuned(
    loop: training.Loop,
    dataset: data.Dataset,
    plans: Sequence[training.Plan],
    seed: int,
    tested: int,
) -> dict[str, Any]:
    """Train by each plan, choose one by validation, and only then ask for test images.

    Returns
    -------
    dict
        ``validation`` and ``path`` of each plan, its accuracy at the best look and at all; the
        ``rate`` of the chosen plan, with its accuracies on ``train`` and ``test`` images. The
        loop's model has its weights.
    """
    from dlexp import training

    paths, best = [], loop.first
    highest: list[float] = []
    for plan in plans:
        history = training.descend(loop, dataset, plan, seed=seed)
        path = [round(value, 4) for value in history.accuracy["validation"]]
        if max(path) > max(highest, default=-1.0):
            best = loop.model.get_weights()
        highest.append(max(path))
        paths.append(path)
    loop.model.set_weights(best)
    chosen = plans[highest.index(max(highest))]
    return {
        "validation": highest,
        "path": paths,
        "rate": chosen.learning_rate,
        **reported(loop, dataset, tested),
    }


def reported(loop: training.Loop, dataset: data.Dataset, images: int) -> dict[str, float]:
    """Return a net's accuracies on samples of training and test images, in inference mode."""
    from dlexp import training

    return {
        "train": training.score(loop.model, dataset.train.sample(images)),
        "test": training.score(loop.model, dataset.test.sample(images)),
    }

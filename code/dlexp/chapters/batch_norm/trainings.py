"""What a seed learns from.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlexp import data


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

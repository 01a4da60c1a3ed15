"""The tables of what was run, made from the networks as Keras built them and from the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlexp.draw import publish
from dlexp.lab.runs import Runs

SHORT = {
    "Conv2D": "conv",
    "MaxPooling2D": "max",
    "AveragePooling2D": "mean",
    "GlobalMaxPooling2D": "global max",
    "GlobalAveragePooling2D": "global mean",
    "RandomTranslation": "random shift",
    "Flatten": "flat",
    "Dense": "dense",
    "Dropout": "dropout",
}
"""What the tables call a layer."""


def layered(layers: Sequence[Mapping[str, Any]]) -> list[str | int]:
    """Return a network's layers in words, its parameters and its multiplications.

    Examples
    --------
    >>> layered([{"kind": "Dense", "shape": [10], "parameters": 110, "multiplications": 100}])
    ['dense 10', 110, 100]
    """
    words = [f"{SHORT[row['kind']]} {'×'.join(f'{n:,}' for n in row['shape'])}" for row in layers]
    sums = [sum(row[name] for row in layers) for name in ("parameters", "multiplications")]
    return [", ".join(words), *sums]


def how_trained(key: str, experiments: Mapping[str, Runs], *, read: str) -> None:
    """List how networks are trained: a column of settings for each experiment.

    Parameters
    ----------
    key : str
        Of the table.
    experiments : mapping of words to its runs
        Their configuration says how networks are trained, or has a ``training`` that says it.
    read : str
        What is read when the training has ended, for the caption.
    """
    rows: list[list[str | int]] = []
    for name, runs in experiments.items():
        config = runs.config.get("training", runs.config)
        passes, batch = config["epochs"], config["batch_size"]
        rows.append(
            [
                name,
                f"{config['size']:,}",
                f"{passes}",
                f"{passes * (config['size'] // batch):,} of {batch}",
                f"{config['learning_rate']:g}",
                len(runs.seeds),
            ]
        )
    header = ["experiment", "images", "passes", "steps, images each", "Adam's rate", "seeds"]
    caption = f"How the networks are trained; then each is read once, on {read}"
    publish.table(key, header, rows, caption=caption)

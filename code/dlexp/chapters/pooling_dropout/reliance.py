"""What a trained network relies on: particular hidden units, or particular pixels.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp.byhand.arrays import Floats

if TYPE_CHECKING:
    import keras

    from dlexp import data

SILENCED = (0.0, 0.25, 0.5, 0.75)
"""Shares of the hidden units that are silenced for good, the others scaled up as dropout does."""

NOISY = (0.0, 0.1, 0.2, 0.3, 0.4)
"""Shares of the pixels that are replaced by a grey drawn by chance."""

DRAWS = 5  # sets of silenced units, whose accuracies are averaged
DRAWN = 8  # hidden units whose weights are kept, for a figure


def relied_on(
    model: keras.Model, head: tuple[Floats, Floats, Floats], test: data.Split, seed: int
) -> dict[str, Any]:
    """Ask a network with a hidden layer, before its logits, what it cannot do without.

    Parameters
    ----------
    model : keras.Model
    head : array of shape (n, units), (units, classes) and (classes,)
        Its hidden activations for the test images, and its last kernel and bias.
    test : Split
    seed : int
        Of what is silenced, and of the noise.

    Returns
    -------
    dict
        ``silenced`` and ``noisy``: accuracy for each share of `SILENCED` and `NOISY`.
        ``correlation``: mean absolute correlation of two hidden units' activations, in [0, 1].
        ``active``: share of units and images whose activation is not zero.
    """
    from dlexp import training

    generator = np.random.default_rng(seed)
    hidden, kernel, bias = head
    silenced = [
        float(
            np.mean(
                [
                    training.accuracy(
                        _without(hidden, share, generator) @ kernel + bias, test.labels
                    )
                    for _ in range(DRAWS)
                ]
            )
        )
        for share in SILENCED
    ]
    noisy = [
        training.accuracy(
            training.predict(model, noised(test.images, share, generator)), test.labels
        )
        for share in NOISY
    ]
    return {
        "silenced": silenced,
        "noisy": noisy,
        "correlation": mean_correlation(hidden),
        "active": float(np.mean(hidden > 0)),
    }


def _without(hidden: Floats, share: float, generator: np.random.Generator) -> Floats:
    """Return activations, (n, units), without a share of the units, the same for every image."""
    units = hidden.shape[1]
    kept = generator.permutation(units) >= round(share * units)
    return np.asarray(hidden * kept / (1 - share))


def noised(images: Floats, share: float, generator: np.random.Generator) -> Floats:
    """Return images of which about a share of the pixels is a grey drawn from 0 to 1.

    Examples
    --------
    >>> images = np.full((1, 2, 2, 1), 2.0)
    >>> noised(images, 0.0, np.random.default_rng(0)).ravel()
    array([2., 2., 2., 2.])
    """
    hit = generator.random(images.shape) < share
    return np.where(hit, generator.random(images.shape), images).astype(images.dtype)


def mean_correlation(hidden: Floats) -> float:
    """Return the mean absolute correlation of two columns; those that never change are left out.

    Examples
    --------
    >>> mean_correlation(np.array([[0.0, 1, 5], [1, 0, 5], [2, -1, 5]]))
    1.0
    """
    alive = hidden[:, hidden.std(axis=0) > 0]
    pairs = np.atleast_2d(np.corrcoef(alive, rowvar=False))[np.triu_indices(alive.shape[1], 1)]
    return round(float(np.abs(pairs).mean()), 12)

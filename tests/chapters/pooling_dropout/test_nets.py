"""The networks that are compared."""

import numpy as np
import pytest

from dlexp.chapters.pooling_dropout import nets
from helpers import EXACT, FLOAT32, assert_agree, random


def test_the_networks_that_are_compared_have_nearly_as_many_parameters() -> None:
    counts = [nets.network(name).count_params() for name in nets.ARCHITECTURES]

    assert max(counts) / min(counts) < 1.02


def test_the_cures_have_as_many_parameters_as_what_they_cure() -> None:
    plain = nets.network("max").count_params()

    counts = {name: nets.mended(name).count_params() for name in nets.REMEDIES}

    assert counts["blurred"] == counts["augmented"] == plain
    assert counts["global_max"] == counts["global_average"]
    assert max(counts.values()) / min(counts.values()) < 1.02


def test_a_blurred_pooling_is_max_then_a_binomial_filter() -> None:
    x = random(0, 2, 8, 8, 3)
    y = x
    for layer in nets.blurred():
        y = layer(y)

    rows = np.arange(8)
    most = np.maximum(x, x[:, np.minimum(rows + 1, 7)])
    most = np.maximum(most, most[:, :, np.minimum(rows + 1, 7)])
    blur = np.array([0.25, 0.5, 0.25])[:, None, None]
    inner = most[:, 0:7, 0:7]  # what the first three windows of each row take
    expected = [
        [
            (
                inner[:, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3] * blur[None] * blur[:, 0][None, None]
            ).sum(axis=(1, 2))
            for c in range(3)
        ]
        for r in range(3)
    ]
    assert_agree(np.asarray(y)[:, :3, :3], np.moveaxis(expected, 2, 0), tolerance=FLOAT32)


def test_shifts_are_idle_in_inference() -> None:
    x = random(1, 2, 28, 28, 1).astype(np.float32)
    layer = nets.shifts()

    assert_agree(np.asarray(layer(x, training=False)), x, tolerance=EXACT)
    assert not np.allclose(layer(x, training=True), x)


def test_shifts_are_by_whole_pixels_in_both_directions() -> None:
    """Each image is one of its own shifts, and nothing is mixed."""
    x = np.zeros((200, 28, 28, 1), np.float32)
    x[:, 10, 12], x[:, 10, 13] = 1, 2

    y = np.asarray(nets.shifts()(x, training=True))

    assert (y == 1).sum() == (y == 2).sum() == len(x)
    found = np.argwhere(y == 1)[:, 1:3] - (10, 12)
    assert (np.argwhere(y == 2)[:, 1:3] - (10, 13) == found).all()
    assert [found.min(), found.max()] == [-nets.REACH, nets.REACH]
    assert len(np.unique(found, axis=0)) > 40


def test_an_unknown_cure_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be one of blurred, .*; got 'prayer'"):
        nets.mended("prayer")


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be one of dense, strided.*; got 'lenet'"):
        nets.network("lenet")


def test_one_seed_gives_the_same_first_weights_at_every_rate() -> None:
    from keras import utils

    def first_weights(rate: float) -> list[np.ndarray]:
        utils.set_random_seed(3)
        weights: list[np.ndarray] = nets.perceptron(8, rate).get_weights()
        return weights

    for without, dropped in zip(first_weights(0.0), first_weights(0.5), strict=True):
        assert_agree(dropped, without, tolerance=EXACT)

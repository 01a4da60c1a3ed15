"""The networks that are compared."""

import numpy as np
import pytest

from dlexp.chapters.pooling_dropout import nets
from helpers import EXACT, assert_agree


def test_the_networks_that_are_compared_have_nearly_as_many_parameters() -> None:
    counts = [nets.network(name).count_params() for name in nets.ARCHITECTURES]

    assert max(counts) / min(counts) < 1.02


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

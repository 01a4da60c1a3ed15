"""Nets over sequences: their size, by formula and as Keras counts it, and their start."""

import numpy as np
import pytest

from dlexp.chapters.rnn_vs_cnn import nets


@pytest.mark.parametrize("kind", [*nets.RECURRENT, "conv1d", "pooled", "causal", "dilated"])
def test_a_net_has_the_parameters_of_the_formula(kind: str) -> None:
    model = nets.build(kind, (12, 3), 4, 5)

    assert model.count_params() == nets.parameters(kind, (12, 3), 4, 5)
    assert model(np.zeros((2, 12, 3), np.float32)).shape == (2, 4)


@pytest.mark.parametrize("kind", ["conv2d", "dense"])
def test_a_net_for_images_has_the_parameters_of_the_formula(kind: str) -> None:
    model = nets.build(kind, (28, 28, 1), 10, 7)

    assert model.count_params() == nets.parameters(kind, (28, 28, 1), 10, 7)


def test_open_gates_are_the_second_block_of_the_bias() -> None:
    bias = nets.build("lstm_open", (4, 3), 2, 5).layers[0].get_weights()[2]

    assert bias.tolist() == [0] * 5 + [nets.OPEN] * 5 + [0] * 10


def test_messages() -> None:
    with pytest.raises(ValueError, match=r"`kind` must be one of .*dense; got 'rnn'"):
        nets.build("rnn", (4, 3), 2, 5)
    with pytest.raises(ValueError, match="`masked` must be one of no, end, each; got 'yes'"):
        nets.reader("lstm", 3, 2, 5, masked="yes")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="within a twentieth; got budget=100, and 805 parameters"):
        nets.width_for("dense", (28, 28, 1), 10, 100)

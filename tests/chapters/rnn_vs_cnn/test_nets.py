"""Nets over sequences: their size, and their start."""

import numpy as np
import pytest

from dlexp.chapters.rnn_vs_cnn import nets


@pytest.mark.parametrize("kind", [*nets.RECURRENT, "conv1d", "pooled", "causal", "dilated"])
def test_a_net_answers_to_each_sequence(kind: str) -> None:
    assert nets.build(kind, (12, 3), 4, 5)(np.zeros((2, 12, 3), np.float32)).shape == (2, 4)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        *((kind, (12, 3)) for kind in (*nets.RECURRENT, "conv1d", "pooled", "causal", "dilated")),
        ("conv2d", (28, 28, 1)), ("dense", (28, 28, 1)),
    ],
)  # fmt: skip
def test_a_width_is_the_one_whose_parameters_are_nearest(kind: str, shape: tuple[int, ...]) -> None:
    budget = nets.build(kind, shape, 4, 23).count_params()
    either_side = [nets.build(kind, shape, 4, width).count_params() for width in (22, 24)]
    nearly = (budget + min(either_side, key=lambda count: abs(count - budget))) // 2

    assert nets.width_for(kind, shape, 4, budget) == 23
    assert nets.width_for(kind, shape, 4, nearly) in (22, 23, 24)


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

"""The networks of the chapter, and what is compared."""

import numpy as np
import pytest

from dlexp.byhand.dense import dense_parameters
from dlexp.chapters.dense_networks import contenders
from dlexp.chapters.dense_networks.nets import MOMENTUM, SMALL, dense, optimizer


def test_report_c_has_its_parameters() -> None:
    assert dense((64, 64), "relu", "glorot_uniform").count_params() == 55_050


def test_small_weights_are_drawn_anew_for_each_layer() -> None:
    one, other = dense((64, 64, 64), "relu", "small").get_weights()[2:5:2]

    assert not np.array_equal(one, other)
    assert one.std() == pytest.approx(SMALL, rel=0.05)


def test_momentum_is_an_sgd() -> None:
    assert optimizer("momentum").momentum == MOMENTUM
    assert optimizer("sgd").momentum == 0


def test_shapes_have_nearly_equal_parameters() -> None:
    pair = (contenders.SIZES["one"], contenders.SIZES["two"])
    counts = [dense_parameters((784, *each.hidden, 10)) for each in pair]

    assert max(counts) / min(counts) < 1.01


def test_the_start_takes_part_in_every_comparison() -> None:
    groups = [group for group in contenders.GROUPS if group not in (contenders.DEFAULTS,)]
    with_it = [contenders.START in group.values() for group in groups]

    assert with_it.count(False) == 1  # the deep ones


def test_everyone_is_there_once() -> None:
    everyone = contenders.everyone()

    assert len(everyone) == len(set(everyone))
    assert {rate for each in everyone for rate in each.rates} >= {0.001, 0.01, 1.0}

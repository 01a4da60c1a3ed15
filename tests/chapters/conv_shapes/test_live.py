"""The calculator of shapes starts from networks of the chapter."""

import pytest

from dlexp.byhand.shapes import Dense
from dlexp.chapters.conv_shapes import live, nets


def test_the_calculator_starts_from_networks_of_the_chapter() -> None:
    names, codes = zip(*live.stacks(), strict=True)

    assert len(set(names)) == len(names) == 3
    assert codes[1].split(";")[0] == "256,3"
    assert len(codes[2].split(";")) == 1 + len(nets.blocks(5, "valid"))


def test_a_stack_of_dense_layers_has_no_code() -> None:
    with pytest.raises(ValueError, match="`layers` must be convolutions and poolings; got Dense"):
        live.code([Dense(units=2)], (4, 4, 1))

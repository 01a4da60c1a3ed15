"""What commutes with a shift."""

import pytest

from dlexp.chapters.pooling_dropout import commuting

pytestmark = pytest.mark.usefixtures("small_data")


def test_layers_commute_as_their_steps_allow() -> None:
    found = commuting.commute(commuting.Commuting(images=20), 1).numbers["layers"]

    assert found["convolution"]["another"] == [0, 0, 0, 0]
    assert found["max pooling"]["no_shift"] == [20, 0, 20, 0]
    assert found["max pooling, blurred"]["no_shift"] == [20, 0, 20, 0]
    assert found["two blocks"]["no_shift"] == [20, 20, 20, 0]
    assert found["three convolutions, global max"]["changed"][3] == 0


def test_a_layer_that_ignores_a_shift_is_not_one_that_follows_it() -> None:
    """The count of `another` would not pass a global pooling, which `no_shift` does."""
    found = commuting.commute(commuting.Commuting(images=20), 1).numbers["layers"]

    assert found["max pooling"]["another"] == [20, 20, 20, 20]

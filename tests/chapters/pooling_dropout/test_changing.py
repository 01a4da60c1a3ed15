"""How far layers are from following a shift by one pixel."""

import numpy as np
import pytest

from dlexp.chapters.pooling_dropout import changing

pytestmark = pytest.mark.usefixtures("small_data")


def test_a_convolution_leaves_nothing_and_a_blur_less_than_none() -> None:
    left = changing.change(changing.Changing(images=20), 1).numbers["left"]

    assert left["convolution"] == {"whole": 0, "part": 0}
    assert left["max pooling, blurred"]["part"] < 0.7 * left["max pooling"]["part"]
    for shares in left.values():
        assert all(0 <= share < 1 for share in shares.values())


def test_a_map_of_one_cell_stays_and_a_whole_cell_is_a_shift() -> None:
    maps = np.arange(6.0).reshape(1, 2, 3, 1)

    assert (changing.moved_by_part(maps[:, :, :1], 17) == maps[:, :, :1]).all()
    assert (changing.moved_by_part(maps, 1) == np.roll(maps, 1, axis=2)).all()

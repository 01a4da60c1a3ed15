"""Shifts, zooms and rotations, and how far they carry the ink."""

import numpy as np
import pytest
from scipy import ndimage

from dlexp import data
from dlexp.chapters.pooling_dropout import moves
from helpers import EXACT, FLOAT32, assert_agree

pytestmark = pytest.mark.usefixtures("small_data")


@pytest.mark.parametrize("amount", [0, 1, 4])
def test_a_shift_is_exact_and_goes_in_every_direction(amount: int) -> None:
    images = np.random.default_rng(0).random((8, 28, 28, 1)).astype(np.float32)
    padded = np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)))

    found = moves.moved(images, "shift", amount)

    for index, (down, right) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0)) * 2):
        y, x = 4 - amount * down, 4 - amount * right
        assert_agree(found[index], padded[index, y : y + 28, x : x + 28], tolerance=EXACT)


@pytest.mark.parametrize(("kind", "amount"), [("zoom", 0.8), ("zoom", 1.2), ("rotation", 20)])
def test_zooms_and_rotations_are_those_of_scipy(kind: str, amount: float) -> None:
    images = data.load("mnist").test.images[:4]
    angle = np.radians(amount) if kind == "rotation" else 0.0

    found = moves.moved(images, kind, amount)

    for index, image in enumerate(images):
        turn = angle * (-1) ** index
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        matrix /= amount if kind == "zoom" else 1
        expected = ndimage.affine_transform(
            np.pad(image[:, :, 0], 1), matrix, 14.5 - matrix @ [14.5, 14.5], order=1
        )[1:-1, 1:-1]
        assert_agree(found[index, :, :, 0], expected, tolerance=FLOAT32)


def test_a_zoom_keeps_the_middle_and_grows_the_digit() -> None:
    images = data.load("mnist").test.images[:50]

    small, large = (moves.moved(images, "zoom", by).sum() for by in (0.8, 1.2))

    assert abs(small / images.sum() - 0.64) < 0.02
    assert abs(large / images.sum() - 1.44) < 0.02


def test_no_shift_loses_much_ink() -> None:
    """The margin of MNIST is about as wide as the largest shift."""
    images = data.load("mnist").test.images

    assert moves.moved(images, "shift", 4).sum() / images.sum() > 0.99


def test_an_unknown_move_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of shift, zoom, rotation; got 'shear'"):
        moves.moved(np.zeros((1, 28, 28, 1), np.float32), "shear", 1)


def test_a_pushed_image_is_the_one_that_the_moves_shift() -> None:
    images = np.random.default_rng(0).random((4, 28, 28, 1)).astype(np.float32)
    by_turns = moves.moved(images, "shift", 3)
    ways = [(0, 3), (3, 0), (0, -3), (-3, 0)]
    for image, expected, way in zip(images, by_turns, ways, strict=True):
        assert np.allclose(moves.pushed(image[np.newaxis], *way)[0], expected)
    assert not moves.pushed(images, 28, 0).any()

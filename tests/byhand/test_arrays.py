"""The checks of arguments one by one: what they take, what they refuse, and how they say it."""

import numpy as np
import pytest

from dlexp.byhand import arrays
from helpers import random


def test_the_order_of_bytes_does_not_matter() -> None:
    arrays.require_floats(x=np.ones(3, ">f4"), y=np.ones(3, "<f8"))


def test_messages_of_shapes_say_the_rule_and_then_the_shape() -> None:
    x, kernel = random(0, 2, 4, 4, 3), random(1, 2, 2, 3, 5)

    with pytest.raises(ValueError, match=r"^`padded` must have shape \(images, height, width, ch"):
        arrays.require_images(x[0], "padded")
    with pytest.raises(ValueError, match=r"^`x` must have at least one position; got shape \(2, 0"):
        arrays.require_positions(x[:, :0])
    with pytest.raises(ValueError, match=r"with 3 channels; got \(2, 2, 2, 5\)$"):
        arrays.require_kernel(kernel[:, :, :2], x)
    with pytest.raises(ValueError, match=r"^`m` must have the shape \(2, 3\), or ones in it; got"):
        arrays.require_shared_mask("m", np.ones((2, 2), bool), (2, 3))


def test_messages_of_values_say_the_rule_and_then_one_of_them() -> None:
    wrong = np.array([0.0, np.inf, np.nan, -1.0])

    with pytest.raises(ValueError, match=r"^`maps` must be finite; got inf$"):
        arrays.require_finite(maps=wrong)
    with pytest.raises(ValueError, match=r"^`maps` must have no negative value; got -1\.0$"):
        arrays.require_not_negative(maps=wrong[[0, 3]])
    with pytest.raises(
        ValueError, match=r"^`maps` must have at least one position; got shape \(2, "
    ):
        arrays.require_maps(np.zeros((2, 3, 0)))
    arrays.require_not_negative(maps=np.zeros(0), x=np.zeros(2))


def test_a_value_is_told_in_one_line_that_is_not_long() -> None:
    with pytest.raises(ValueError, match=r"^`x` must be odd; got \[\[0\. 0\.\] \[0\. 0\.\]\]$"):
        arrays.require(False, "`x` must be odd", np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"^`x` must be odd; got 7{200}\.\.\.$"):
        arrays.require(False, "`x` must be odd", "7" * 201)
    with pytest.raises(ValueError, match=r"^`x` must be odd; got 7{200}$"):
        arrays.require(False, "`x` must be odd", "7" * 200)

"""The checks of arguments one by one: what they take, what they refuse, and how they say it."""

from collections.abc import Callable
from typing import Any

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


# --- Numbers and words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "values", "message"),
    [
        (lambda v: arrays.require_at_least(2, n=v), [1, 2.0, True, "3", None],
         "`n` must be an integer >= 2; got n="),
        (lambda v: arrays.require_between(1, 3, n=v), [0, 4, 2.0, True, "2"],
         r"`n` must be an integer in 1 \.\.\. 3; got n="),
        (lambda v: arrays.require_positive(n=v), [0, -1.5, float("nan"), "1"],
         "`n` must be positive; got "),
        (lambda v: arrays.require_share(n=v), [-0.1, 1.1, float("nan"), "1"],
         r"`n` must be in \[0, 1\]; got "),
        (lambda v: arrays.require_rate(n=v), [-0.1, 1, float("nan"), None],
         r"`n` must be in \[0, 1\); got "),
        (lambda v: arrays.require_one_of((0, 1), n=v), [2, "0"], "`n` must be 0 or 1; got "),
        (lambda v: arrays.pair("n", v), [1.5, "2", (1, 2, 3), (1,), (1, 2.5), None],
         "`n` must be an integer or a pair of integers; got "),
    ],
)  # fmt: skip
def test_messages_of_numbers_say_the_rule_and_then_the_value(
    check: Callable[[Any], Any], values: list[Any], message: str
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=f"^{message}") as refusal:
            check(value)
        assert str(refusal.value).endswith(repr(value))


def test_the_ends_of_a_range_are_taken_as_the_rule_says() -> None:
    arrays.require_at_least(2, n=2, m=np.int64(3))
    arrays.require_between(1, 3, n=1, m=3)
    arrays.require_share(n=0, m=1)
    arrays.require_rate(n=0, m=np.float32(0.5))
    arrays.require_positive(n=1e-300)
    arrays.require_one_of(("mean", "max"), how="max")
    assert arrays.require_given("n", 0, "here") == 0

"""The checks of settings one by one: what they take, what they refuse, and how they say it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dlexp.byhand import settings


@pytest.mark.parametrize(
    ("check", "values", "message"),
    [
        (lambda v: settings.require_at_least(2, n=v), [1, 2.0, True, "3", None],
         "`n` must be an integer >= 2; got n="),
        (lambda v: settings.require_between(1, 3, n=v), [0, 4, 2.0, True, "2"],
         r"`n` must be an integer in 1 \.\.\. 3; got n="),
        (lambda v: settings.require_positive(n=v), [0, -1.5, float("nan"), "1"],
         "`n` must be positive; got "),
        (lambda v: settings.require_positive(n=v), [float("inf"), 1j, True, np.longdouble(1)],
         "`n` must be positive; got "),
        (lambda v: settings.require_number(n=v), ["1", None, 1j, False, np.longdouble(1)],
         "`n` must be a number; got "),
        (lambda v: settings.require_sizes(1, n=v), [3, (1, 0), (1.0,), "12", [True], None, {1}],
         "`n` must be a sequence of integers >= 1; got "),
        (lambda v: settings.require_instance(int, "whole", n=v), [1.0, "1"],
         "`n` must be whole; got "),
        (lambda v: settings.require_all(int, "whole numbers", n=v), [1, (1, 2.0), "12", None],
         "`n` must be a sequence of whole numbers; got "),
        (lambda v: settings.numbers("n", v, 1), [["1"], [True], [[1]], 1, [1j], [[1], [1, 2]]],
         "`n` must be a list of numbers; got "),
        (lambda v: settings.require_share(n=v), [-0.1, 1.1, float("nan"), "1"],
         r"`n` must be in \[0, 1\]; got "),
        (lambda v: settings.require_rate(n=v), [-0.1, 1, float("nan"), None],
         r"`n` must be in \[0, 1\); got "),
        (lambda v: settings.require_zero_or_more(n=v), [-1e-9, float("inf"), float("nan"), True],
         "`n` must be zero or more, and finite; got "),
        (lambda v: settings.require_inside(n=v), [0, 1, 1.5, float("nan"), "0.5"],
         r"`n` must be in \(0, 1\); got "),
        (lambda v: settings.require_function(n=v), [None, 1, "sin", object, (print,)],
         "`n` must be a function; got "),
        (lambda v: settings.require_one_of((0, 1), n=v), [2, "0", 1.0, True, [0]],
         "`n` must be 0 or 1; got "),
        (lambda v: settings.pair("n", v), [1.5, "2", (1, 2, 3), (1,), (1, 2.5), None],
         "`n` must be an integer or a pair of integers; got "),
        (lambda v: settings.pair("n", v), [True, [1, 2], (1, True), (), {1, 2}, np.ones(2, int)],
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
    settings.require_at_least(2, n=2, m=np.int64(3))
    settings.require_between(1, 3, n=1, m=3)
    settings.require_share(n=0, m=1)
    settings.require_rate(n=0, m=np.float32(0.5))
    settings.require_positive(n=1e-300)
    settings.require_zero_or_more(n=0, m=1e300)
    settings.require_inside(n=1e-300, m=1 - 1e-9)
    settings.require_function(n=print, m=np.sin, k=lambda: 0)
    settings.require_one_of(("mean", "max"), how="max")
    assert settings.require_given("n", 0, "here") == 0

"""What poolings by hand and their gradients are held to."""

from typing import Any

import numpy as np

from dlexp.byhand.pooling import (
    average_pool2d,
    average_pool2d_gradient,
    max_pool2d,
    max_pool2d_gradient,
)
from dlexp.grading.checks import (
    Arguments,
    Check,
    Function,
    agreement,
    differences,
    drawn,
    law,
    paper,
    refusal,
)


def follows_what_keeps_the_order(function: Function, given: Arguments) -> tuple[Any, Any]:
    """To scale and to shift before a maximum is to do so after it."""
    return function(**{**given, "x": 3 * given["x"] - 5}), 3 * function(**given) - 5


def keeps_a_constant(function: Function, given: Arguments) -> tuple[Any, Any]:
    """Even at a padded border: padding does not count."""
    value = function(**{**given, "x": np.full_like(given["x"], -4)})
    return value, np.full(np.shape(value), -4.0)


def hands_on_all(function: Function, given: Arguments) -> tuple[Any, Any]:
    """What comes from above goes below, no more and no less."""
    return np.sum(function(**given)), given["upstream"].sum()


def _image(*rows: list[float]) -> Any:
    return np.array(rows, float).reshape(1, len(rows), -1, 1)


_PAPER = _image([1, 5, 2], [3, 3, 0], [4, 8, 6])
_DIFFERENT = np.random.default_rng(0).permutation(25).reshape(1, 5, 5, 1) * 1.0
"""No two values alike, so that a small step changes no winner."""

_OPTIONS: dict[str, dict[str, Any]] = {
    "windows of two": {},
    "windows of three, one apart": {"pool": 3, "stride": 1},
    "the padding same": {"pool": (2, 3), "padding": "same"},
    "a padding of 1": {"pool": 2, "stride": 2, "padding": 1},
}


def _value(function: Function, plain: float, same: list[float]) -> list[Check]:
    """Return what both poolings are held to."""
    four = np.array(same, float).reshape(1, 2, 2, 1)
    return [
        paper("of 1, 5, 3 and 3", np.full((1, 1, 1, 1), plain), x=_PAPER),
        paper('with "same", padding does not count', four, x=_PAPER, padding="same"),
        law(
            "a constant stays what it is, also at the border",
            keeps_a_constant,
            x=_DIFFERENT, pool=2, padding="same",
        ),
        *(agreement(words, function, x=_DIFFERENT, **each) for words, each in _OPTIONS.items()),
        refusal("images without a channel", function, x=drawn(0, 1, 4, 4)),
        refusal("a window of no size", function, x=_DIFFERENT, pool=(2, 0)),
        refusal("padding as wide as the window", function, x=_DIFFERENT, padding=2),
    ]  # fmt: skip


def _gradient(forward: Function, function: Function, shares: list[float]) -> list[Check]:
    """Return what both gradients are held to."""
    four = np.array([[1.0, 5], [3, 3]]).reshape(1, 2, 2, 1)

    def given(options: dict[str, Any]) -> dict[str, Any]:
        shape = forward(_DIFFERENT, **options).shape
        return {"x": _DIFFERENT, "upstream": drawn(1, *shape), **options}

    return [
        paper(
            "who of 1, 5, 3 and 3 gets how much of 8",
            np.array(shares, float).reshape(1, 2, 2, 1),
            x=four,
            upstream=np.full((1, 1, 1, 1), 8.0),
        ),
        law(
            "what comes from above is handed on, no more and no less",
            hands_on_all,
            **given({"pool": 3, "stride": 1}),
        ),
        *(agreement(words, function, **given(each)) for words, each in _OPTIONS.items()),
        differences(
            "the gradient is that of differences",
            forward,
            by=("x",),
            step=0.25,
            **given({"pool": 3, "stride": 2, "padding": "same"}),
        ),
        refusal("a gradient of another shape", function, x=four, upstream=four),
    ]


MAX_POOL2D: list[Check] = [
    *_value(max_pool2d, 5, [5, 2, 8, 6]),
    paper(
        "padding never wins, also against negative values",
        np.full((1, 2, 2, 1), -7.0),
        x=np.full((1, 3, 3, 1), -7.0),
        padding="same",
    ),
    law(
        "to scale and to shift before it is to do so after it",
        follows_what_keeps_the_order,
        x=_DIFFERENT,
    ),
]
AVERAGE_POOL2D: list[Check] = _value(average_pool2d, 3, [3, 1, 6, 6])
MAX_POOL2D_GRADIENT: list[Check] = [
    *_gradient(max_pool2d, max_pool2d_gradient, [0, 8, 0, 0]),
    paper(
        "of equal values, the first one gets it all",
        np.array([0.0, 1, 0, 0]).reshape(1, 2, 2, 1),
        x=_image([1, 2], [2, 2]),
        upstream=np.ones((1, 1, 1, 1)),
    ),
]
AVERAGE_POOL2D_GRADIENT: list[Check] = _gradient(
    average_pool2d, average_pool2d_gradient, [2, 2, 2, 2]
)

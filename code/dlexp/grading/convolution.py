"""What a convolution by hand and its gradients are held to."""

from typing import Any

import numpy as np

from dlexp.byhand.conv import Gradients, conv2d, conv2d_gradients, effective_kernel
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

# --- Laws: each takes a function and its arguments, and returns what came out and what must. -----


def linear_in_the_input(function: Function, given: Arguments) -> tuple[Any, Any]:
    """Twice an image and another one: twice its output and the other one's."""
    rest = {name: value for name, value in given.items() if name != "bias"}
    other = given["x"][:, ::-1] * 3 - 1

    def of(x: Any) -> Any:
        return function(**{**rest, "x": x})

    return of(2 * given["x"] + other), 2 * of(given["x"]) + of(other)


def linear_in_the_kernel(function: Function, given: Arguments) -> tuple[Any, Any]:
    """As above, of the kernel."""
    rest = {name: value for name, value in given.items() if name != "bias"}
    other = given["kernel"][::-1] * 2 + 1

    def of(kernel: Any) -> Any:
        return function(**{**rest, "kernel": kernel})

    return of(2 * given["kernel"] + other), 2 * of(given["kernel"]) + of(other)


def shifted_with_the_input(function: Function, given: Arguments) -> tuple[Any, Any]:
    """An image one stride of rows lower has its output one row lower; without padding."""
    rows, _ = np.broadcast_to(given["stride"], 2)
    lower = np.pad(given["x"], ((0, 0), (int(rows), 0), (0, 0), (0, 0)))
    return function(**{**given, "x": lower})[:, 1:], function(**given)


def stride_leaves_positions_out(function: Function, given: Arguments) -> tuple[Any, Any]:
    """A stride is a stride of one with positions left out; not with the padding "same"."""
    rows, columns = np.broadcast_to(given["stride"], 2)
    return function(**given), function(**{**given, "stride": 1})[:, ::rows, ::columns]


def dilation_spreads_the_kernel(function: Function, given: Arguments) -> tuple[Any, Any]:
    """A dilation is a kernel with zeros between its taps."""
    (rows, columns), (height, width, *channels) = (
        np.broadcast_to(given["dilation"], 2).tolist(),
        given["kernel"].shape,
    )
    size = effective_kernel(height, rows), effective_kernel(width, columns)
    spread = np.zeros((*size, *channels))
    spread[::rows, ::columns] = given["kernel"]
    return function(**given), function(**{**given, "kernel": spread, "dilation": 1})


def gives_back_the_output(function: Function, given: Arguments) -> tuple[Any, Any]:
    """As the output is linear in the input, inputs times slopes add up to outputs times theirs."""
    rest = {name: value for name, value in given.items() if name != "upstream"}
    by_x, by_kernel, *_ = function(**given)
    output = np.sum(given["upstream"] * conv2d(**rest))
    sums = np.sum(given["x"] * by_x), np.sum(given["kernel"] * by_kernel)
    return sums, (output, output)


# --- Checks -------------------------------------------------------------------------------------


def _column(*rows: list[float]) -> Any:
    """Return one image of one channel."""
    return np.array(rows, float).reshape(1, len(rows), -1, 1)


_IMAGE = {"x": drawn(0, 1, 4, 4, 1), "kernel": drawn(1, 2, 2, 1, 1)}
_DEEP = {"x": drawn(2, 1, 4, 3, 2), "kernel": drawn(3, 2, 3, 2, 2)}

_OPTIONS: dict[str, dict[str, Any]] = {
    "no option": {},
    "a stride of 2, a padding of 1": {"stride": 2, "padding": 1},
    "the padding same, with a stride of 3": {"stride": 3, "padding": "same"},
    "a dilation of 2, a padding for each side": {"dilation": 2, "padding": (1, (2, 0))},
}

CONV2D: list[Check] = [
    paper(
        "at the top left: 1*1 - 1*2 + 2*0 + 0*1 + 10 = 9",
        np.array([[9.0, 14], [17, 8]]).reshape(1, 2, 2, 1),
        x=_column([1, 2, 0], [0, 1, 3], [4, 0, 1]),
        kernel=np.array([[1.0, -1], [2, 0]]).reshape(2, 2, 1, 1),
        bias=np.array([10.0]),
    ),
    paper(
        'with "same" and a stride of 2, an odd zero stands at the end: 1 + 2 + 3, 3 + 4 + 0',
        np.array([6.0, 7]).reshape(1, 1, 2, 1),
        x=_column([1, 2, 3, 4]),
        kernel=np.ones((1, 3, 1, 1)),
        stride=2,
        padding="same",
    ),
    law("it is linear in the input", linear_in_the_input, **_IMAGE),
    law("it is linear in the kernel", linear_in_the_kernel, **_IMAGE),
    law(
        "an input one stride lower gives an output one row lower",
        shifted_with_the_input,
        **_IMAGE, stride=2,
    ),
    law(
        "a stride is a stride of one with positions left out",
        stride_leaves_positions_out,
        **_IMAGE, stride=2, padding=1,
    ),
    law(
        "a dilation is a kernel with zeros between its taps",
        dilation_spreads_the_kernel,
        **_IMAGE, dilation=2,
    ),
    *(
        agreement(words, conv2d, **_DEEP, bias=drawn(4, 2), **options)
        for words, options in _OPTIONS.items()
    ),
    refusal("images without a channel", conv2d, x=drawn(0, 1, 4, 4), kernel=_IMAGE["kernel"]),
    refusal("a kernel of other channels", conv2d, x=_IMAGE["x"], kernel=drawn(1, 2, 2, 2, 1)),
    refusal("a stride of zero", conv2d, **_IMAGE, stride=0),
    refusal("a bias of other filters", conv2d, **_IMAGE, bias=np.zeros(3)),
]  # fmt: skip


def _with_upstream(options: dict[str, Any]) -> dict[str, Any]:
    given = {**_DEEP, **options}
    return {**given, "upstream": drawn(5, *conv2d(**given).shape)}


CONV2D_GRADIENTS: list[Check] = [
    paper(
        "each cell gets as much as there are windows over it; each tap, one from each window",
        Gradients(
            _column([1, 2, 1], [2, 4, 2], [1, 2, 1]),
            np.full((2, 2, 1, 1), 4.0),
            np.array([4.0]),
        ),
        x=np.ones((1, 3, 3, 1)),
        kernel=np.ones((2, 2, 1, 1)),
        upstream=np.ones((1, 2, 2, 1)),
    ),
    law(
        "inputs times their slopes, and taps times theirs, add up to outputs times theirs",
        gives_back_the_output,
        **_with_upstream({"stride": 2, "padding": 1}),
    ),
    *(
        agreement(words, conv2d_gradients, **_with_upstream(options))
        for words, options in _OPTIONS.items()
    ),
    differences(
        "the gradients are those of differences",
        conv2d,
        by=("x", "kernel"),
        step=1.0,
        **_with_upstream({"stride": 2, "padding": "same"}),
    ),
    refusal("a gradient of another shape", conv2d_gradients, **_DEEP, upstream=drawn(5, 1, 4, 3)),
]

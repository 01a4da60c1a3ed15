"""What a pass through a dense network, its gradients, and two maps by hand are held to."""

from typing import Any

import numpy as np

from dlexp.byhand.dense import (
    DenseLayer,
    Gradients,
    LayerGradients,
    Tape,
    dense_backward,
    dense_forward,
)
from dlexp.byhand.grad_cam import channel_weights, class_activation_map, hires_map
from dlexp.grading.checks import (
    Arguments,
    Check,
    Function,
    agreement,
    drawn,
    law,
    numeric_gradient,
    paper,
    refusal,
)

# --- Dense networks -----------------------------------------------------------------------------


def examples_go_their_own_way(function: Function, given: Arguments) -> tuple[Any, Any]:
    """The output of the first example is that of the first example alone."""
    alone = function(**{**given, "x": given["x"][:1]})
    return alone[2], np.asarray(function(**given)[2])[:1]


def linear_in_upstream(function: Function, given: Arguments) -> tuple[Any, Any]:
    """Twice what comes from above goes below twice."""
    twice = function(**{**given, "upstream": 2 * given["upstream"]})
    return twice[0], 2 * np.asarray(function(**given)[0])


_HIDDEN = DenseLayer(np.array([[1.0, -1.0], [2.0, 1.0]]), np.array([0.5, -4.0]), "relu")
_PAPER: dict[str, Any] = {"layers": [_HIDDEN, DenseLayer(np.array([[3.0], [7.0]]), -np.ones(1))]}
_TAPE = Tape(
    (np.array([[1.0, 2.0]]), np.array([[5.5, 0.0]])),
    (np.array([[5.5, -3.0]]), np.array([[15.5]])),
    np.array([[15.5]]),
)
_DEEP: dict[str, Any] = {
    "layers": [
        DenseLayer(drawn(0, 2, 3), drawn(1, 3), "tanh"),
        DenseLayer(drawn(2, 3, 2), drawn(3, 2)),
    ]
}
_X, _UPSTREAM = drawn(4, 3, 2), drawn(5, 3, 2)
_OTHER = {"layers": [_DEEP["layers"][0], DenseLayer(np.ones((4, 2)), np.ones(2))]}


def _backward(x: Any) -> Any:
    """Return the arguments of a backward pass through the two layers."""
    return {"tape": dense_forward(x, _DEEP["layers"]), **_DEEP, "upstream": _UPSTREAM}


def by_differences(function: Function, given: Arguments) -> tuple[Any, Any]:
    """What the input gets is what differences of the output say."""

    def output(x: Any) -> Any:
        return dense_forward(x, given["layers"]).output

    slope = numeric_gradient(output, given["tape"].inputs[0], given["upstream"], step=1e-4)
    return function(**given)[0], slope


DENSE_FORWARD: list[Check] = [
    paper(
        "two inputs, two hidden units of which one rectifies to zero, one output",
        _TAPE,
        x=np.array([[1.0, 2.0]]),
        **_PAPER,
    ),
    law("each example goes its own way", examples_go_their_own_way, x=_X, **_DEEP),
    agreement("a layer of tanh and a linear one", dense_forward, x=_X, **_DEEP),
    refusal("a kernel that does not fit the layer below", dense_forward, x=_X, **_OTHER),
    refusal("no layer", dense_forward, x=_X, layers=[]),
]
DENSE_BACKWARD: list[Check] = [
    paper(
        "the network of the forward pass, with 2 from above",
        Gradients(
            np.array([[6.0, 12.0]]),
            (
                LayerGradients(np.array([[6.0, 0], [12, 0]]), np.array([6.0, 0])),
                LayerGradients(np.array([[11.0], [0]]), np.array([2.0])),
            ),
        ),
        tape=_TAPE,
        **_PAPER,
        upstream=np.array([[2.0]]),
    ),
    law("twice from above goes below twice", linear_in_upstream, **_backward(_X)),
    agreement("a layer of tanh and a linear one", dense_backward, **_backward(_X)),
    Check("differences", "the input's gradient is that of differences", _backward(_X),
          by_differences, 1e-5),
    refusal("a gradient of another shape", dense_backward,
            **{**_backward(_X), "upstream": np.ones((3, 3))}),
]  # fmt: skip

# --- Maps ---------------------------------------------------------------------------------------


def images_go_their_own_way(function: Function, given: Arguments) -> tuple[Any, Any]:
    """The map of the first image is that of the first image alone."""
    alone = function(**{name: value[:1] for name, value in given.items()})
    return alone, np.asarray(function(**given))[:1]


_MAPS = {"activations": np.array([[[[3.0, 1.0], [1.0, 2.0]]]])}
_SLOPES = {"gradients": np.array([[[[2.0, -2.0], [0.0, 0.0]]]])}
_TWO, _TWO_SLOPES = {"activations": drawn(6, 2, 2, 2, 3)}, {"gradients": drawn(7, 2, 2, 2, 3)}
_TWO_WEIGHTS = {"weights": drawn(8, 2, 3)}

CHANNEL_WEIGHTS: list[Check] = [
    paper("slopes 2 and 0, -2 and 0: means", np.array([[1.0, -1.0]]), **_SLOPES),
    law("each image goes its own way", images_go_their_own_way, **_TWO_SLOPES),
    agreement("two images of three channels", channel_weights, **_TWO_SLOPES),
    refusal("slopes of one image", channel_weights, gradients=drawn(7, 2, 2, 3)),
]
CLASS_ACTIVATION_MAP: list[Check] = [
    paper("3 - 1, and 1 - 2 cut off", np.array([[[2.0, 0.0]]]), **_MAPS,
          weights=np.array([[1.0, -1.0]])),
    law("each image goes its own way", images_go_their_own_way, **_TWO, **_TWO_WEIGHTS),
    agreement("two images of three channels", class_activation_map, **_TWO, **_TWO_WEIGHTS),
    refusal("weights of other channels", class_activation_map, **_TWO, weights=np.ones((2, 4))),
]  # fmt: skip
HIRES_MAP: list[Check] = [
    paper("3 * 2 - 1 * 2; a place without slope was not read", np.array([[[4.0, 0.0]]]),
          **_MAPS, **_SLOPES),
    law("each image goes its own way", images_go_their_own_way, **_TWO, **_TWO_SLOPES),
    agreement("two images of three channels", hires_map, **_TWO, **_TWO_SLOPES),
    refusal("slopes of another shape", hires_map, **_TWO, gradients=drawn(7, 2, 2, 2, 2)),
]  # fmt: skip

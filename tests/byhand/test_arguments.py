"""What all functions by hand ask of their arguments: a table of all of them, and their refusals."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlexp import byhand
from dlexp.byhand import arrays, conv, dropout, grad_cam, pooling, recurrent
from dlexp.byhand import batch_norm as bn
from helpers import random

MODULES = [
    importlib.import_module(f"dlexp.byhand.{m.name}") for m in pkgutil.iter_modules(byhand.__path__)
]


@dataclass(frozen=True)
class Call:
    """A function, arrays of floats that it takes by name, and whatever else it needs."""

    function: Callable[..., Any]
    arrays: dict[str, np.ndarray]
    options: dict[str, Any] = field(default_factory=dict)

    def __call__(self, **changed: Any) -> Any:
        return self.function(**{**self.arrays, **self.options, **changed})


def layer(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a recurrent layer that takes its weights one by one."""

    def with_weights(kernel: Any, recurrent: Any, bias: Any, **others: Any) -> Any:
        weights = byhand.recurrent.Weights(kernel, recurrent, bias)
        return function(weights=weights, **others)

    return with_weights


def normalisation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a normalisation that takes its running statistics one by one."""

    def with_statistics(mean: Any, variance: Any, **others: Any) -> Any:
        return function(running=bn.Statistics(mean, variance), **others)

    return with_statistics


def named(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {name: random(seed, *shape) for seed, (name, shape) in enumerate(shapes.items())}


IMAGES, CHANNELS, KERNEL = (2, 4, 4, 3), (3,), (2, 2, 3, 5)
POOLED, SEQUENCES, STATES = (2, 2, 2, 3), (2, 4, 3), (2, 4, 5)
MAPS = {"maps": np.abs(random(0, 2, 4, 4))}
STATISTICS = {"mean": random(1, 3), "variance": np.abs(random(2, 3))}
INFERENCE = {"mode": "inference"}
KEPT = {"rate": 0.5, "kept": np.ones(IMAGES, bool)}


def weights(gates: int, biases: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    width = gates * 5
    return named(x=SEQUENCES, kernel=(3, width), recurrent=(5, width), bias=(*biases, width))


CALLS = {
    "windows": Call(conv.windows, named(x=IMAGES), {"kernel": 2}),
    "fold": Call(conv.fold, named(patches=(2, 3, 3, 3, 2, 2)), {"size": (4, 4)}),
    "pad": Call(conv.pad, named(x=IMAGES), {"kernel": (2, 2), "stride": 1, "padding": "same"}),
    "crop": Call(
        conv.crop,
        named(padded=(2, 5, 5, 3)),
        {"size": (4, 4), "kernel": (2, 2), "stride": 1, "padding": "same"},
    ),
    "conv2d": Call(conv.conv2d, named(x=IMAGES, kernel=KERNEL, bias=(5,))),
    "conv2d_gradients": Call(
        conv.conv2d_gradients, named(x=IMAGES, kernel=KERNEL, upstream=(2, 3, 3, 5))
    ),
    "max_pool2d": Call(pooling.max_pool2d, named(x=IMAGES)),
    "max_pool2d_gradient": Call(pooling.max_pool2d_gradient, named(x=IMAGES, upstream=POOLED)),
    "average_pool2d": Call(pooling.average_pool2d, named(x=IMAGES)),
    "average_pool2d_gradient": Call(
        pooling.average_pool2d_gradient, named(x=IMAGES, upstream=POOLED)
    ),
    "global_max_pool2d": Call(pooling.global_max_pool2d, named(x=IMAGES)),
    "global_max_pool2d_gradient": Call(
        pooling.global_max_pool2d_gradient, named(x=IMAGES, upstream=(2, 3))
    ),
    "global_average_pool2d": Call(pooling.global_average_pool2d, named(x=IMAGES)),
    "global_average_pool2d_gradient": Call(
        pooling.global_average_pool2d_gradient, named(x=IMAGES, upstream=(2, 3))
    ),
    "simple_rnn": Call(layer(recurrent.simple_rnn), weights(1)),
    "lstm": Call(layer(recurrent.lstm), weights(4)),
    "gru": Call(layer(recurrent.gru), weights(3, (2,))),
    "simple_rnn_gradients": Call(
        layer(recurrent.simple_rnn_gradients), {**weights(1), **named(upstream=STATES)}
    ),
    "lstm_gradients": Call(
        layer(recurrent.lstm_gradients), {**weights(4), **named(upstream=STATES)}
    ),
    "from_pytorch": Call(
        recurrent.from_pytorch,
        named(weight_ih=(15, 3), weight_hh=(15, 5), bias_ih=(15,), bias_hh=(15,)),
        {"kind": "gru"},
    ),
    "conv1d": Call(recurrent.conv1d, named(x=SEQUENCES, kernel=(2, 3, 5), bias=(5,))),
    "conv1d_gradients": Call(
        recurrent.conv1d_gradients, named(x=SEQUENCES, kernel=(2, 3, 5), upstream=(2, 3, 5))
    ),
    "pooled": Call(recurrent.pooled, named(x=SEQUENCES), {"how": "mean"}),
    "statistics": Call(bn.statistics, named(x=IMAGES)),
    "updated": Call(normalisation(bn.updated), {**named(x=IMAGES), **STATISTICS}),
    "batch_norm": Call(
        normalisation(bn.batch_norm),
        {**named(x=IMAGES, gamma=CHANNELS, beta=CHANNELS), **STATISTICS},
        INFERENCE,
    ),
    "batch_norm_gradients": Call(
        normalisation(bn.batch_norm_gradients),
        {**named(x=IMAGES, gamma=CHANNELS, upstream=IMAGES), **STATISTICS},
        INFERENCE,
    ),
    "forward": Call(dropout.forward, named(x=IMAGES), KEPT),
    "gradient": Call(dropout.gradient, named(upstream=IMAGES), KEPT),
    "channel_weights": Call(grad_cam.channel_weights, named(gradients=IMAGES)),
    "class_activation_map": Call(
        grad_cam.class_activation_map, named(activations=IMAGES, weights=(2, 3))
    ),
    "normalise": Call(grad_cam.normalise, MAPS),
    "upsample": Call(grad_cam.upsample, MAPS, {"size": (8, 8)}),
    "grad_cam": Call(
        grad_cam.grad_cam, named(activations=IMAGES, gradients=IMAGES), {"size": (8, 8)}
    ),
}

WITHOUT_FLOATS = {
    "effective_kernel", "split_padding", "output_size", "frame", "coverage",
    "walk", "output_shape", "parameters", "multiplications", "receptive_field", "traced",
    "recurrent_parameters", "conv1d_parameters", "mask_of", "fresh", "mask",
    "rungs", "hyperband", "brackets", "cost",
    "halve", "race",  # take lists of any numbers, and compute in double precision
}  # fmt: skip

ALWAYS_DOUBLE = {
    "simple_rnn", "lstm", "gru", "simple_rnn_gradients", "lstm_gradients",
    "pooled", "global_max_pool2d_gradient",
}  # fmt: skip

each_array = pytest.mark.parametrize(
    ("call", "name"),
    [
        pytest.param(call, name, id=f"{function}-{name}")
        for function, call in CALLS.items()
        for name in call.arrays
    ],
)


def public_functions() -> Iterator[str]:
    for module in MODULES:
        for name, value in vars(module).items():
            mine = inspect.isfunction(value) and value.__module__ == module.__name__
            if mine and module is not arrays and not name.startswith("_"):
                yield name


def test_the_table_has_every_public_function() -> None:
    assert sorted(public_functions()) == sorted([*CALLS, *WITHOUT_FLOATS])


def test_no_other_module_refuses_on_its_own() -> None:
    """So that all messages are of one dialect."""
    others = [Path(inspect.getfile(m)) for m in MODULES if m is not arrays]
    on_their_own = [
        f"{path.name}:{node.lineno}"
        for path in others
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise | ast.Assert)
    ]

    assert len(others) > 10
    assert on_their_own == []


# --- Types --------------------------------------------------------------------------------------


@each_array
def test_lists_whole_numbers_and_other_precisions_are_refused_by_name(
    call: Call, name: str
) -> None:
    rule = f"^`{name}` must be a NumPy array of float32 or float64; got "
    array = call.arrays[name]

    with pytest.raises(ValueError, match=f"{rule}list$"):
        call(**{name: array.tolist()})
    with pytest.raises(ValueError, match=f"{rule}float$"):
        call(**{name: 0.5})
    for dtype in ("int64", "uint8", "bool", "float16", "complex128"):
        with pytest.raises(ValueError, match=f"{rule}an array of {dtype}$"):
            call(**{name: np.ones(array.shape, dtype)})
    with pytest.raises(ValueError, match=f"{rule}an array of "):
        call(**{name: array.astype(np.longdouble)})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("function", CALLS)
def test_results_keep_the_precision_of_the_arguments(function: str, dtype: type) -> None:
    """All but a few, which always compute in double precision."""
    call = CALLS[function]

    result = call(**{name: array.astype(dtype) for name, array in call.arrays.items()})

    expected = np.float64 if function in ALWAYS_DOUBLE else dtype
    results = result if isinstance(result, tuple) else [result]
    assert {array.dtype for array in results} == {np.dtype(expected)}


@pytest.mark.parametrize(
    ("call", "name", "array", "got"),
    [
        (CALLS["forward"], "kept", np.ones(IMAGES), "an array of float64"),
        (CALLS["gradient"], "kept", np.ones(IMAGES, int), "an array of int64"),
        (CALLS["pooled"], "mask", [[True] * 4] * 2, "list"),
        (CALLS["gru"], "mask", np.ones((2, 4), np.uint8), "an array of uint8"),
    ],
)
def test_masks_are_of_booleans(call: Call, name: str, array: Any, got: str) -> None:
    with pytest.raises(
        ValueError, match=f"^`{name}` must be a NumPy array of booleans; got {got}$"
    ):
        call(**{name: array})


@pytest.mark.parametrize(("lengths", "got"), [([3], "list"), (np.ones(2), "an array of float64")])
def test_lengths_are_integers(lengths: Any, got: str) -> None:
    with pytest.raises(
        ValueError, match=f"^`lengths` must be a NumPy array of integers; got {got}$"
    ):
        recurrent.mask_of(lengths, 4)


# --- Shapes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("forward", "gradient")])
def test_an_array_with_one_axis_more_is_refused(name: str) -> None:
    """Each array of each function; dropout takes arrays of any shape."""
    call = CALLS[name]

    for argument, array in call.arrays.items():
        with pytest.raises(ValueError, match=r"must (have|hold) .*; got .*\("):
            call(**{argument: array[np.newaxis]})

"""A call of each public function of `dlexp.byhand`, from which the tests make others."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import numpy as np

from byhand_call import Call, named
from byhand_learning import DESCENTS, LEARNING, LEARNING_COUNTS
from dlexp import byhand
from dlexp.byhand import (
    arrays,
    conv,
    dropout,
    forecasting,
    grad_cam,
    halving,
    locally_connected,
    pooling,
    precision,
    recurrent,
    settings,
    shapes,
    transposed,
)
from dlexp.byhand import batch_norm as bn
from dlexp.byhand import layers as kinds
from helpers import random

__all__ = ["CALLS", "CHECKS", "COUNTS", "DESCENTS", "IMAGES", "MODULES", "Call", "public_functions"]

MODULES = [
    importlib.import_module(f"dlexp.byhand.{m.name}") for m in pkgutil.iter_modules(byhand.__path__)
]
CHECKS = (arrays, settings, precision)
"""Modules that hold nothing but what the others ask of their arguments."""


def layer(kernel: Any, recurrent: Any, bias: Any, **others: Any) -> dict[str, Any]:
    return {"weights": byhand.recurrent.Weights(kernel, recurrent, bias), **others}


def normalisation(mean: Any, variance: Any, **others: Any) -> dict[str, Any]:
    return {"running": bn.Statistics(mean, variance), **others}


IMAGES, CHANNELS, KERNEL = (2, 4, 4, 3), (3,), (2, 2, 3, 5)
POOLED, SEQUENCES, STATES = (2, 2, 2, 3), (2, 4, 3), (2, 4, 5)
MAPS = {"maps": np.abs(random(0, 2, 4, 4))}
STATISTICS = {"mean": random(1, 3), "variance": np.abs(random(2, 3))}
INFERENCE = {"mode": "inference"}
KEPT = {"rate": 0.5, "kept": np.ones(IMAGES, bool)}


def weights(gates: int, biases: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    width = gates * 5
    return named(x=SEQUENCES, kernel=(3, width), recurrent=(5, width), bias=(*biases, width))


CALLS = LEARNING | {
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
    "locally_connected2d": Call(
        locally_connected.locally_connected2d,
        named(x=IMAGES, kernel=(3, 3, 2, 2, 3, 5), bias=(3, 3, 5)),
    ),
    "locally_connected2d_gradients": Call(
        locally_connected.locally_connected2d_gradients,
        named(x=IMAGES, kernel=(3, 3, 2, 2, 3, 5), upstream=(2, 3, 3, 5)),
    ),
    "conv2d_transpose": Call(
        transposed.conv2d_transpose, named(x=(2, 3, 3, 5), kernel=KERNEL, bias=(3,))
    ),
    "conv2d_transpose_gradients": Call(
        transposed.conv2d_transpose_gradients,
        named(x=(2, 3, 3, 5), kernel=KERNEL, upstream=IMAGES),
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
    "simple_rnn": Call(recurrent.simple_rnn, weights(1), packed=layer),
    "lstm": Call(recurrent.lstm, weights(4), packed=layer),
    "gru": Call(recurrent.gru, weights(3, (2,)), packed=layer),
    "simple_rnn_gradients": Call(
        recurrent.simple_rnn_gradients, {**weights(1), **named(upstream=STATES)}, packed=layer
    ),
    "gru_gradients": Call(
        recurrent.gru_gradients, {**weights(3, (2,)), **named(upstream=STATES)}, packed=layer
    ),
    "lstm_gradients": Call(
        recurrent.lstm_gradients, {**weights(4), **named(upstream=STATES)}, packed=layer
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
    "lagged": Call(forecasting.lagged, named(series=(6,)), {"window": 2}),
    "persistence": Call(forecasting.persistence, named(past=(4, 2))),
    "r_squared": Call(forecasting.r_squared, named(truth=(4,), forecast=(4,))),
    "r_squared_parts": Call(forecasting.r_squared_parts, named(truth=(4,), forecast=(4,))),
    "statistics": Call(bn.statistics, named(x=IMAGES)),
    "updated": Call(bn.updated, {**named(x=IMAGES), **STATISTICS}, packed=normalisation),
    "batch_norm": Call(
        bn.batch_norm,
        {**named(x=IMAGES, gamma=CHANNELS, beta=CHANNELS), **STATISTICS},
        INFERENCE,
        normalisation,
    ),
    "batch_norm_gradients": Call(
        bn.batch_norm_gradients,
        {**named(x=IMAGES, gamma=CHANNELS, upstream=IMAGES), **STATISTICS},
        INFERENCE,
        normalisation,
    ),
    "forward": Call(dropout.forward, named(x=IMAGES), KEPT),
    "gradient": Call(dropout.gradient, named(upstream=IMAGES), KEPT),
    "channel_weights": Call(grad_cam.channel_weights, named(gradients=IMAGES)),
    "class_activation_map": Call(
        grad_cam.class_activation_map, named(activations=IMAGES, weights=(2, 3))
    ),
    "hires_map": Call(grad_cam.hires_map, named(activations=IMAGES, gradients=IMAGES)),
    "normalise": Call(grad_cam.normalise, MAPS),
    "upsample": Call(grad_cam.upsample, MAPS, {"size": (8, 8)}),
    "grad_cam": Call(
        grad_cam.grad_cam, named(activations=IMAGES, gradients=IMAGES), {"size": (8, 8)}
    ),
}
"""Functions of arrays of floats."""

CONVOLUTION = shapes.Convolution(filters=4, kernel=3)
STACK = [CONVOLUTION, shapes.Pooling(window=2)]

COUNTS = LEARNING_COUNTS | {
    "effective_kernel": Call(conv.effective_kernel, {}, {"kernel": 3}),
    "split_padding": Call(conv.split_padding, {}, {"size": 9, "kernel": 3}),
    "output_size": Call(conv.output_size, {}, {"size": 9, "kernel": 3}),
    "transposed_size": Call(transposed.transposed_size, {}, {"size": 9, "kernel": 3}),
    "frame": Call(
        conv.frame,
        {},
        {"size": (9, 9), "kernel": (3, 3), "stride": 1, "padding": "same", "dilation": 1},
    ),
    "coverage": Call(pooling.coverage, {}, {"size": 9, "pool": 2}),
    "sliding": Call(kinds.sliding, {}, {"layer": CONVOLUTION}),
    "walk": Call(shapes.walk, {}, {"layers": STACK, "shape": (9, 9, 1)}),
    "output_shape": Call(shapes.output_shape, {}, {"layer": CONVOLUTION, "shape": (9, 9, 1)}),
    "parameters": Call(shapes.parameters, {}, {"layer": CONVOLUTION, "shape": (9, 9, 1)}),
    "multiplications": Call(shapes.multiplications, {}, {"layer": CONVOLUTION, "shape": (9, 9, 1)}),
    "receptive_field": Call(shapes.receptive_field, {}, {"layers": STACK}),
    "traced": Call(shapes.traced, {}, {"layers": STACK, "size": 9, "outputs": [0]}),
    "recurrent_parameters": Call(
        recurrent.recurrent_parameters, {}, {"kind": "gru", "features": 3, "units": 5}
    ),
    "conv1d_parameters": Call(
        recurrent.conv1d_parameters, {}, {"kernel": 3, "channels": 2, "filters": 5}
    ),
    "mask_of": Call(recurrent.mask_of, {}, {"lengths": np.array([1, 4]), "steps": 4}),
    "walk_forward": Call(forecasting.walk_forward, {}, {"length": 9, "folds": 2, "test": 3}),
    "fresh": Call(bn.fresh, {}, {"channels": 3}),
    "mask": Call(
        dropout.mask, {}, {"rate": 0.5, "shape": (2, 3), "generator": np.random.default_rng(0)}
    ),
    "rungs": Call(
        halving.rungs, {}, {"configurations": 9, "max_epochs": 9, "factor": 3, "rounds": 3}
    ),
    "hyperband": Call(halving.hyperband, {}, {"max_epochs": 9}),
    "brackets": Call(halving.brackets, {}, {"max_epochs": 9}),
    "cost": Call(halving.cost, {}, {"schedule": halving.rungs(3, 3, 3, 2)}),
    "halve": Call(halving.halve, {}, {"scores": [0.5, 0.9], "keep": 1}),
    "race": Call(
        halving.race, {}, {"curves": np.ones((3, 3)), "schedule": halving.rungs(3, 3, 3, 2)}
    ),
}
"""Functions of whole numbers, settings, or lists of any numbers."""


def public_functions() -> Iterator[str]:
    """Yield the names of all public functions; those of checks begin with ``require``."""
    for module in MODULES:
        for name, value in vars(module).items():
            mine = inspect.isfunction(value) and value.__module__ == module.__name__
            if mine and module not in CHECKS and not name.startswith(("_", "require")):
                yield name

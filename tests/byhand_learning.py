"""Calls of what the chapters on learning from data do by hand: a part of `byhand_calls`."""

from typing import Any

import numpy as np

from byhand_call import Call, named
from dlexp.byhand import activations, adam, dense, descent, logistic, sgd, softmax


def network(**arguments: Any) -> dict[str, Any]:
    """Put together two layers, and the tape of a pass through them if there is one."""
    kernels, biases, inputs, sums = (
        [arguments.pop(f"{part} of layer {n}", None) for n in (0, 1)]
        for part in ("kernel", "bias", "inputs", "sums")
    )
    layers = [dense.DenseLayer(*both, "tanh") for both in zip(kernels, biases, strict=True)]
    if "output" in arguments:
        tape = dense.Tape(tuple(inputs), tuple(sums), arguments.pop("output"))
        arguments = {"tape": tape, **arguments}
    return {"layers": layers, **arguments}


def moments(mean: Any, square: Any, **others: Any) -> dict[str, Any]:
    return {"moments": adam.Moments(mean, square, 3), **others}


EXAMPLES = {**named(weights=(3,), x=(4, 3)), "targets": np.array([0.0, 1.0, 1.0, 0.0])}
SCORES, LABELS = named(logits=(4, 3)), {"labels": np.array([2, 0, 1, 2])}
LAYERS = named(
    **{"kernel of layer 0": (3, 5), "bias of layer 0": (5,)},
    **{"kernel of layer 1": (5, 2), "bias of layer 1": (2,)},
)
TAPE = named(
    **{"inputs of layer 0": (4, 3), "inputs of layer 1": (4, 5)},
    **{"sums of layer 0": (4, 5), "sums of layer 1": (4, 2), "output": (4, 2)},
)
SLOPES = named(weights=(2, 3), gradient=(2, 3))
VELOCITY, MOMENTS = named(velocity=(2, 3)), named(mean=(2, 3))
MOMENTS["square"] = MOMENTS["mean"] ** 2

LEARNING = {
    "sigmoid": Call(activations.sigmoid, named(x=(2, 3))),
    "activate": Call(activations.activate, named(x=(2, 3)), {"activation": "gelu"}),
    "activation_slope": Call(activations.activation_slope, named(x=(2, 3)), {"activation": "gelu"}),
    "logistic_probabilities": Call(logistic.logistic_probabilities, named(weights=(3,), x=(4, 3))),
    "logistic_loss": Call(logistic.logistic_loss, EXAMPLES, {"l2": 0.5}, fixed=("targets",)),
    "logistic_gradient": Call(
        logistic.logistic_gradient, EXAMPLES, {"l2": 0.5}, fixed=("targets",)
    ),
    "logistic_hessian": Call(logistic.logistic_hessian, named(weights=(3,), x=(4, 3)), {"l2": 0.5}),
    "logistic_smoothness": Call(logistic.logistic_smoothness, named(x=(4, 3)), {"l2": 0.5}),
    "softmax": Call(softmax.softmax, SCORES),
    "log_softmax": Call(softmax.log_softmax, SCORES),
    "cross_entropy": Call(softmax.cross_entropy, SCORES, LABELS),
    "cross_entropy_gradient": Call(softmax.cross_entropy_gradient, SCORES, LABELS),
    "softmax_regression_gradients": Call(
        softmax.softmax_regression_gradients, named(x=(4, 2), kernel=(2, 3), bias=(3,)), LABELS
    ),
    "dense_forward": Call(dense.dense_forward, {**named(x=(4, 3)), **LAYERS}, packed=network),
    "dense_backward": Call(
        dense.dense_backward, {**TAPE, **LAYERS, **named(upstream=(4, 2))}, packed=network
    ),
    "sgd_step": Call(sgd.sgd_step, {**SLOPES, **VELOCITY}, {"rate": 0.1}),
    "sgd_decay_step": Call(sgd.sgd_decay_step, {**SLOPES, **VELOCITY}, {"rate": 0.1, "decay": 0.1}),
    "still": Call(adam.still, named(weights=(2, 3))),
    "adam_step": Call(adam.adam_step, {**SLOPES, **MOMENTS}, packed=moments),
    "adam_decay_step": Call(
        adam.adam_decay_step, {**SLOPES, **MOMENTS}, {"decay": 0.1}, packed=moments
    ),
}
"""Functions of arrays of floats."""

LEARNING_COUNTS = {
    "dense_parameters": Call(dense.dense_parameters, {}, {"sizes": [100, 64, 10]}),
    "one_hot": Call(softmax.one_hot, {}, {**LABELS, "classes": 3}),
}
"""Functions of whole numbers."""

BOWL = {
    "loss": lambda point: point @ point / 2,
    "gradient": lambda point: 1.0 * point,
    "start": np.array([3.0, -4.0]),
    "steps": 2,
}

DESCENTS = {
    "gradient_descent": Call(descent.gradient_descent, {}, {**BOWL, "rate": 0.1}),
    "momentum_descent": Call(descent.momentum_descent, {}, {**BOWL, "rate": 0.1}),
    "backtracking_descent": Call(descent.backtracking_descent, {}, BOWL),
    "newton_descent": Call(
        descent.newton_descent, {}, {**BOWL, "hessian": lambda point: np.eye(len(point))}
    ),
}
"""Functions of functions, whose results are in double precision."""

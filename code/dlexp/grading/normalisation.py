"""What a batch normalisation by hand and its gradients are held to."""

from typing import Any

import numpy as np

from dlexp.byhand.batch_norm import Gradients, Statistics, batch_norm, batch_norm_gradients
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


def bias_before_it_changes_nothing(function: Function, given: Arguments) -> tuple[Any, Any]:
    """What is added to a whole channel is taken off with its mean; in training."""
    return function(**{**given, "x": given["x"] + 5 * given["gamma"] + 1}), function(**given)


def mean_is_beta(function: Function, given: Arguments) -> tuple[Any, Any]:
    """The mean of each channel is its shift; in training."""
    y = np.asarray(function(**given))
    return y.mean(axis=tuple(range(y.ndim - 1))), given["beta"]


def sums_to_nothing(function: Function, given: Arguments) -> tuple[Any, Any]:
    """A bias before it would get no gradient; in training."""
    by_x = np.asarray(function(**given)[0])
    return by_x.sum(axis=tuple(range(by_x.ndim - 1))), np.zeros(by_x.shape[-1])


_PAPER: dict[str, Any] = {
    "x": np.array([[1.0], [3], [5], [7]]),
    "gamma": np.array([6.0]),
    "mode": "training",
    "epsilon": 4.0,
}
_X: dict[str, Any] = {"x": drawn(0, 2, 2, 2, 2), "gamma": drawn(1, 2), "epsilon": 0.25}
_TRAINING: dict[str, Any] = {**_X, "mode": "training"}
_INFERENCE: dict[str, Any] = {
    **_X,
    "mode": "inference",
    "running": Statistics(drawn(2, 2), np.array([0.5, 2.0])),
}
_BETA: dict[str, Any] = {"beta": drawn(3, 2)}
_UPSTREAM: dict[str, Any] = {"upstream": drawn(4, 2, 2, 2, 2)}
_DENSE: dict[str, Any] = {"x": drawn(5, 4, 3), "gamma": drawn(6, 3), "mode": "training"}

BATCH_NORM: list[Check] = [
    paper(
        "1, 3, 5, 7: mean 4, variance 5; with an epsilon of 4 the root is 3",
        np.array([[-5.0], [-1], [3], [7]]),
        **_PAPER,
        beta=np.array([1.0]),
    ),
    paper(
        "by running statistics: 2 (5 - 1) / 2 + 1",
        np.array([[5.0]]),
        x=np.array([[5.0]]),
        gamma=np.array([2.0]),
        beta=np.array([1.0]),
        mode="inference",
        running=Statistics(np.array([1.0]), np.array([3.0])),
        epsilon=1.0,
    ),
    law("in training, a bias before it changes nothing", bias_before_it_changes_nothing,
        **_TRAINING, **_BETA),
    law("in training, the mean of a channel is beta", mean_is_beta, **_TRAINING, **_BETA),
    agreement("of images, in training", batch_norm, **_TRAINING, **_BETA),
    agreement("of images, in inference", batch_norm, **_INFERENCE, **_BETA),
    agreement("of vectors, with the usual epsilon", batch_norm, **_DENSE, beta=drawn(7, 3)),
    refusal("another mode", batch_norm, **{**_TRAINING, "mode": "test"}, **_BETA),
    refusal("a scale for other channels", batch_norm, **{**_TRAINING, "gamma": np.ones(3)},
            **_BETA),
    refusal("an epsilon of zero", batch_norm, **{**_TRAINING, "epsilon": 0.0}, **_BETA),
    refusal("inference without statistics", batch_norm, **{**_INFERENCE, "running": None}, **_BETA),
]  # fmt: skip

BATCH_NORM_GRADIENTS: list[Check] = [
    paper(
        "upstream picks the first value: its mean is 1/4, its product with the normalised ones -1",
        Gradients(np.array([[1.0], [-2 / 3], [-1 / 3], [0]]), np.array([-1.0]), np.array([1.0])),
        **_PAPER,
        upstream=np.array([[1.0], [0], [0], [0]]),
    ),
    law("in training, the gradient of a bias before it is zero", sums_to_nothing,
        **_TRAINING, **_UPSTREAM),
    agreement("of images, in training", batch_norm_gradients, **_TRAINING, **_UPSTREAM),
    agreement("of images, in inference", batch_norm_gradients, **_INFERENCE, **_UPSTREAM),
    agreement("of vectors, with the usual epsilon", batch_norm_gradients,
              **_DENSE, upstream=drawn(8, 4, 3)),
    *(
        differences(
            f"in {given['mode']}, x and gamma are those of differences",
            lambda **each: batch_norm(**each, beta=np.zeros(2)),
            by=("x", "gamma"),
            **given,
            **_UPSTREAM,
        )
        for given in (_TRAINING, _INFERENCE)
    ),
    refusal("a gradient of another shape", batch_norm_gradients,
            **_TRAINING, upstream=np.ones((2, 2))),
]  # fmt: skip

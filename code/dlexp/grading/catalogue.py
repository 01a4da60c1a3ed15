"""All functions that can be graded: the book's own, with the checks that it is held to."""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from dlexp.byhand import (
    batch_norm,
    conv,
    dense,
    grad_cam,
    logistic,
    pooling,
    recurrent,
    sgd,
    softmax,
)
from dlexp.grading import (
    classification,
    convolution,
    networks,
    normalisation,
    recurrence,
    steps,
)
from dlexp.grading import pooling as pools
from dlexp.grading.checks import KINDS, Check, Function


class Graded(NamedTuple):
    """A function of the book's, and the checks that hold of any function of its name."""

    ours: Function
    checks: list[Check]


_GRADED = [
    Graded(logistic.logistic_probabilities, classification.LOGISTIC_PROBABILITIES),
    Graded(logistic.logistic_loss, classification.LOGISTIC_LOSS),
    Graded(logistic.logistic_gradient, classification.LOGISTIC_GRADIENT),
    Graded(softmax.softmax, classification.SOFTMAX),
    Graded(softmax.log_softmax, classification.LOG_SOFTMAX),
    Graded(softmax.cross_entropy, classification.CROSS_ENTROPY),
    Graded(softmax.cross_entropy_gradient, classification.CROSS_ENTROPY_GRADIENT),
    Graded(dense.dense_forward, networks.DENSE_FORWARD),
    Graded(dense.dense_backward, networks.DENSE_BACKWARD),
    Graded(sgd.sgd_step, steps.SGD_STEP),
    Graded(sgd.sgd_decay_step, steps.SGD_DECAY_STEP),
    Graded(conv.conv2d, convolution.CONV2D),
    Graded(conv.conv2d_gradients, convolution.CONV2D_GRADIENTS),
    Graded(pooling.max_pool2d, pools.MAX_POOL2D),
    Graded(pooling.max_pool2d_gradient, pools.MAX_POOL2D_GRADIENT),
    Graded(pooling.average_pool2d, pools.AVERAGE_POOL2D),
    Graded(pooling.average_pool2d_gradient, pools.AVERAGE_POOL2D_GRADIENT),
    Graded(batch_norm.batch_norm, normalisation.BATCH_NORM),
    Graded(batch_norm.batch_norm_gradients, normalisation.BATCH_NORM_GRADIENTS),
    Graded(recurrent.simple_rnn, recurrence.SIMPLE_RNN),
    Graded(recurrent.lstm, recurrence.LSTM),
    Graded(recurrent.gru, recurrence.GRU),
    Graded(grad_cam.channel_weights, networks.CHANNEL_WEIGHTS),
    Graded(grad_cam.class_activation_map, networks.CLASS_ACTIVATION_MAP),
    Graded(grad_cam.hires_map, networks.HIRES_MAP),
]

GRADED = {graded.ours.__name__: graded for graded in _GRADED}
"""By the name of the function, in the order of the book."""


def chapters(name: str) -> list[str]:
    """Return the chapters that a function belongs to, as its module says.

    Examples
    --------
    >>> chapters("max_pool2d")
    ['conv_shapes', 'pooling_dropout']
    """
    module = sys.modules[GRADED[name].ours.__module__]
    return re.findall(r"\bbook/(\w+)\.md", module.__doc__ or "")


def checks(name: str) -> Iterator[Check]:
    """Yield the checks of a function, kind after kind.

    Examples
    --------
    >>> next(checks("softmax")).words
    'exponentials 1, 2 and 5'
    """
    order = list(KINDS)
    yield from sorted(GRADED[name].checks, key=lambda check: order.index(check.kind))

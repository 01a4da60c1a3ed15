"""What the gradient of max pooling costs: a few poolings in time, and no copy of a window."""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from dlexp.byhand import pooling
from helpers import random


def seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def test_the_gradient_of_max_pooling_copies_no_window() -> None:
    """Beside its result, it holds what the pooled images are wide, and never the windows again."""
    x = random(0, 16, 28, 28, 32).astype(np.float32)
    upstream = pooling.max_pool2d(x)

    tracemalloc.start()
    pooling.max_pool2d_gradient(x, upstream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak <= 2 * x.nbytes


def test_the_gradient_of_max_pooling_takes_a_few_times_as_long_as_max_pooling() -> None:
    x = random(0, 32, 28, 28, 32).astype(np.float32)
    upstream = pooling.max_pool2d(x)

    turns = [
        (
            seconds(lambda: pooling.max_pool2d(x)),
            seconds(lambda: pooling.max_pool2d_gradient(x, upstream)),
        )
        for _ in range(9)
    ]

    forward, backward = map(min, zip(*turns, strict=True))
    assert backward <= 7 * forward

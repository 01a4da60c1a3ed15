"""MNIST made small, for experiments that are run from end to end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from dlexp import data


@contextmanager
def only_small_mnist(train: int, others: int) -> Iterator[data.Dataset]:
    """Let `data.mnist` give so many training images, and the first others to validate and test."""
    mnist, few = data.load("mnist"), np.arange(others)
    small = replace(
        mnist.subset(train), validation=mnist.validation.take(few), test=mnist.test.take(few)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "mnist", lambda: small)
        yield small

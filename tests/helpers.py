"""What the tests of hand-written code share: tolerances, and a gradient by differences."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

FLOAT64 = 1e-10
"""Share of the largest reference value by which two float64 results may differ."""

FLOAT32 = 1e-5
"""The same where one side computes in float32."""


def assert_agree(actual: Floats, reference: Floats, *, tolerance: float) -> None:
    """Compare shape and values, at ``tolerance`` times the largest reference value.

    A tolerance relative to each element would mislead near zero.
    """
    assert actual.shape == reference.shape
    largest = float(np.abs(reference).max(initial=0.0)) or 1.0
    np.testing.assert_allclose(actual, reference, rtol=0, atol=tolerance * largest)


def numeric_gradient(function: Callable[[Floats], float], at: Floats, step: float = 1e-5) -> Floats:
    """Return the gradient of a scalar function by central differences, cell by cell."""
    gradient = np.zeros_like(at, dtype=np.float64)
    for position in np.ndindex(*at.shape):
        up, down = at.astype(np.float64), at.astype(np.float64)
        up[position] += step
        down[position] -= step
        gradient[position] = (function(up) - function(down)) / (2 * step)
    return gradient


def random(seed: int, *shape: int) -> Floats:
    """Return normal random numbers of a shape, from a seed."""
    return np.random.default_rng(seed).normal(size=shape)

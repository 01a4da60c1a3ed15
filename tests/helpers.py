"""How the tests compare numbers: one tolerance per kind, measured against the largest value.

An elementwise relative tolerance misleads near zero, where sums cancel.
"""

import html
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.grading.checks import Check, Law, numeric_gradient

__all__ = [
    "EXACT",
    "FLOAT32",
    "FLOAT64",
    "Floats",
    "assert_agree",
    "assert_drawn",
    "assert_kernels_agree",
    "assert_law",
    "assert_same",
    "by_tape",
    "numeric_gradient",
    "random",
]

EXACT = 0.0
FLOAT64 = 1e-10
FLOAT32 = 1e-5

Floats = NDArray[np.floating]


def assert_agree(actual: Any, expected: Any, *, tolerance: float) -> None:
    """Fail unless shapes are equal and no difference exceeds tolerance × max|expected|."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    assert np.isfinite(actual).all()
    allowed = tolerance * np.abs(expected).max(initial=0)
    difference = np.abs(actual.astype(np.float64) - expected).max(initial=0)
    assert difference <= allowed, f"{difference:.3g} off, {allowed:.3g} allowed"


def assert_same(old: Any, new: Any) -> None:
    """Fail unless nested records are alike, their numbers to the last few bits."""
    if isinstance(old, dict):
        assert old.keys() == new.keys()
        for name, value in old.items():
            assert_same(value, new[name])
    elif isinstance(old, list):
        assert len(old) == len(new)
        for a, b in zip(old, new, strict=True):
            assert_same(a, b)
    elif isinstance(old, float):
        assert np.isclose(old, new, rtol=1e-12, atol=1e-12)
    else:
        assert old == new


def assert_law(law: Law, function: Callable[..., Any], **arguments: Any) -> None:
    """Fail unless a function obeys a law of `dlexp.grading` at some arguments."""
    assert Check("law", "", arguments, law).problem(function) is None


def by_tape(
    function: Callable[..., Any], *arrays: Floats, upstream: Floats
) -> tuple[Floats, list[Floats]]:
    """Return the value of a TensorFlow function and its gradients, as NumPy arrays."""
    import tensorflow as tf

    tensors = [tf.convert_to_tensor(array) for array in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    gradients = tape.gradient(value, tensors, output_gradients=tf.convert_to_tensor(upstream))
    return value.numpy(), [gradient.numpy() for gradient in gradients]


def assert_kernels_agree(
    ours: tuple[Callable[..., Floats], Callable[..., Any]],
    theirs: Callable[..., Any],
    x_shape: tuple[int, ...],
    kernel_shape: tuple[int, ...],
    *,
    seed: int = 0,
) -> tuple[Any, Floats]:
    """Fail unless a layer with a kernel has the values and gradients of TensorFlow's.

    ``ours`` are the layer, of x and kernel, and its gradients, of x, kernel and upstream; returned
    are the gradients by hand and what came upstream.
    """
    layer, gradients = ours
    generator = np.random.default_rng(seed)
    x = generator.normal(size=x_shape).astype(np.float32)
    kernel = generator.normal(size=kernel_shape).astype(np.float32)
    value = layer(x, kernel)
    upstream = generator.normal(size=value.shape).astype(np.float32)

    expected, (by_x, by_kernel) = by_tape(theirs, x, kernel, upstream=upstream)

    found = gradients(x, kernel, upstream)
    assert_agree(value, expected, tolerance=FLOAT32)
    assert_agree(found.x, by_x, tolerance=FLOAT32)
    assert_agree(found.kernel, by_kernel, tolerance=FLOAT32)
    return found, upstream


def random(seed: int, *shape: int) -> Floats:
    """Return normal random numbers of a shape, from a seed."""
    return np.random.default_rng(seed).normal(size=shape)


def assert_drawn(drawing: Any, words: str = "") -> None:
    """Fail unless a figure's alt text has these words, and is its title in the page."""
    from dlexp.draw.drawing import svg

    assert words in drawing.alt
    assert f"<title>{html.escape(drawing.alt, quote=False)}</title>" in svg(drawing)

"""What Hypothesis draws: settings and inputs of convolutions and poolings, small and exact.

Values are small integers held as floats, so that sums are exact and laws can be tested with ==.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from dlexp.byhand import conv

Floats = NDArray[np.floating]

sizes = st.integers(1, 12)
kernels = st.integers(1, 5)
strides = st.integers(1, 4)
dilations = st.integers(1, 3)
paddings = st.one_of(
    st.sampled_from(["same", "valid"]),
    st.integers(0, 4),
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
seeds = st.integers(0, 2**32 - 1)


def integers(seed: int, *shape: int) -> Floats:
    """Return integers from -4 to 4 as floats."""
    return np.random.default_rng(seed).integers(-4, 5, size=shape).astype(np.float64)


@dataclass(frozen=True)
class Convolution:
    """Arguments of `conv2d`, and a gradient for its output."""

    x: Floats
    kernel: Floats
    bias: Floats
    upstream: Floats
    options: dict[str, Any]


@st.composite
def convolutions(draw: st.DrawFn, *, paddings: st.SearchStrategy[Any] = paddings) -> Convolution:
    """Draw a convolution that fits, of up to 2 images, 3 channels and 3 filters."""
    seed, batch, channels, filters = draw(
        st.tuples(seeds, st.integers(1, 2), st.integers(1, 3), st.integers(1, 3))
    )
    directions = [draw(_fitting(paddings)) for _ in range(2)]
    size, kernel, stride, padding, dilation = zip(*directions, strict=True)
    rows, columns = (
        conv.output_size(n, k, stride=s, padding=p, dilation=d) for n, k, s, p, d in directions
    )
    return Convolution(
        x=integers(seed, batch, *size, channels),
        kernel=integers(seed + 1, *kernel, channels, filters),
        bias=integers(seed + 2, filters),
        upstream=integers(seed + 3, batch, rows, columns, filters),
        options={"stride": stride, "padding": padding, "dilation": dilation},
    )


@st.composite
def _fitting(draw: st.DrawFn, paddings: st.SearchStrategy[Any]) -> tuple[Any, ...]:
    kernel, stride, dilation = draw(kernels), draw(strides), draw(dilations)
    size = draw(st.integers(conv.effective_kernel(kernel, dilation), 14))
    return size, kernel, stride, draw(paddings), dilation


@dataclass(frozen=True)
class Pooling:
    """Arguments of a pooling whose values all differ, and a gradient for its output."""

    x: Floats
    upstream: Floats
    options: dict[str, Any]


@st.composite
def poolings(draw: st.DrawFn) -> Pooling:
    """Draw a pooling that fits."""
    pool = draw(st.tuples(kernels, kernels))
    seed, width = draw(seeds), st.integers(0, min(pool) - 1)
    padding = draw(st.one_of(st.sampled_from(["same", "valid"]), width))
    stride = draw(st.one_of(st.none(), st.tuples(strides, strides)))
    size = [draw(st.integers(k, 9)) for k in pool]
    rows, columns = (
        conv.output_size(n, k, stride=s, padding=padding)
        for n, k, s in zip(size, pool, stride or pool, strict=True)
    )
    generator = np.random.default_rng(seed)
    return Pooling(
        x=generator.permutation(2 * size[0] * size[1]).reshape(1, *size, 2).astype(np.float64),
        upstream=integers(seed + 1, 1, rows, columns, 2),
        options={"pool": pool, "stride": stride, "padding": padding},
    )


@dataclass(frozen=True)
class Normalisation:
    """Arguments of a batch normalisation whose batch has two values per channel or more."""

    x: Floats
    gamma: Floats
    beta: Floats
    upstream: Floats


@st.composite
def normalisations(draw: st.DrawFn) -> Normalisation:
    """Draw a dense or a convolutional batch, with a spread in every channel."""
    batch, channels = draw(st.integers(2, 6)), draw(st.integers(1, 4))
    positions = draw(st.one_of(st.just(()), st.tuples(st.integers(1, 3), st.integers(1, 3))))
    seed, shape = draw(seeds), (batch, *positions, channels)
    generator = np.random.default_rng(seed)
    spread = np.exp(generator.uniform(-1, 2, channels))
    return Normalisation(
        x=spread * generator.normal(size=shape) + generator.normal(size=channels),
        gamma=generator.normal(size=channels),
        beta=generator.normal(size=channels),
        upstream=generator.normal(size=shape),
    )

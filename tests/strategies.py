"""Hypothesis strategies for the settings of convolutions and poolings."""

from typing import Any

from hypothesis import strategies as st

PADDINGS = st.one_of(
    st.integers(0, 4), st.tuples(st.integers(0, 4), st.integers(0, 4)), st.just("same"),
    st.just("valid"),
)  # fmt: skip


@st.composite
def along(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the settings of one direction; the kernel may not fit."""
    return {
        "size": draw(st.integers(1, 40)),
        "kernel": draw(st.integers(1, 7)),
        "stride": draw(st.integers(1, 4)),
        "padding": draw(PADDINGS),
        "dilation": draw(st.integers(1, 4)),
    }


@st.composite
def fitting(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a small convolution in the plane that fits."""
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = tuple(draw(st.integers(span, span + 4)) for span in spans)
    return {
        "size": size,
        "kernel": kernel,
        "stride": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "padding": draw(st.sampled_from(["valid", "same", 0, 1, ((0, 1), (2, 0))])),
        "dilation": dilation,
    }

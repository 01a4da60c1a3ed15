"""Sizes by hand: cases counted by hand, laws, PyTorch, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given

import strategies
from dlexp.byhand import conv
from parity import record_conv

# --- Sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kernel", "options", "expected"),
    [
        (28, 5, {}, 24),
        (28, 5, {"padding": 2}, 28),
        (28, 4, {"padding": (1, 2)}, 28),
        (28, 3, {"stride": 2}, 13),
        (28, 3, {"stride": 2, "padding": "same"}, 14),
        (256, 5, {"stride": 2, "dilation": 2, "padding": "valid"}, 124),
        (62, 5, {"stride": 2, "dilation": 4}, 23),
        (11, 3, {"stride": 3}, 3),
        (1, 1, {}, 1),
    ],
)
def test_output_size_of_cases_counted_by_hand(
    size: int, kernel: int, options: dict[str, Any], expected: int
) -> None:
    assert conv.output_size(size, kernel, **options) == expected


@given(
    strategies.sizes,
    strategies.kernels,
    strategies.strides,
    strategies.paddings,
    strategies.dilations,
)
def test_output_size_counts_the_positions_at_which_the_kernel_fits(
    size: int, kernel: int, stride: int, padding: Any, dilation: int
) -> None:
    before, after = conv.split_padding(
        size, kernel, stride=stride, padding=padding, dilation=dilation
    )
    last_tap = dilation * (kernel - 1)
    fits = [start for start in range(0, 100, stride) if start + last_tap < before + size + after]

    if fits:
        found = conv.output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
        assert found == len(fits)
    else:
        with pytest.raises(ValueError, match="must fit into the padded input"):
            conv.output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)


@given(strategies.sizes, strategies.kernels, strategies.strides, strategies.dilations)
def test_same_gives_the_size_over_the_stride_rounded_up(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    found = conv.output_size(size, kernel, stride=stride, padding="same", dilation=dilation)

    assert found == int(np.ceil(size / stride))


@given(strategies.sizes, strategies.kernels, strategies.strides, strategies.dilations)
def test_same_puts_the_odd_zero_after_and_pads_no_more_than_it_must(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    before, after = conv.split_padding(
        size, kernel, stride=stride, padding="same", dilation=dilation
    )

    assert after - before in (0, 1)
    assume(after > 0)
    with_less = size + before + after - 1 - conv.effective_kernel(kernel, dilation)
    assert with_less // stride + 1 < np.ceil(size / stride)


def test_half_the_kernel_is_the_padding_of_odd_kernels_alone() -> None:
    odd = {k: conv.split_padding(28, k, padding="same") for k in (1, 3, 5, 7)}
    even = {k: conv.split_padding(28, k, padding="same") for k in (2, 4, 6)}

    assert odd == {k: ((k - 1) // 2, (k - 1) // 2) for k in odd}
    assert all(after == before + 1 for before, after in even.values())


@pytest.mark.parametrize(
    ("size", "kernel", "options", "message"),
    [
        (11, 5, {"dilation": 8}, r"effective kernel of 33 \(kernel=5, dilation=8\) and a padded "
         r"input of 11 \(size=11, padding=0\+0\)"),
        (2, 6, {"padding": (1, 2)}, r"kernel of 6 .* input of 5 \(size=2, padding=1\+2\)"),
        (0, 3, {}, "`size` must be an integer >= 1; got size=0"),
        (5, 0, {}, "`kernel` must be an integer >= 1; got kernel=0"),
        (5, 3, {"stride": 0}, "`stride` must be an integer >= 1; got stride=0"),
        (5, 3, {"dilation": 0}, "`dilation` must be an integer >= 1; got dilation=0"),
        (5, 3, {"padding": -1}, "`padding` must be an integer >= 0; got padding=-1"),
        (5, 3, {"padding": (0, -1)}, "`padding` must be an integer >= 0; got padding=-1"),
        (5, 3, {"padding": "full"}, "or \"valid\"; got 'full'"),
        (5, 3, {"padding": (1, 2, 3)}, "`padding` must be an integer or a pair"),
        (5, 3, {"padding": 1.5}, "`padding` must be an integer or a pair of integers; got 1.5"),
        (5.0, 3, {}, "`size` must be an integer >= 1; got size=5.0"),
        (True, 1, {}, "`size` must be an integer >= 1; got size=True"),
    ],
)  # fmt: skip
def test_messages_of_sizes_name_the_rule_and_what_came(
    size: int, kernel: int, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        conv.output_size(size, kernel, **options)


# --- Keras and TensorFlow -----------------------------------------------------------------------


def test_sizes_and_refusals_are_those_of_pytorch() -> None:
    cases = record_conv.recorded()["sizes"]

    found = [size_or_none(*settings) for *settings, _ in cases]

    assert found == [expected for *_, expected in cases]
    assert 0 < found.count(None) < len(found)


def size_or_none(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int | None:
    try:
        return conv.output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
    except ValueError:
        return None


@pytest.mark.parametrize("padding", [-1, (-1, 0), (0, -1)])
def test_no_side_is_padded_by_less_than_nothing(padding: Any) -> None:
    with pytest.raises(ValueError, match=r"^`padding` must be an integer >= 0; got padding=-1$"):
        conv.split_padding(9, 3, padding=padding)

"""The walk through a stack of layers: counted by hand, laws, Keras, reasons."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand.shapes import (
    Convolution,
    Dense,
    Flatten,
    Layer,
    Pooling,
    multiplications,
    output_shape,
    parameters,
    receptive_field,
    walk,
)
from dlexp.chapters.conv_shapes import nets as conv_shapes
from parity import record_conv

SMALL_NETWORK: list[Layer] = [
    Convolution(filters=32, kernel=3),
    Pooling(window=2),
    Convolution(filters=64, kernel=3),
    Pooling(window=3),
    Flatten(),
    Dense(units=128),
    Dense(units=10),
]

convolutions = st.builds(
    Convolution,
    filters=st.integers(1, 4),
    kernel=strategies.kernels,
    stride=strategies.strides,
    padding=st.sampled_from(["same", "valid"]),
    dilation=strategies.dilations,
)
poolings = st.builds(Pooling, window=st.integers(1, 3), padding=st.sampled_from(["same", "valid"]))
stacks = st.lists(st.one_of(convolutions, poolings), max_size=5)


def test_a_network_counted_by_hand() -> None:
    rows = walk(SMALL_NETWORK, (28, 28, 1))

    assert [row.shape for row in rows] == [
        (26, 26, 32), (13, 13, 32), (11, 11, 64), (3, 3, 64), (576,), (128,), (10,),
    ]  # fmt: skip
    assert sum(row.parameters for row in rows) == 93_962


def test_a_walk_stops_with_the_reason_and_still_counts_parameters() -> None:
    rows = walk([Pooling(window=2), Convolution(filters=4, kernel=5), Flatten()], (8, 8, 3))

    assert len(rows) == 2
    assert rows[-1].shape is None
    assert rows[-1].parameters == 4 * (5 * 5 * 3 + 1)
    assert "effective kernel of 5 (kernel=5, dilation=1) and a padded input of 4" in rows[-1].reason


def test_a_convolution_after_flattening_is_refused_with_the_reason() -> None:
    rows = walk([Flatten(), Convolution(filters=1, kernel=1)], (2, 2, 1))

    assert rows[-1].reason == "the layer takes (height, width, channels); got (4,)"
    assert rows[-1].parameters == 0  # they cannot be counted without channels
    with pytest.raises(ValueError, match=r"takes \(height, width, channels\); got \(4,\)"):
        output_shape(Pooling(window=2), (4,))


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (Convolution(filters=0, kernel=1), "`filters` must be an integer >= 1; got filters=0"),
        (Dense(units=-1), "`units` must be an integer >= 1; got units=-1"),
        (Pooling(window=0, stride=1), "`window` must be an integer >= 1; got window=0"),
        (Pooling(window=2, stride=0), "`stride` must be an integer >= 1; got stride=0"),
        (Pooling(window=2, padding=2), "`padding` must be smaller than the pool, or a window sees"),
        (Pooling(window=2, padding=(0, 2)), "`padding` must be smaller than the pool, or a window"),
        (Convolution(filters=1, kernel=0), "`kernel` must be an integer >= 1; got kernel=0"),
        (Convolution(filters=1, kernel=1, stride=0), "`stride` must be an integer >= 1; got stri"),
        (Convolution(filters=1, kernel=1, dilation=0), "`dilation` must be an integer >= 1; got"),
        (Convolution(filters=1.5, kernel=1), "`filters` must be an integer >= 1; got filters=1.5"),
        (Dense(units=True), "`units` must be an integer >= 1; got units=True"),
    ],
)
def test_a_layer_out_of_range_is_refused_with_the_reason(layer: Layer, reason: str) -> None:
    [row] = walk([layer], (4, 4, 1))

    assert (row.shape, row.reason[: len(reason)]) == (None, reason)
    assert row.parameters == 0
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        output_shape(layer, (4, 4, 1))


@given(stacks, stacks, st.integers(1, 20))
def test_walking_two_stacks_is_walking_one_after_the_other(
    first: list[Layer], second: list[Layer], size: int
) -> None:
    shape = (size, size, 2)
    before = walk(first, shape)
    end = before[-1].shape if before else shape

    after = [] if end is None else walk(second, end)

    assert walk([*first, *second], shape) == before + after


@given(convolutions, st.integers(1, 30), st.integers(1, 30))
def test_parameters_of_a_convolution_do_not_depend_on_the_image(
    layer: Convolution, small: int, large: int
) -> None:
    assert parameters(layer, (small, small, 3)) == parameters(layer, (large, large, 3))


@given(stacks, convolutions)
def test_one_more_layer_never_narrows_the_receptive_field(
    stack: list[Any], layer: Convolution
) -> None:
    assert receptive_field([*stack, layer]) >= receptive_field(stack) >= 1


@given(st.lists(convolutions, max_size=4))
def test_an_input_as_large_as_the_receptive_field_gives_one_output(
    stack: list[Convolution],
) -> None:
    valid = [
        Convolution(filters=1, kernel=each.kernel, stride=each.stride, dilation=each.dilation)
        for each in stack
    ]
    size = receptive_field(valid)

    rows = walk(valid, (size, size, 1))

    assert all(row.shape is not None for row in rows)
    assert not rows or rows[-1].shape == (1, 1, 1)


def in_keras(layer: Layer) -> Any:
    from keras import layers

    match layer:
        case Convolution():
            return layers.Conv2D(
                layer.filters, layer.kernel, strides=layer.stride, padding=layer.padding,
                dilation_rate=layer.dilation,
            )  # fmt: skip
        case Pooling():
            return layers.MaxPooling2D(layer.window, layer.stride, layer.padding)
        case Flatten():
            return layers.Flatten()
        case Dense():
            return layers.Dense(layer.units)


@pytest.mark.parametrize(
    ("stack", "shape"),
    [
        (SMALL_NETWORK, (28, 28, 1)),
        (
            [
                Convolution(filters=3, kernel=4, stride=2, padding="same"),
                Convolution(filters=5, kernel=3, dilation=2),
                Pooling(window=3, stride=2, padding="same"),
                Dense(units=7),
            ],
            (31, 18, 2),
        ),
    ],
)
def test_shapes_and_parameters_are_those_of_keras(
    stack: list[Layer], shape: tuple[int, ...]
) -> None:
    import keras

    x, rows = keras.Input(shape), walk(stack, shape)

    for layer, row in zip(stack, rows, strict=True):
        made = in_keras(layer)
        x = made(x)
        assert x.shape[1:] == row.shape
        assert made.count_params() == row.parameters


@pytest.mark.parametrize(("name", "stride"), [("nine_layers", 2), ("nine_layers_stride_one", 1)])
def test_a_walk_is_that_of_pytorch_to_the_layer_that_does_not_fit(name: str, stride: int) -> None:
    rows = walk(conv_shapes.nine_layers(stride), conv_shapes.IMAGE)
    theirs = record_conv.recorded()[name]

    assert [(row.shape, row.parameters) for row in rows] == [
        (tuple(row["shape"]) if "shape" in row else None, row["parameters"]) for row in theirs
    ]


# --- Cost ---------------------------------------------------------------------------------------


def test_multiplications_of_a_network_counted_by_hand() -> None:
    shape, found = (28, 28, 1), []
    for row in walk(SMALL_NETWORK, shape):
        found.append(multiplications(row.layer, shape))
        assert row.shape is not None
        shape = row.shape

    assert found == [
        26 * 26 * 32 * 9, 0, 11 * 11 * 64 * 9 * 32, 0, 0, 576 * 128, 128 * 10
    ]  # fmt: skip


@given(convolutions, strategies.sizes, strategies.sizes)
def test_a_convolution_multiplies_each_weight_once_per_position(
    layer: Convolution, height: int, width: int
) -> None:
    shape = (height + 16, width + 16, 3)
    rows, columns, _ = output_shape(layer, shape)

    weights = parameters(layer, shape) - layer.filters

    assert multiplications(layer, shape) == rows * columns * weights


def test_a_layer_that_does_not_fit_has_no_cost() -> None:
    with pytest.raises(ValueError, match="must fit into the padded input"):
        multiplications(Convolution(filters=1, kernel=5), (4, 4, 1))
    with pytest.raises(ValueError, match=r"takes \(height, width, channels\); got \(9,\)"):
        multiplications(Convolution(filters=1, kernel=3), (9,))

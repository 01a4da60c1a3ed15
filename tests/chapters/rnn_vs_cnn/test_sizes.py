"""Sizes by formula: those that Keras counts; and what it takes to see a whole sequence."""

import pytest

from dlexp.byhand import shapes
from dlexp.chapters.rnn_vs_cnn import clock, nets, page_runs, seeing, sizes

SHAPES = {"conv2d": (28, 28, 1), "dense": (28, 28, 1)}


@pytest.mark.parametrize("kind", [*nets.RECURRENT, *nets.STACKS, "dense"])
def test_parameters_and_widths_are_those_of_keras(kind: str) -> None:
    shape = SHAPES.get(kind, (12, 3))

    assert sizes.parameters(kind, shape, 4, 5) == nets.build(kind, shape, 4, 5).count_params()
    budget = sizes.parameters(kind, shape, 4, 23)
    assert sizes.nearest_width(kind, shape, 4, budget) == nets.width_for(kind, shape, 4, budget)


def test_the_nets_that_are_timed_have_the_sizes_that_the_table_says() -> None:
    config = clock.Clock()

    built = [model.count_params() for model in clock.built(config, max(config.lengths)).values()]

    listed = page_runs._of("time")
    assert [sizes.parameters(*page_runs._sized(net)) for net in listed] == built


def test_each_further_answer_takes_a_dense_layer_again() -> None:
    each, last = (page_runs.Net("time", "lstm", (10, 3), 2, 500, answers) for answers in (10, 1))
    width = page_runs._sized(each)[3]

    assert page_runs._work(each) - page_runs._work(last) == 9 * 2 * width


def test_multiplications_of_convolutions_are_those_of_the_walk() -> None:
    layers = [shapes.Convolution(filters=5, kernel=3, stride=2, padding="same") for _ in range(3)]
    shape: tuple[int, ...] = (28, 28, 1)
    expected = 0
    for layer in layers:
        expected += shapes.multiplications(layer, shape)
        shape = shapes.walk([layer], shape)[0].shape or shape
    expected += 4 * 4 * 5 * 10

    assert sizes.multiplications("conv2d", (28, 28, 1), 10, 5) == expected


@pytest.mark.parametrize("doubling", [False, True])
@pytest.mark.parametrize("taps", [2, 3, 5])
def test_no_fewer_layers_see_a_sequence(taps: int, doubling: bool) -> None:
    for length in (2, 7, 31, 32, 33):
        depth = seeing.depth(length, taps, doubling=doubling)
        stack = [
            shapes.Convolution(filters=1, kernel=taps, dilation=2**i if doubling else 1)
            for i in range(depth)
        ]
        assert shapes.receptive_field(stack) >= length
        assert depth == 1 or shapes.receptive_field(stack[:-1]) < length


def test_what_is_kept_suffices_for_the_next_step() -> None:
    """A running stack of convolutions, which keeps so many numbers, gives what the whole gives."""
    import numpy as np

    from dlexp.byhand import recurrent

    generator = np.random.default_rng(0)
    x = generator.normal(size=(1, 12, 3))
    widths = [3, 4, 4]
    kernels = [generator.normal(size=(2, into, 4)) for into in widths]
    whole = x
    for depth, kernel in enumerate(kernels):
        whole = recurrent.conv1d(whole, kernel, padding="causal", dilation=2**depth)
    kept = [np.zeros((2**depth, into)) for depth, into in enumerate(widths)]
    for t in range(12):
        new = x[0, t]
        for depth, kernel in enumerate(kernels):
            past, kept[depth] = kept[depth][0], np.concatenate([kept[depth][1:], new[None]])
            new = past @ kernel[0] + new @ kernel[1]
        np.testing.assert_allclose(new, whole[0, t])

    costs = seeing.step_costs(8, 3, 4, 2)["convolutions, kept"]
    assert costs == (sum(k.size for k in kernels), sum(each.size for each in kept))

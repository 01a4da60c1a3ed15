"""The figures on shapes: each draws, and has words from its own numbers."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from dlexp.byhand.shapes import Convolution, Pooling
from dlexp.chapters.conv_shapes import figures, pictures
from helpers import assert_drawn

SETTINGS = {"plain": {"size": 7, "kernel": 3}, "padding 1": {"size": 7, "kernel": 3, "padding": 1}}
STRIDED = {"size": 8, "kernel": 3, "stride": 2}
COLUMNS = {"as it is": [256, 23, None], "reported": [256, 24, -9]}
COVERED = np.arange(121).reshape(11, 11) < 60
SEEN = np.outer(np.arange(28) < 24, np.arange(28) < 24)
MEAN = np.ones((28, 28))
FIELDS = [np.pad(np.ones((3, 3)), 6), np.pad(np.ones((5, 5)), 5)]
STACK = [Convolution(filters=1, kernel=3), Pooling(window=3)]
FIGURES = {
    "worked": (
        lambda: pictures.worked(np.arange(9.0).reshape(3, 3), np.eye(2), 0, 1),
        "its products with the kernel are 1, 0, 0, 5, and their sum 6 stands in row 1 and column 2",
    ),
    "connections": (
        lambda: pictures.connections(4, {"plain": 1, "halves": 2, "depthwise": 4}),
        "plain: 16 of 16 pairs are connected; halves: 8 of 16 pairs are connected; depthwise: 4",
    ),
    "overlaps": (
        lambda: pictures.overlaps({"three": (3, 2), "four": (4, 2)}, 6),
        "three: 1, 2, 4 copies on a cell; four: 4 copies on a cell.",
    ),
    "copies laid down": (
        lambda: pictures.laid([1, 10], [1, 2, 3], 2),
        "from cell 3 on: 10, 20, 30; comes out, from cell 1 on: 1, 2, 13, 20, 30",
    ),
    "curves": (
        lambda: pictures.curves({"short": {"same": np.array([[0.5, 0.9], [0.7, 0.9]])}}, ["same"]),
        "short: same 90.0%.",
    ),
    "traced": (
        lambda: figures.traced(STACK, 10, 1),
        "Output 2 of 2 depends on 5 of the 10 cells of the input; 2 cells of it are seen by no",
    ),
    "windows": (
        lambda: figures.windows(SETTINGS),
        "plain: 5 windows on 7 cells; padding 1: 7 windows on 7 cells",
    ),
    "numbered windows": (
        lambda: figures.windows({"same": {**STRIDED, "padding": "same"}}, numbered=True),
        "4 windows on 8 cells. same, its first window has the cells 1, 2, 3. Cell zero is padding.",
    ),
    "kernels that hang over": (
        lambda: figures.overhang(4, [(5, 1), (6, 1), (7, 2)]),
        "stride 1, 1 over: an array comes; stride 1, 2 over: refused; stride 2, 3 over: an array",
    ),
    "sizes": (
        lambda: figures.sizes(COLUMNS, ["1", "2", "3"]),
        "as it is 256, 23, none; reported 256, 24, -9",
    ),
    "coverage": (
        lambda: figures.coverage(COVERED, SEEN, MEAN, 3),
        "the last 4 rows and columns of pixels are hatched, and 26.5% of the ink",
    ),
    "fields": (
        lambda: figures.fields(FIELDS, ["one", "two"]),
        "one: 3 by 3 cells; two: 5 by 5 cells",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_as_many_cells_are_drawn_as_the_windows_have() -> None:
    figure = figures.windows({"plain": {"size": 5, "kernel": 2, "stride": 2}}).figure

    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(cells) == 5 + 2 * 2  # the image, and two windows of two taps


def test_each_tap_has_the_number_of_its_cell() -> None:
    figure = figures.windows({"half": {**STRIDED, "padding": 1}}, numbered=True).figure

    written = [text.get_text() for text in figure.axes[0].texts]
    assert written[:10] == [*"0123456780"]
    assert written[10:] == [*"012234456678"]


def test_a_size_that_does_not_exist_ends_its_line() -> None:
    figure = figures.sizes(COLUMNS, ["1", "2", "3"]).figure

    lengths = [len(line.get_xdata()) for line in figure.axes[0].lines[:2]]  # type: ignore[arg-type]
    assert lengths == [2, 3]


def test_every_cell_of_every_map_is_drawn_and_the_unseen_are_hatched() -> None:
    figure = figures.traced(STACK, 10, 1).figure

    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(cells) == 10 + 8 + 2
    assert sum(cell.get_hatch() is not None for cell in cells) == 2 + 2


def test_the_windows_of_a_pooling_are_framed() -> None:
    left = figures.coverage(COVERED, SEEN, MEAN, 3).figure.axes[0]

    frames = [p for p in left.patches if isinstance(p, Rectangle) and p.get_width() == 3]
    assert len(frames) == 9


def test_the_window_and_its_output_are_coloured() -> None:
    figure = pictures.worked(np.arange(9.0).reshape(3, 3), np.eye(2), 0, 1).figure

    coloured = [
        [p.get_xy() for p in axis.patches if isinstance(p, Rectangle) and p.get_facecolor()[3]]
        for axis in figure.axes
    ]
    assert coloured[0] == [(1, 0), (2, 0), (1, 1), (2, 1)]
    assert coloured[1] == coloured[2] == []
    assert coloured[3] == [(1, 0)]

"""Panels of lines: what is drawn of the seeds, at which axes, and in which words."""

from functools import partial

import numpy as np
import pytest
from matplotlib.axes import Axes

from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Paint
from dlexp.draw.style import Look
from helpers import assert_drawn

GROUP = {
    "with": np.array([[0.2, 0.9, 0.8], [0.4, 0.9, 1.0], [0.3, 0.6, 0.6]]),
    "without": np.array([[0.1, 0.5, 0.1]] * 3),
}
PANELS = {"dense": GROUP, "conv": GROUP}
SETTINGS = [0.01, 0.1, 1.0]
PLAIN = Layout()


def drawn(paint: Paint = draw.band, layout: Layout = PLAIN, factor: float = 1.0) -> Drawing:
    return draw.lines(
        PANELS, SETTINGS, x="rate", y="accuracy", what="Accuracy by rate",
        words=draw.by_line(PANELS, draw.ends), paint=paint, layout=layout, factor=factor,
    )  # fmt: skip


def first(drawing: Drawing) -> Axes:
    return drawing.figure.axes[0]


def test_the_words_are_what_is_drawn_and_what_it_shows() -> None:
    assert_drawn(
        drawn(),
        "Accuracy by rate. dense, with: 0.3 to 0.8; dense, without: 0.1 to 0.1; conv, with: ",
    )


def test_a_line_is_the_mean_of_the_seeds_times_the_factor() -> None:
    line = first(drawn(factor=100)).lines[0]

    np.testing.assert_allclose(np.asarray(line.get_ydata()), [30, 80, 80])


@pytest.mark.parametrize(
    ("quantiles", "ends"), [((0.0, 1.0), (0.2, 0.4)), ((0.25, 0.75), (0.25, 0.35))]
)
def test_a_band_reaches_between_quantiles_of_the_seeds(
    quantiles: tuple[float, float], ends: tuple[float, float]
) -> None:
    axis = first(drawn(partial(draw.band, quantiles=quantiles)))
    outline = axis.collections[0].get_paths()[0].vertices

    heights = outline[outline[:, 0] == SETTINGS[0], 1]
    np.testing.assert_allclose([heights.min(), heights.max()], ends)


def test_without_quantiles_there_is_no_band() -> None:
    assert not first(drawn(partial(draw.band, quantiles=None))).collections


def test_a_strand_is_drawn_for_each_seed_and_named_once() -> None:
    axis = first(drawn(draw.strands))

    assert len(axis.lines) == 6
    assert axis.get_legend_handles_labels()[1] == list(GROUP)


def test_lines_differ_in_style_and_not_in_colour_alone() -> None:
    looks = {(line.get_linestyle(), line.get_marker()) for line in first(drawn()).lines}

    assert len(looks) == len(GROUP)


def test_looks_can_be_given_by_name() -> None:
    looks = {"without": Look("green", "", ":"), "with": Look("sky", "", "-")}
    drawing = draw.lines(
        PANELS, SETTINGS, x="rate", y="accuracy", what="Accuracy", words="Lines", looks=looks
    )

    assert [line.get_color() for line in first(drawing).lines] == [
        style.PALETTE["sky"], style.PALETTE["green"],
    ]  # fmt: skip


def test_more_lines_than_looks_are_refused() -> None:
    group = {str(number): np.ones((1, 3)) for number in range(len(style.LOOKS) + 1)}

    with pytest.raises(IndexError):
        draw.lines({"": group}, SETTINGS, x="rate", y="accuracy", what="Lines", words="Too many")


@pytest.mark.parametrize("log", ["", "x", "y", "xy"])
def test_the_axes_that_are_named_are_logarithmic(log: str) -> None:
    axis = first(drawn(layout=Layout(log=log)))

    assert (axis.get_xscale() == "log", axis.get_yscale() == "log") == ("x" in log, "y" in log)


def test_each_setting_can_be_written_at_its_axis() -> None:
    axis = first(drawn(layout=Layout(ticks=True)))

    assert [label.get_text() for label in axis.get_xticklabels()] == ["0.01", "0.1", "1"]


def test_panels_can_have_settings_of_their_own() -> None:
    settings = {"dense": [1, 2, 3], "conv": [4, 5, 6]}
    figure = draw.lines(PANELS, settings, x="", y="", what="Lines", words="Two panels").figure

    assert [axis.lines[0].get_xdata()[0] for axis in figure.axes] == [1, 4]


def test_the_legend_is_left_out_where_it_has_no_columns() -> None:
    assert drawn().figure.legends
    assert not drawn(layout=Layout(columns=0)).figure.legends

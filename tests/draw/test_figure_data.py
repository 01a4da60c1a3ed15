"""The numbers of a figure are read off whatever draws them, and pictures have none."""

import csv
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlexp.draw import figure_data, lines, style


def rows(figure: Figure) -> list[dict[str, str]]:
    return list(csv.DictReader(figure_data.table(figure).splitlines()))


def one() -> tuple[Figure, Axes]:
    figure, axes = style.new()
    return figure, axes[0, 0]


def test_panels_of_lines_have_their_titles_labels_and_bands() -> None:
    values = np.array([[50.0, 90.0], [70.0, 90.0]])
    panels = {"dense": {"with": values, "without": values - 10}, "conv": {"with": values}}
    drawing = lines.lines(panels, [1, 10], x="rate", y="right (%)", what="W", words="w")

    found = rows(drawing.figure)

    assert [(row["panel"], row["series"], row["x"]) for row in found] == [
        ("dense", "with", "1"), ("dense", "with", "10"), ("dense", "without", "1"),
        ("dense", "without", "10"), ("conv", "with", "1"), ("conv", "with", "10"),
    ]  # fmt: skip
    assert (found[0]["y"], found[0]["y_low"], found[0]["y_high"]) == ("60", "50", "70")
    assert {(row["x_label"], row["y_label"]) for row in found} == {("rate", "right (%)")}
    assert "line" not in found[0]


def test_a_thin_line_for_each_seed_is_numbered() -> None:
    figure, axis = one()
    lines.strands(axis, [1, 2], np.array([[1.0, 2.0], [3.0, 4.0]]), style.LOOKS[0], "with")
    lines.strands(axis, [1, 2], np.array([[5.0, 6.0]]), style.LOOKS[1], "without")

    found = [(row["series"], row["line"], row["y"]) for row in rows(figure)]

    assert found == [
        ("with", "1", "1"), ("with", "1", "2"), ("with", "2", "3"), ("with", "2", "4"),
        ("without", "1", "5"), ("without", "1", "6"),
    ]  # fmt: skip


def test_what_has_no_name_is_called_by_its_kind_and_levels_are_left_out() -> None:
    figure, axis = one()
    axis.axhline(5)
    axis.plot([0, 9], [0, 9], ":")
    axis.plot([1, 2, 3], [4, 5, 6])
    axis.plot([1], [4], "o")
    axis.plot([1, 2], [7, 8], label="_seeds")
    axis.plot([1, 2], [8, 9], label="named")

    found = rows(figure)

    assert [row["series"] for row in found] == [
        "line", "line", "line", "points", "seeds", "seeds", "named", "named",
    ]  # fmt: skip
    assert [handle.get_label() for handle in axis.get_legend_handles_labels()[0]] == ["named"]
    assert "line" not in found[0]


def test_error_bars_say_their_ends_whether_they_lie_or_stand() -> None:
    figure, axis = one()
    axis.errorbar([1, 2], [5, 6], yerr=[[1, 2], [3, 4]], fmt="o", capsize=3, label="up")
    axis.errorbar([1], [5], xerr=[0.5], fmt="o", label="along")

    up, second, along = rows(figure)

    assert (up["y"], up["y_low"], up["y_high"], up["x_low"]) == ("5", "4", "8", "")
    assert (second["y_low"], second["y_high"]) == ("4", "10")
    assert (along["series"], along["x_low"], along["x_high"]) == ("along", "0.5", "1.5")


def test_bars_points_segments_and_lines_across_are_read() -> None:
    figure, axis = one()
    axis.bar([0, 1], [3, 4], label="upright")
    axis.barh([0], [7], label="lying")
    axis.scatter([1], [2], label="dots")
    axis.hlines([5], 0, 3, label="level")
    axis.axhline(9, label="bound")

    found = {row["series"]: row for row in rows(figure)}

    assert (found["upright"]["x"], found["upright"]["y"]) == ("1", "4")
    assert (found["lying"]["x"], found["lying"]["y"]) == ("7", "0")
    assert (found["dots"]["x"], found["dots"]["y"]) == ("1", "2")
    assert (found["level"]["x_low"], found["level"]["x_high"]) == ("0", "3")
    assert (found["bound"]["x"], found["bound"]["y"]) == ("", "9")


def test_words_at_an_axis_stand_for_their_places() -> None:
    figure, axis = one()
    axis.plot([0.3, 0.5], [0, 1], "o")
    axis.set_yticks([0, 1], ["dense\nnet", "conv"])
    axis.set_xticks([0.3, 0.5], ["0.30", "0.50"])

    assert [(row["x"], row["y"]) for row in rows(figure)] == [("0.3", "dense net"), ("0.5", "conv")]


def test_a_band_without_a_line_is_its_own() -> None:
    figure, axis = one()
    axis.fill_between([1, 2, 3], [4, 5, 6], [1, 2, 3], label="range")

    found = [(row["series"], row["x"], row["y_low"], row["y_high"]) for row in rows(figure)]

    assert found == [("range", "1", "1", "4"), ("range", "2", "2", "5"), ("range", "3", "3", "6")]


def test_a_small_map_is_data() -> None:
    figure, axis = one()
    axis.imshow([[1, 2], [3, np.nan]])

    assert [(row["x"], row["y"], row["value"]) for row in rows(figure)] == [
        ("0", "0", "1"), ("1", "0", "2"), ("0", "1", "3"),
    ]  # fmt: skip


def _photograph(axis: Axes) -> Any:
    return axis.imshow(np.zeros((28, 28)))


def _diagram(axis: Axes) -> None:
    axis.plot([0, 1], [0, 1])
    style.without_ticks(axis)


@pytest.mark.parametrize("draw", [_photograph, _diagram, lambda axis: axis.text(0, 0, "words")])
def test_a_picture_has_no_numbers(draw: Any) -> None:
    figure, axis = one()
    draw(axis)

    assert figure_data.table(figure) == ""


def test_what_is_no_number_is_left_out_and_the_bytes_are_the_same() -> None:
    first, second = (one() for _ in range(2))
    for _, axis in (first, second):
        axis.plot([1, 2, 3], [0.1 + 0.2, np.nan, 1 / 3])

    assert [row["y"] for row in rows(first[0])] == ["0.3", "0.3333333333"]
    assert figure_data.table(first[0]) == figure_data.table(second[0])

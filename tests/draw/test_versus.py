"""Published beside own: what is drawn of the numbers, and into which files."""

import numpy as np
import pytest

from dlexp.cli import plotting
from dlexp.draw.versus import MOST_PANELS, numbers, versus

SIDES = ("published", "yours")


def test_a_number_has_its_mean_and_its_interval_on_both_sides() -> None:
    one, other = {"a": np.array([1.0, 2.0, 3.0])}, {"a": np.array([5.0, 5.0])}

    [axis] = versus(one, other, SIDES).figure.axes

    [bars, point] = [container.lines[2][0].get_segments()[0] for container in axis.containers]
    assert bars[:, 0] == pytest.approx([2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5], abs=1e-3)
    assert point[:, 0].tolist() == [5, 5]  # two seeds have no interval
    assert [label.get_text() for label in axis.get_yticklabels()] == ["published", "yours"]


def test_lists_are_lines_which_may_be_of_other_lengths() -> None:
    one, other = {"loss": np.ones((3, 5))}, {"loss": np.zeros((4, 9))}

    drawing = versus(one, other, SIDES)

    assert [len(line.get_xdata()) for line in drawing.figure.axes[0].lines] == [5, 9]  # type: ignore[arg-type]
    assert drawing.alt.endswith("loss, at the end: 1 and 0.")


def test_what_only_one_side_has_is_left_out() -> None:
    with pytest.raises(ValueError, match=r"both sides must have a number; got \['a', 'b'\]"):
        versus({"a": np.ones(3)}, {"b": np.ones(3)}, SIDES)


def test_no_more_panels_than_can_be_read_and_no_longer_words() -> None:
    many = {f"accuracy_of_number_{i}": np.ones(3) for i in range(99)}

    drawing = versus(many, many, SIDES)

    assert len(drawing.figure.axes) == MOST_PANELS
    assert len(drawing.alt) <= 400


def test_what_is_no_number_or_differs_from_seed_to_seed_is_left_out() -> None:
    first = {
        "name": "x",
        "ok": True,
        "pair": [1, 2],
        "grid": [[1, 2, 3], [4, 5, 6]],
        "odd": [1] * 3,
    }
    second = {**first, "odd": [1] * 4}

    made = numbers([first, second])

    assert {name: values.shape for name, values in made.items()} == {
        "pair[0]": (2,), "pair[1]": (2,), "grid[0]": (2, 3), "grid[1]": (2, 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ending", "begins"), [("svg", b"<?xml"), ("PNG", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_the_ending_says_the_form_and_the_bytes_are_the_same(tmp_path, ending, begins) -> None:
    made = []
    for _ in range(2):
        file = plotting.target(str(tmp_path / f"mine.{ending}"))
        plotting.save(versus({"a": np.ones(3)}, {"a": np.zeros(3)}, SIDES), file)
        made.append(file.read_bytes())

    assert made[0].startswith(begins)
    assert made[0] == made[1]

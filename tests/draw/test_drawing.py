"""A drawing becomes the same bytes whenever it is made, and says what its figure shows."""

import pytest

from dlexp.draw import style
from dlexp.draw.drawing import Drawing, svg


def drawing(height: float = 1.0) -> Drawing:
    figure, axes = style.new()
    axes[0, 0].plot([0, 1], [0, height], label="a line")
    axes[0, 0].fill_between([0, 1], [0, height], hatch="/")
    axes[0, 0].legend()
    return Drawing(figure, "A line that rises.")


def test_the_same_figure_gives_the_same_bytes() -> None:
    one, two = (svg(drawing()) for _ in range(2))
    assert one == two
    assert "<dc:date>" not in one
    assert "Matplotlib" not in one
    assert svg(drawing(2.0)) != one


def test_a_panel_that_lies_elsewhere_by_a_rounding_error_gives_the_same_bytes() -> None:
    def lying(place: float) -> str:
        made = drawing()
        made.figure.set_layout_engine("none")
        made.figure.axes[0].set_position((place, 0.1, 0.8, 0.8))
        return svg(made)

    assert lying(0.1) == lying(0.1 + 1e-13)
    assert lying(0.1) != lying(0.12)


def test_words_that_are_too_short_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"the alt text of rates must .* got 5: 'short'"):
        svg(drawing()._replace(alt="short"), name="rates")


def test_its_source_is_in_the_file() -> None:
    assert "dlexp.chapters.demo.page:rates" in svg(
        drawing(), source="dlexp.chapters.demo.page:rates"
    )

"""What a page may publish, and by what names: finite numbers, figures with words, tables."""

import math
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.draw import publish, style
from dlexp.draw.drawing import Drawing
from dlexp.draw.in_book import IN_BOOK
from dlexp.draw.table import formatted


@pytest.fixture
def glued(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, bool]]:
    """What was handed to glue: by name, the value and whether it shows below its cell."""
    handed = {}

    def glue(name: str, value: Any, display: bool = True) -> None:
        handed[name] = (value, display)

    monkeypatch.setattr(publish, "glue", glue)
    monkeypatch.delenv(IN_BOOK, raising=False)
    return handed


def drawing(alt: str = "A line that rises.") -> Drawing:
    figure, axes = style.new()
    axes[0, 0].plot([0, 1], [0, 1])
    return Drawing(figure, alt)


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.9914, ".2%", "99.14%"),
        (241546, ",d", "241,546"),
        (-0.25, "+.2f", "−0.25"),
        (1e-5, ".0e", "1e−05"),
        (np.float32(0.5), ".3f", "0.500"),
        (np.float64(2.5), ".1f", "2.5"),
        (np.int64(1792), ",d", "1,792"),
        (np.uint8(7), "d", "7"),
    ],
)
def test_a_number_is_published_as_text(glued, value, spec, text):
    publish.number("answer", value, spec)
    assert glued["answer"] == (text, True)


def test_a_mean_is_published_with_the_ends_of_its_interval(glued):
    publish.mean_with_interval("lead", [1.0, 2.0, 3.0], ".2f")  # 2 ± 4.303 / √3
    texts = {name: text for name, (text, _) in glued.items()}
    assert texts == {"lead": "2.00", "lead_low": "−0.48", "lead_high": "4.48"}


@pytest.mark.parametrize("values", [[1.0, 2.0], [1.0, 2.0, math.nan], ["1", "2", "3"]])
def test_a_mean_without_an_interval_is_not_published(glued, values):
    with pytest.raises(ValueError, match=r"; got "):
        publish.mean_with_interval("lead", values, ".2f")
    assert glued == {}


@pytest.mark.parametrize(
    "value",
    [None, True, np.True_, math.nan, math.inf, -math.inf, "0.5", [1], 1j, np.array([1.0]),
     np.float32("nan")],
)  # fmt: skip
def test_what_is_no_finite_number_is_refused_by_name(glued, value):
    with pytest.raises(ValueError, match="accuracy must be a finite number; got"):
        publish.number("accuracy", value, ".2f")
    assert glued == {}


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a.b", "1a", "é", "a::b"])
def test_a_name_must_be_an_identifier(name):
    for attempt in (
        lambda: publish.number(name, 1, "d"),
        lambda: publish.figure(name, drawing()),
        lambda: publish.table(name, ["a"], [["b"]], caption="A table"),
    ):
        with pytest.raises(ValueError, match="a name must be letters, digits and underscores"):
            attempt()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_published_number_reads_back(value):
    assert float(formatted(value, ".17g").replace("−", "-")) == value


def test_inside_the_book_nothing_shows_below_its_cell(glued, monkeypatch):
    monkeypatch.setenv(IN_BOOK, "1")
    publish.number("answer", 1, "d")
    publish.figure("line", drawing())
    publish.table("rows", ["a"], [["b"]], caption="A table")
    assert [display for _, display in glued.values()] == [False, False, False]


# --- figures and tables -------------------------------------------------------------------------


def test_a_figure_carries_its_words(glued):
    publish.figure("line", drawing("Rises: 1 < 2 & so on."))
    bundle, metadata = glued["line"][0]._repr_mimebundle_()
    assert bundle["text/plain"] == "Rises: 1 < 2 & so on."
    root = ElementTree.fromstring(bundle["image/svg+xml"].encode())
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Rises: 1 < 2 & so on."
    assert metadata == {"numbers": "x,y\r\n0,0\r\n1,1\r\n"}


@pytest.mark.parametrize("alt", ["", "short", "x" * 401, "one line\nand another", " " * 20])
def test_a_figure_without_proper_words_is_refused(glued, alt):
    with pytest.raises(ValueError, match="the alt text of line must be one line of 10 to 400"):
        publish.figure("line", drawing(alt))
    assert glued == {}


@pytest.mark.parametrize(
    ("header", "rows", "caption", "message"),
    [
        (["a"], [], "A table", "needs a caption and a row"),
        (["a"], [["b"]], " ", "needs a caption and a row"),
        (["", "a"], [["b", "c"]], "A table", "needs a heading; got"),
        (["a", "b"], [["c"]], "A table", r"each row of shapes needs 2 cells; got \['c'\]"),
        (["a"], [[0.5]], "A table", "each cell of shapes must be text or an integer; got 0.5"),
        (["a"], [[None]], "A table", "each cell of shapes must be text or an integer; got None"),
        (["a"], [[True]], "A table", "each cell of shapes must be text or an integer; got True"),
    ],
)
def test_a_malformed_table_is_refused(glued, header, rows, caption, message):
    with pytest.raises(ValueError, match=message):
        publish.table("shapes", header, rows, caption=caption)
    assert glued == {}


# --- where it comes from ------------------------------------------------------------------------


def test_what_a_function_of_a_chapter_publishes_names_the_function(
    glued: dict[str, tuple[Any, bool]],
) -> None:
    program = """
def shown(publish, drawing):
    publish.figure("line", drawing)
    publish.table("rows", ["a"], [["b"]], caption="A table")
"""
    names: dict[str, Any] = {"__name__": "dlexp.chapters.demo.page"}
    exec(program, names)

    names["shown"](publish, drawing())

    image, markup = (
        glued[name][0]._repr_mimebundle_()[0][kind]
        for name, kind in (("line", "image/svg+xml"), ("rows", "text/html"))
    )
    assert ">dlexp.chapters.demo.page:shown<" in image
    assert 'data-source="dlexp.chapters.demo.page:shown"' in markup


def test_what_a_cell_publishes_itself_names_nothing(glued: dict[str, tuple[Any, bool]]) -> None:
    publish.figure("line", drawing())

    assert "source" not in glued["line"][0]._repr_mimebundle_()[0]["image/svg+xml"]

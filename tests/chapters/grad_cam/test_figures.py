"""The figures on Grad-CAM: each draws, has words from its own numbers, and the same bytes twice."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from dlexp.chapters.grad_cam import charts, figures
from dlexp.draw import style
from dlexp.draw.drawing import svg
from helpers import assert_drawn

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.random((10, 28, 28))
MAPS = GENERATOR.random((10, 28, 28))
ROWS = {"right": (IMAGES, MAPS), "wrong": (IMAGES, MAPS[::-1])}
CURVES = {
    name: {method: GENERATOR.normal(size=(5, 4)) for method in charts.METHODS if method != "right"}
    for name in ("deleting pixels", "deleting ink", "inserting pixels")
}
FRACTIONS = (0.05, 0.1, 0.2, 0.3)
ACTIVATIONS = GENERATOR.random((7, 7, 4))
CORRELATION = GENERATOR.random((5, 2))
COARSE = GENERATOR.random((7, 7))
LEADS = GENERATOR.random(5) + 3
WIDE = GENERATOR.random((2, 28, 56))
FIGURES = {
    "maps": lambda: figures.maps(ROWS, [str(i) for i in range(10)], what="Ten digits"),
    "steps": lambda: figures.steps(
        IMAGES[0], ACTIVATIONS, np.array([1.0, -2, 0, 3]), COARSE, MAPS[0], label=7
    ),
    "corner": lambda: figures.corner(IMAGES[0], COARSE, MAPS[0]),
    "curves": lambda: charts.curves(CURVES, FRACTIONS),
    "randomisation": lambda: charts.randomisation(
        {way: dict.fromkeys(charts.FORGETFUL, CORRELATION) for way in ("alone", "together")},
        ["logits", "dense"],
        dict.fromkeys(charts.FORGETFUL, 0.3),
    ),
    "forest": lambda: charts.forest(
        {
            test: {"random": -LEADS, "ink": LEADS, "even": 0 * LEADS}
            for test in ("deleting", "inserting")
        },
        {"random": "random order", "ink": "ink alone", "even": "as good"},
    ),
    "wide": lambda: figures.wide(WIDE, {"one": WIDE, "two": 1 - WIDE}, [True, False]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_fit(name: str) -> None:
    assert_drawn(FIGURES[name]())


def test_the_words_say_where_the_map_is_strongest() -> None:
    coarse = np.zeros((7, 7))
    coarse[2, 4] = 1
    weights = np.array([1.0, -2, 0, 3])

    drawing = figures.steps(IMAGES[0], ACTIVATIONS, weights, coarse, MAPS[0], label=7)

    assert "row 3 and column 5 of 7" in drawing.alt


def test_the_channels_that_are_shown_have_the_largest_and_the_smallest_weight() -> None:
    """By their weight, as the page defines it: not by weight times activation."""
    activations = np.ones((7, 7, 3)) * [1.0, 1.0, 100.0]
    weights = np.array([2.0, -2.0, 1.0])

    drawing = figures.steps(IMAGES[0], activations, weights, COARSE, MAPS[0], label=7)

    titles = [axis.get_title() for axis in drawing.figure.axes]
    assert titles[1].startswith("channel 0\n")
    assert titles[2].startswith("channel 1\n")


def test_the_forest_says_who_is_ahead() -> None:
    alt = FIGURES["forest"]().alt

    lead = f"{LEADS.mean():.1f}"
    assert f"deleting: ink alone +{lead}, as good +0.0, random order -{lead}" in alt


def test_what_lies_on_the_digits_half_is_counted() -> None:
    heat = np.zeros((2, 28, 56))
    heat[0, :, :28] = heat[1, :, 28:] = 1

    alt = figures.wide(WIDE, {"map": heat}, [True, True]).alt

    assert alt.endswith("map 50%.")


def test_the_corner_that_is_shown_is_measured() -> None:
    image = np.zeros((28, 28))
    image[3, 3] = image[20, 20] = 1

    assert "50% of the ink" in figures.corner(image, COARSE, MAPS[0]).alt


def test_drawing_twice_gives_the_same_bytes() -> None:
    first, second = (svg(FIGURES["maps"]()) for _ in range(2))

    assert first == second


def test_lines_differ_by_more_than_colour() -> None:
    """Two methods may share a line style or a colour, never both."""
    looks = [look for _, look in charts.METHODS.values()]

    assert len(set(looks)) == len(looks)
    assert all(look.colour in style.PALETTE for look in looks)


def test_a_digit_with_several_maps_is_in_the_file_once() -> None:
    drawn = svg(FIGURES["maps"]())

    pictures = re.findall(r"data:image/png;base64,\s*([^\"]+)", drawn)
    assert len(pictures) == len(set(pictures)) == 20  # ten digits, and ten maps in two orders
    assert len(re.findall(r'<use xlink:href="#image\w+" transform=', drawn)) == 40
    assert len(re.findall(r' id="(image\w+)"', drawn)) == 20


def test_pixels_are_drawn_as_squares_and_a_map_lies_over_its_digit() -> None:
    """In the order of the panels: a digit in half grey, then the map over it."""
    panel = svg(figures.maps({"map": (IMAGES[:1], np.ones((1, 28, 28)))}, ["7"], what="A digit"))

    shown = re.findall(r"<image [^>]*base64,\s*([^\"]+)[^>]*>", panel)
    digit, heat = (np.asarray(Image.open(io.BytesIO(base64.b64decode(each)))) for each in shown)
    assert digit.shape == heat.shape == (28, 28, 4)
    assert panel.count("image-rendering:pixelated") == 2
    np.testing.assert_allclose(digit[..., 0], 255 - 127.5 * IMAGES[0], atol=2)
    assert {tuple(colour) for colour in heat.reshape(-1, 4)} == {(0xD5, 0x5E, 0x00, 191)}

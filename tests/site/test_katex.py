"""Formulas: finished HTML, and a complaint for each that is wrong."""

import re

import pytest

from dlexp.paths import BOOK
from dlexp.site import katex


@pytest.mark.parametrize("tex", ["x", r"\frac{a}{b}", r"\mathbb{R}^n", "a" * 5000])
def test_formula_is_html_with_mathml(tex: str) -> None:
    html = katex.render(tex, display=False)
    assert "<math" in html
    assert "<script" not in html


def test_display_formula_is_marked_as_one() -> None:
    assert "katex-display" in katex.render("x", display=True)
    assert "katex-display" not in katex.render("x", display=False)


@pytest.mark.parametrize("tex", [r"\nosuch", r"\frac{1}", "é", "a_{b", r"\begin{nosuch}"])
def test_bad_formula_is_refused_in_one_line(tex: str) -> None:
    with pytest.raises(katex.BadFormula, match="KaTeX") as caught:
        katex.render(tex, display=False)
    assert "\n" not in str(caught.value)


def test_every_font_of_the_style_is_there_and_nothing_else() -> None:
    folder = BOOK / "_assets" / "katex"
    style = (folder / "katex.min.css").read_text("utf-8")
    fonts = set(re.findall(r"url\((.*?)\)", style))
    assert fonts == {f"fonts/{file.name}" for file in (folder / "fonts").iterdir()}
    assert all(font.endswith(".woff2") for font in fonts)


def test_licence_lies_beside_what_is_vendored() -> None:
    for folder in (BOOK / "_assets" / "katex", katex.SCRIPT.parent):
        assert "MIT" in (folder / "LICENSE").read_text("utf-8")

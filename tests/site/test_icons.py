"""The icons of a page are those of the theme, although the site has a handful of two thousand."""

import logging
import re
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from books import Book
from browsing import CHROMIUM, Visit, chromium
from dlexp.site import icons

SOLID, REGULAR, BRANDS = "fa-solid-900", "fa-regular-400", "fa-brands-400"
STYLE = (
    '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-x:before{content:"X"}'
    '.fa-ghost:before{content:"\\f6e2"}.fa-spin{animation:spin}.next:after{content:"\uf105"}'
)

SEEN = r"""() => {
  const seen = new Set();
  for (const element of document.querySelectorAll('*')) {
    for (const part of ['::before', '::after']) {
      const { content, fontFamily, fontWeight } = getComputedStyle(element, part);
      const signs = /Awesome/.test(fontFamily) && content.match(/^"(.+)"$/);
      if (signs) seen.add([fontFamily, fontWeight, signs[1]].join('|'));
    }
  }
  return Array.from(seen);
}"""
"""What a page asks of icon fonts, shown or hidden, as its browser understands it."""


def outline(font: TTFont, sign: str) -> list[object]:
    """Return how a font draws a sign; nothing where it draws a box."""
    name = font.getBestCmap().get(ord(sign))
    if name is None:
        return []
    pen = RecordingPen()
    glyphs = font.getGlyphSet()
    glyphs[name].draw(pen)
    return [glyphs[name].width, *pen.value]


def shipped(site: Path, name: str) -> TTFont:
    return TTFont(site / "_static" / icons.FONTS / f"{name}.woff")


def brought(name: str) -> TTFont:
    return TTFont(icons.THEME / icons.FONTS / f"{name}.ttf")


def test_a_rule_stays_where_any_of_its_icons_is_named() -> None:
    kept = icons.pruned(STYLE, {"fa-navicon", "fa-x"})

    assert "fa-bars" in kept
    assert "fa-x" in kept
    assert "fa-ghost" not in kept
    assert ".fa-spin{animation:spin}.next:after" in kept


def test_a_style_asks_for_what_its_icons_and_its_other_rules_show() -> None:
    assert icons.signs(STYLE) == {"\uf0c9", "X", "\uf6e2", "\uf105"}


def test_another_version_of_the_style_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"pydata-sphinx-theme\.css must have a rule for each icon"
    ):
        icons.pruned('.fa-bars{--fa:"\\f0c9"}', {"fa-bars"})


@pytest.mark.parametrize("name", [SOLID, REGULAR, BRANDS])
def test_a_font_that_was_cut_down_has_another_name_and_says_its_licence(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / "font.woff"
    file.write_bytes(icons.cut_down(icons.THEME / icons.FONTS / f"{name}.ttf", "\uf09b\uf185"))

    said = {entry.nameID: str(entry) for entry in TTFont(file)["name"].names}

    assert not any("Awesome" in said[number] for number in said if number not in (0, 5, 11))
    assert "Font Awesome" in said[0]  # the copyright
    assert "SIL Open Font License" in said[13]
    assert len(file.read_bytes()) < 3000
    assert file.read_bytes() == icons.cut_down(
        icons.THEME / icons.FONTS / f"{name}.ttf", "\uf185\uf09b"
    )


def test_the_cutter_keeps_quiet(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        icons.cut_down(icons.THEME / icons.FONTS / f"{SOLID}.ttf", "\uf185")

    assert caplog.records == []


def test_the_site_has_every_icon_that_a_style_can_show(tiny: Book) -> None:
    """Also those that a script or a pointer brings to light."""
    styles = [file.read_text("utf-8") for file in (tiny.html / "_static").rglob("*.css")]
    asked = {chr(int(code, 16)) for each in styles for code in re.findall(r"\\([ef]\w{3})", each)}
    asked |= set(re.findall("[\ue000-\uf8ff]", "".join(styles)))
    assert {"\uf303", "\uf107", "\uf071", "\uf185", "\uf186"} <= asked

    for name in (SOLID, REGULAR, BRANDS):
        ours, theirs = shipped(tiny.html, name), brought(name)
        assert [s for s in sorted(asked) if outline(ours, s) != outline(theirs, s)] == []


def test_the_site_has_no_other_icon_fonts_and_names_their_content(tiny: Book) -> None:
    fonts = {file.name for file in (tiny.html / "_static" / icons.FONTS).iterdir()}
    style = (tiny.html / "_static" / icons.STYLE).read_text("utf-8")
    files = [file for file in tiny.html.rglob("*.html") if "_static" not in file.parts]
    pages = [file.read_text("utf-8") for file in files]
    links = {link for page in pages for link in re.findall(rf"{icons.STYLE}[^\"]*", page)}

    assert fonts == {f"{name}.woff" for name in (SOLID, REGULAR, BRANDS)}
    assert set(re.findall(r"([\w-]+\.woff)\?v=\w{8}\)", style)) == fonts
    assert "License - https://fontawesome.com/license/free" in style
    assert len(links) == 1
    assert "?v=" in links.pop()
    assert not list((tiny.html / "_static").rglob("fontawesome.js*"))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: no icon was seen in a browser")
def test_every_icon_that_a_page_shows_is_drawn_as_the_theme_draws_it(real_book: Book) -> None:
    seen: set[str] = set()
    with chromium() as browser:
        visit = Visit(browser.new_context())
        for file in sorted(real_book.html.glob("*.html")):
            visit.go(file.resolve().as_uri())
            seen |= set(visit.page.evaluate(SEEN))
    fonts = {"900": SOLID, "400": REGULAR}
    boxes = []
    for family, weight, signs in (each.split("|") for each in sorted(seen)):
        name = BRANDS if "Brands" in family else fonts[weight]
        ours, theirs = shipped(real_book.html, name), brought(name)
        boxes += [
            (name, ascii(sign))
            for sign in signs
            if not outline(ours, sign) or outline(ours, sign) != outline(theirs, sign)
        ]

    assert boxes == []
    assert len(seen) > 10

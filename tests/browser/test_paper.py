"""The real book on paper: in light, whatever the screen shows, and whole."""

import pytest
from playwright.sync_api import Browser

import fifths
from books import Book
from browser.looks import MARKS, PARTS, Look, is_source, names, visiting
from browsing import OVERFLOW

pytestmark = MARKS

PALE = """() => {
  const light = (text) => {
    const part = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
    const [R, G, B] = [r, g, b].map((v) => part((alpha * v + (1 - alpha) * 255) / 255));
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const found = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, at = text.parentElement, range = document.createRange();
    range.selectNodeContents(text);
    const { width, height } = range.getBoundingClientRect();
    if (!text.data.trim() || width <= 1 || height <= 1 || !at.checkVisibility()) continue;
    const style = getComputedStyle(at), ink = at instanceof SVGElement ? style.fill : style.color;
    if (1.05 / (light(ink) + 0.05) < 4.5) found.add(`${text.data.trim().slice(0, 40)} (${ink})`);
  }
  return Array.from(found);
}"""
"""The texts that a printer without backgrounds would leave pale on white paper."""

CUT = """() => Array.from(document.querySelectorAll('article *')).filter((each) =>
  each.checkVisibility() && !each.closest('.katex, .math, svg')
  && getComputedStyle(each).overflowX !== 'visible' && each.clientWidth > 1
  && each.scrollWidth > each.clientWidth + 1).map((each) => each.outerHTML.slice(0, 120))"""
"""What has more to the right than paper shows."""

PAPER = 718
"""Pixels across a page of A4 between its margins."""


@PARTS
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_pages_are_printed_in_light_and_whole(
    browser: Browser, real_book: Book, scheme: str, part: int
) -> None:
    start = real_book.html.resolve().as_uri()
    faults = []
    with visiting(browser, Look(scheme, PAPER)) as visit:
        written = [name for name in names(real_book) if not is_source(name)]
        for name in [*written, "_modules/dlexp/byhand/conv.html"][part :: fifths.PARTS]:
            visit.page.emulate_media(media="screen")
            visit.go(f"{start}/{name}")
            assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
            visit.page.emulate_media(media="print")
            faults += [f"{name}: pale: {text}" for text in visit.page.evaluate(PALE)]
            faults += [f"{name}: cut: {text}" for text in visit.page.evaluate(CUT)]
            if (wider := visit.page.evaluate(OVERFLOW)) > 0:
                faults.append(f"{name} is {wider} pixels wider than paper")
    assert not faults, "\n".join(faults)

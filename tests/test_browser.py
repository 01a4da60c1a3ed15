"""The real book in a browser without a window: every page, light and dark, wide and narrow.

Live figures are touched in tests/interactive. Where there is no Chromium, all tests are skipped,
and say so.
"""

import functools
import gzip
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from books import Book
from browsing import CHROMIUM, OVERFLOW, Visit, chromium, served

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here: the book was not seen in a browser"
    ),
    pytest.mark.timeout(1800),
]

HEAVIEST = 450_000
"""Bytes of a page with everything it loads but figures, compressed; live ones have a budget."""

LOOKS = [("light", 1280), ("dark", 1280), ("light", 400), ("dark", 400), ("light", 360)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def _names(book: Book) -> list[str]:
    files = (file.relative_to(book.html) for file in book.html.rglob("*.html"))
    return sorted(file.as_posix() for file in files if "_static" not in file.parts)


def _gathered(browser: Browser, look: tuple[str, int]) -> tuple[BrowserContext, Visit]:
    scheme, width = look
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    return context, Visit(context)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def test_pages_are_accessible_quiet_and_no_wider_than_the_screen(
    browser: Browser, real_book: Book, look: tuple[str, int]
) -> None:
    context, visit = _gathered(browser, look)
    start = real_book.html.resolve().as_uri()
    faults = []
    # The pages with source code are alike, and more than a hundred: one look at them is enough.
    sources = look == LOOKS[0]
    for name in (name for name in _names(real_book) if sources or not name.startswith("_modules/")):
        visit.go(f"{start}/{name}")
        faults += [f"{name} asks for {url}" for url in visit.outside(start)]
        faults += [f"{name} complains: {text}" for text in visit.complaints]
        if (wider := visit.page.evaluate(OVERFLOW)) > 0:
            faults.append(f"{name} is {wider} pixels wider than {look[1]}")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == look[0]
        faults += [f"{name}: axe: {fault}" for fault in _inaccessible(visit, look)]
    context.close()
    assert not faults, "\n".join(faults)


def _inaccessible(visit: Visit, look: tuple[str, int]) -> list[str]:
    """Return what axe finds wrong; a text's contrast is measured at the full width alone.

    It depends on the theme and not on the width, and takes four fifths of the time. What only a
    narrow screen shows, bars and menus, lies around the article, and is measured there, too.
    """
    if look[1] >= 1280:
        return visit.inaccessible()
    around = {"include": [["html"]], "exclude": [["article"]]}
    return [
        *visit.inaccessible(rules={"color-contrast": {"enabled": False}}),
        *visit.inaccessible(around, runOnly=["color-contrast"]),
    ]


def test_search_works_from_a_folder(browser: Browser, real_book: Book) -> None:
    context, visit = _gathered(browser, ("light", 1280))
    start = real_book.html.resolve().as_uri()
    visit.go(f"{start}/search.html?q=gradient")
    result = visit.page.locator("#search-results li a").first
    result.wait_for(timeout=20_000)
    assert not visit.outside(start)
    assert not visit.complaints
    link = str(result.get_attribute("href"))
    result.click()
    visit.page.wait_for_load_state()
    assert visit.page.url.startswith(f"{start}/{urlsplit(link).path.lstrip('./')}")
    assert visit.page.locator("h1:visible").count() == 1
    context.close()


@pytest.fixture(scope="module")
def address(real_book: Book) -> Iterator[str]:
    with served(real_book.html) as address:
        yield address


def test_pages_served_ask_for_nothing_elsewhere_and_are_light(
    browser: Browser, real_book: Book, address: str
) -> None:
    context, visit = _gathered(browser, ("light", 1280))
    faults = []
    for name in _names(real_book):
        visit.go(f"{address}/{name}")
        visit.page.wait_for_load_state("networkidle")
        faults += [f"{name} asks for {url}" for url in visit.outside(address)]
        faults += [f"{name} complains: {text}" for text in visit.complaints]
        weight = sum(_compressed(real_book, path) for path in set(map(_path, visit.requests)))
        if weight > HEAVIEST:
            faults.append(f"{name} weighs {weight} bytes")
    context.close()
    assert not faults, "\n".join(faults)


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).lstrip("/") or "index.html"


@functools.cache
def _compressed(book: Book, path: str) -> int:
    """Return the size of a file as a server would send it; figures do not count."""
    file = book.html / path
    if path.startswith(("_images/", "_static/interactive/")) or not file.is_file():
        return 0
    content = file.read_bytes()
    return len(content) if file.suffix == ".woff2" else len(gzip.compress(content))


def test_header_offers_the_notebook_by_keyboard(browser: Browser, real_book: Book) -> None:
    context, visit = _gathered(browser, ("light", 400))
    visit.go(f"{real_book.html.resolve().as_uri()}/grad_cam.html")
    link = visit.page.get_by_role("link", name="notebook")
    assert link.count() == 1
    link.focus()
    assert link.evaluate("element => element === document.activeElement")
    context.close()


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


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_pages_are_printed_in_light_and_whole(
    browser: Browser, real_book: Book, scheme: str
) -> None:
    context, visit = _gathered(browser, (scheme, PAPER))
    start = real_book.html.resolve().as_uri()
    faults = []
    names = [name for name in _names(real_book) if not name.startswith("_modules/")]
    for name in [*names, "_modules/dlexp/byhand/conv.html"]:
        visit.page.emulate_media(media="screen")
        visit.go(f"{start}/{name}")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
        visit.page.emulate_media(media="print")
        faults += [f"{name}: pale: {text}" for text in visit.page.evaluate(PALE)]
        faults += [f"{name}: cut: {text}" for text in visit.page.evaluate(CUT)]
        if (wider := visit.page.evaluate(OVERFLOW)) > 0:
            faults.append(f"{name} is {wider} pixels wider than paper")
    context.close()
    assert not faults, "\n".join(faults)

"""The real book on a server and in a folder: light, quiet, searched and used by keyboard."""

import functools
import gzip
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser

from books import Book
from browser.looks import MARKS, WIDE_LIGHT, Look, is_source, names, visiting
from browsing import served

pytestmark = MARKS

HEAVIEST = 350_000
"""Bytes of a page with everything it loads but figures, compressed; live ones have a budget."""

LANDING = 400_000
"""Bytes of the landing page with everything it loads, compressed, its live figure among them."""

FIGURES = ("_images/", "_static/interactive/")
"""Where printed and live figures lie."""


def test_search_works_from_a_folder(browser: Browser, real_book: Book) -> None:
    start = real_book.html.resolve().as_uri()
    with visiting(browser, WIDE_LIGHT) as visit:
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


def test_pages_served_ask_for_nothing_elsewhere_and_are_light(
    browser: Browser, real_book: Book
) -> None:
    """Of the pages with source code, all of which are read from a folder, the longest is served."""
    sources = [name for name in names(real_book) if is_source(name)]
    longest = max(sources, key=lambda name: (real_book.html / name).stat().st_size)
    faults = []
    with visiting(browser, WIDE_LIGHT) as visit, served(real_book.html) as address:
        for name in [name for name in names(real_book) if name == longest or not is_source(name)]:
            visit.go(f"{address}/{name}")
            visit.page.wait_for_load_state("networkidle")
            if name == "index.html":  # its live figure begins at once, and counts
                visit.page.locator(".dlx[data-state=live]").wait_for(timeout=120_000)
            faults += [f"{name} asks for {url}" for url in visit.outside(address)]
            faults += [f"{name} complains: {text}" for text in visit.complaints]
            weight = sum(_compressed(real_book, path) for path in set(map(_path, visit.requests)))
            if weight > HEAVIEST:
                faults.append(f"{name} weighs {weight} bytes")
            if name == "index.html":
                figures = sum(_figure(real_book, path) for path in set(map(_path, visit.requests)))
                if weight + figures > LANDING:
                    faults.append(f"{name} weighs {weight + figures} bytes with its figures")
    assert not faults, "\n".join(faults)


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).lstrip("/") or "index.html"


def _compressed(book: Book, path: str) -> int:
    """Return the size of a file as a server would send it; figures do not count."""
    return 0 if path.startswith(FIGURES) else _sent(book, path)


def _figure(book: Book, path: str) -> int:
    """Return the size of what belongs to a figure, printed or live; nothing else counts."""
    return _sent(book, path) if path.startswith(FIGURES) else 0


@functools.cache
def _sent(book: Book, path: str) -> int:
    file = book.html / path
    if not file.is_file():
        return 0
    content = file.read_bytes()
    return len(content) if file.suffix in (".woff", ".woff2") else len(gzip.compress(content))


def test_header_offers_the_notebook_by_keyboard(browser: Browser, real_book: Book) -> None:
    with visiting(browser, Look("light", 400)) as visit:
        visit.go(f"{real_book.html.resolve().as_uri()}/grad_cam.html")
        link = visit.page.get_by_role("link", name="notebook")
        assert link.count() == 1
        link.focus()
        assert link.evaluate("element => element === document.activeElement")

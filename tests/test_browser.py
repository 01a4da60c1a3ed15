"""The real book in a browser without a window: every page, light and dark, wide and narrow.

Nothing here needs Node: Playwright is Python's, axe comes in a package, and Chromium is that of the
system. Where there is no Chromium, all tests are skipped, and say so.
"""

import functools
import gzip
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from books import Book

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here: the book was not seen in a browser"
    ),
    pytest.mark.timeout(1800),
]

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RUN_AXE = """async () => {
  const found = await axe.run(document, {preload: false, resultTypes: ['violations']});
  const nodes = v => v.nodes.map(n => n.html.slice(0, 200)).join(' | ');
  return found.violations.map(v => v.id + ': ' + nodes(v));
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEAVIEST = 450_000
"""Bytes of a page with everything it loads but figures, compressed."""

LOOKS = [("light", 1280), ("dark", 1280), ("light", 400), ("dark", 400), ("light", 360)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visit:
    """A page in the browser, and what it asked for and complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def go(self, address: str) -> None:
        """Open an address and wait until it has loaded."""
        self.requests.clear()
        self.complaints.clear()
        self.page.goto(address, wait_until="load")

    def outside(self, start: str) -> list[str]:
        """Return the requests that did not go to the site."""
        return [url for url in self.requests if not url.startswith((start, "data:"))]


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
    for name in _names(real_book):
        visit.go(f"{start}/{name}")
        faults += [f"{name} asks for {url}" for url in visit.outside(start)]
        faults += [f"{name} complains: {text}" for text in visit.complaints]
        if (wider := visit.page.evaluate(OVERFLOW)) > 0:
            faults.append(f"{name} is {wider} pixels wider than {look[1]}")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == look[0]
        visit.page.evaluate(AXE)
        faults += [f"{name}: axe: {fault}" for fault in visit.page.evaluate(RUN_AXE)]
    context.close()
    assert not faults, "\n".join(faults)


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


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


@pytest.fixture(scope="module")
def address(real_book: Book) -> Iterator[str]:
    handler = functools.partial(_Silent, directory=str(real_book.html))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


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
    if path.startswith("_images/") or not file.is_file():
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

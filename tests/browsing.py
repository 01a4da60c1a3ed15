"""A browser without a window, for tests: Chromium of the system, and what a page did in it.

Nothing here needs Node: Playwright is Python's, axe comes in a package.
"""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

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
RUN_AXE = """async ([context, options]) => {
  const usual = {preload: false, resultTypes: ['violations']};
  const found = await axe.run(context, Object.assign(usual, options));
  const nodes = v => v.nodes.map(n => n.html.slice(0, 200)).join(' | ');
  return found.violations.map(v => v.id + ': ' + nodes(v));
}"""
EACH_KIND = """() => {
  const grounds = ['background', 'opacity', 'position', 'filter', 'mixBlendMode', 'visibility'];
  const letters = ['color', 'fill', 'fontSize', 'fontWeight', 'textShadow'];
  const below = new Map(), counts = new Map();
  for (const each of document.querySelectorAll('*')) {
    const style = getComputedStyle(each), above = below.get(each.parentElement) ?? '';
    const own = grounds.map(name => style[name]).join();
    below.set(each, above.endsWith(own) ? above : above + own);
    if (!Array.from(each.childNodes).some(n => n.nodeType === 3 && n.data.trim())) continue;
    const kind = below.get(each) + letters.map(name => style[name]).join();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (counts.get(kind) <= 3) each.setAttribute('data-of-its-kind', '');
  }
  axe.configure({rules: [{id: 'color-contrast', selector: '[data-of-its-kind]'}]});
}"""
"""Have axe measure the contrast of three texts of each kind: it takes four fifths of its time.

Of a kind are texts whose letters have one style, above grounds of one style all the way down.
"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and end it."""
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

    def inaccessible(
        self, context: str = "html", *, each_kind: bool = False, **options: Any
    ) -> list[str]:
        """Return what axe finds wrong in a part of the page; of texts, in three of each kind."""
        self.page.evaluate(AXE)
        if each_kind:
            self.page.evaluate(EACH_KIND)
        found: list[str] = self.page.evaluate(RUN_AXE, [context, options])
        return found

    def outside(self, start: str) -> list[str]:
        """Return the requests that did not go to the site."""
        return [url for url in self.requests if not url.startswith((start, "data:"))]


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, and give its address."""
    handler = functools.partial(Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()

"""The site in Chromium, as tests of live figures visit it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from books import Book
from browsing import Visit, served

collect_ignore = ["make_networks.py"]  # a program that loads TensorFlow


@pytest.fixture(scope="module", params=["http", "file"])
def start(request: pytest.FixtureRequest, real_book: Book) -> Iterator[str]:
    """The address of the site: on a server, and in a folder."""
    if request.param == "http":
        with served(real_book.html) as address:
            yield address
    else:
        yield real_book.html.resolve().as_uri()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, start: str) -> Iterator[Visit]:
    """A visit by day from the server, by night from the folder, unless a test asks for one."""
    usual = "dark" if start.startswith("file") else "light"
    scheme = getattr(request, "param", usual)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 1000})
    yield Visit(context)
    context.close()


@pytest.fixture
def plain_visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    yield Visit(context)
    context.close()


@pytest.fixture(scope="module")
def places(real_book: Book) -> dict[str, list[str]]:
    """The live figures of each page of the site."""
    found = {}
    for file in sorted(real_book.html.glob("*.html")):
        parts = file.read_text("utf-8").split('data-figure="')[1:]
        if parts:
            found[file.name] = [part.partition('"')[0] for part in parts]
    return found

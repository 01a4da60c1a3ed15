"""A draft of the tiny book: what is stale is shown and marked, and no unit runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from books import Book, Outcome
from browsing import CHROMIUM, OVERFLOW, Visit, chromium

pytestmark = pytest.mark.timeout(1800)

MEASURE = "code/dlexp/chapters/tiny/measure.py"
RETURNS = 'return Measurement(numbers={"value": seed + config.offset})'
RUN = 'raise RuntimeError("a unit ran")'
"""In the place of what a unit returns, it makes all records stale and tells if one is computed."""

MARK = "Stale: tiny/measure (3 records)"


class Drafted:
    """A book, how its draft ended, and what it wrote, which a later draft replaces."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.outcome: Outcome = book.draft()
        files = (file for file in book.draft_html.rglob("*") if file.is_file())
        self.files = {f.relative_to(book.draft_html).as_posix(): f.read_bytes() for f in files}

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup(self.files[f"{name}.html"].decode(), "html.parser")

    def banner(self, name: str) -> str:
        """Return what the banner of a page says; nothing where it has none."""
        found = self.page(name).select_one("article .draft-banner")
        return found.get_text(" ", strip=True) if found else ""


def _records(book: Book) -> dict[str, bytes]:
    """Return all records of a book: those in use, and those set aside."""
    folders = (book.folder / "results", book.folder / "_build" / "records")
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(book.folder).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def book(tiny: Book, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book with its records that no site was built of."""
    return tiny.again(tmp_path_factory.mktemp("draft") / "tiny")


@pytest.fixture(scope="module")
def stale(book: Book) -> Drafted:
    before = _records(book)
    with book.edited(MEASURE, RETURNS, RUN):
        drafted = Drafted(book)
    assert _records(book) == before
    return drafted


@pytest.fixture(scope="module")
def waiting(stale: Drafted) -> Drafted:
    """The same with a seed more, of which there is no record, and with a page that is broken."""
    book = stale.book
    with (
        book.edited(MEASURE, RETURNS, RUN),
        book.edited(MEASURE, "range(3)", "range(4)"),
        book.edited("book/second.md", "{glue:text}`answer`", "{glue:text}`nothing`"),
    ):
        return Drafted(book)


def test_draft_computes_nothing_counts_what_is_stale_and_is_fine(stale: Drafted) -> None:
    assert stale.outcome.status == 0, stale.outcome.log
    assert "Draft: of 3 units, 3 stale, 0 not computed yet" in stale.outcome.log
    assert "a unit ran" not in stale.outcome.log
    assert "to compute" not in stale.outcome.log


def test_all_that_rests_on_stale_records_is_shown_and_marked(stale: Drafted) -> None:
    page = stale.page("tiny")
    words = page.get_text(" ", strip=True)
    assert "rests on 3 (stale) seeds" in words
    assert "the mean is 11.0 (stale)" in words
    assert "None is nine: 0 of 3 (stale)" in words
    for place in ("details.claim summary", "table tr[id] th"):
        mark = page.select_one(f"{place} .draft-mark")
        assert mark is not None, place
        assert mark.get_text() == MARK
    for thing in (page.select_one("figure"), page.select_one('[aria-label^="The value"]')):
        assert thing is not None
        mark = thing.find_previous_sibling()
        assert mark is not None
        assert mark.get_text() == MARK
    assert stale.banner("tiny").startswith("Draft Marked on this page: 7 stale.")
    assert "added; the mean" in words
    assert "10 (stale)" not in words  # a setting rests on no record


def test_register_and_live_figures_are_marked_too(stale: Drafted) -> None:
    register = stale.page("claims")
    assert [mark.get_text() for mark in register.select("tr .draft-mark")] == [MARK, MARK]
    mark = stale.page("live").select_one("article .draft-mark")
    assert mark is not None
    assert mark.get_text() == MARK
    data = stale.files["_static/interactive/data/network.js"]
    assert data == b'DLX.data("network", [10.0,11.0,12.0]);\n'
    assert stale.banner("live")


def test_pages_without_records_have_no_banner_and_no_mark(stale: Drafted) -> None:
    for name in ("first", "second", "quoting", "api", "index"):
        assert stale.banner(name) == "", name
        assert not stale.page(name).select(".draft-mark"), name


def test_every_page_says_that_it_is_a_draft_and_none_is_offered_as_final(stale: Drafted) -> None:
    pages = [name for name in stale.files if name.endswith(".html") and name[0] != "_"]
    assert {"tiny.html", "search.html", "genindex.html"} <= set(pages)
    for name in pages:
        page = stale.page(name.removesuffix(".html"))
        line = page.select_one(".bd-header-announcement")
        assert line is not None, name
        assert line.get_text(strip=True).startswith("Draft, made from the records that are there.")
        assert page.title is not None
        assert "Draft: Deep Learning by Experiment" in page.title.get_text()
        assert page.find("meta", attrs={"name": "robots", "content": "noindex"}), name
        assert not page.select('a[href$=".ipynb"]'), name
    assert not [name for name in stale.files if name.endswith(".ipynb")]


def test_draft_writes_nothing_where_the_site_is(stale: Drafted) -> None:
    build = stale.book.folder / "_build"
    assert not {"html", ".doctrees", "jupyter", "jupyter_execute"} & {
        f.name for f in build.iterdir()
    }


def test_what_has_no_record_says_so_and_a_broken_page_is_still_red(waiting: Drafted) -> None:
    assert waiting.outcome.status == 1, waiting.outcome.log
    assert "The book is not fit to publish: 1 problem" in waiting.outcome.log
    assert "No key 'nothing' found" in waiting.outcome.log
    assert "Draft: of 4 units, 3 stale, 1 not computed yet" in waiting.outcome.log
    words = waiting.page("tiny").get_text(" ", strip=True)
    assert "rests on not computed yet seeds" in words
    assert "the mean is not computed yet ." in words
    assert "None is nine: not computed yet ." in words
    page = waiting.page("tiny")
    for place in (".claim#claim-tiny-above_zero", "tr#claim-tiny-never_nine td"):
        mark = page.select_one(f"{place} .draft-mark")
        assert mark is not None, place
        assert mark.get_text() == "Not computed yet"
    image = page.select_one("figure img")
    assert image is not None
    assert image["alt"] == "Not computed yet."
    assert waiting.banner("tiny").startswith("Draft Marked on this page: 7 not computed yet.")
    assert waiting.banner("live").startswith("Draft Marked on this page: 1 not computed yet.")
    assert not waiting.page("live").select("[data-figure]")
    register = waiting.page("claims").select_one("article .draft-mark")
    assert register is not None
    assert register.get_text() == "Not computed yet: claims of tiny"


def test_site_after_a_draft_is_that_of_a_clean_build(tiny: Book, waiting: Drafted) -> None:
    assert tiny.build().status == 0
    outcome = waiting.book.build(DLEXP_DRAFT="1")  # of a shell: only the folder makes a draft
    assert outcome.status == 0, outcome.log
    assert outcome.ran == {"first", "second", "tiny"}  # no output is taken over
    assert waiting.book.differences(tiny) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the draft was not seen")
@pytest.mark.parametrize("look", [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)])
def test_banner_and_marks_are_seen_accessible_and_fit(
    browser: Browser, stale: Drafted, tmp_path: Path, look: tuple[str, int]
) -> None:
    for name, content in stale.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    context = browser.new_context(
        color_scheme="dark" if look[0] == "dark" else "light",
        viewport={"width": look[1], "height": 900},
    )
    visit = Visit(context)
    for name in ("tiny", "claims", "live"):
        visit.go(f"{tmp_path.as_uri()}/{name}.html")
        assert visit.page.evaluate("document.documentElement.dataset.theme") == look[0]
        assert visit.page.locator(".draft-banner:visible").count() == 1, name
        assert visit.page.locator(".bd-header-announcement:visible").count() == 1, name
        assert visit.page.locator(".draft-mark:visible").count() > 0, name
        assert visit.page.evaluate(OVERFLOW) <= 0, name
        assert visit.inaccessible() == [], name
        assert visit.complaints == [], name
    context.close()

"""How a page is cited: an entry that BibTeX takes, of the edition and of the results."""

import re
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from pybtex.database import parse_string
from sphinx.errors import ConfigError

from books import Book
from demo import box, page
from dlexp.paths import PROJECT
from dlexp.site import cite

BOOK = cite.Edition("Nets", ("{A group}", "Rosenblatt, Frank"), "1.0.0", date(2026, 1, 31))


def entry(html: str) -> str:
    """Return what a page says to be copied."""
    found = BeautifulSoup(html, "html.parser").select_one("details.cite .highlight pre")
    assert isinstance(found, Tag)
    return found.get_text()


def parsed(text: str) -> tuple[str, str, dict[str, str]]:
    """Return an entry's key, type and fields, as BibTeX reads them."""
    [(key, made)] = parse_string(text, "bibtex").entries.items()
    authors = " and ".join(str(person) for person in made.persons["author"])
    return key, made.type, {**dict(made.fields), "author": authors}


def test_bibtex_reads_the_entry() -> None:
    made = cite.entry(BOOK, "r_squared", "R² & {other} 5 % sums", results="2026-01-30")

    key, kind, fields = parsed(made)

    assert (key, kind) == ("nets-r-squared", "incollection")
    assert fields == {
        "author": "{A group} and Rosenblatt, Frank",
        "title": r"{R² \& \{other\} 5 \% sums}",
        "booktitle": "{Nets}",
        "edition": "1.0.0",
        "year": "2026",
        "month": "January",
        "note": "Edition of 2026-01-31, results of 2026-01-30",
    }


def test_a_draft_says_so() -> None:
    made = cite.entry(BOOK, "r_squared", "R²", draft=True, results="2026-01-30")

    note = parsed(made)[2]["note"]
    assert note == "Draft of edition 1.0.0, 2026-01-31, results of 2026-01-30"


def test_the_first_page_is_the_book() -> None:
    key, kind, fields = parsed(cite.entry(BOOK, "index", "Nets", url="https://example.org/"))

    assert (key, kind) == ("nets", "book")
    assert "booktitle" not in fields
    assert fields["url"] == "https://example.org/"


@pytest.mark.parametrize(
    ("left_out", "words"),
    [("version", "got no version"), ("date-released", "got no date-released")],
)
def test_a_file_that_lacks_something_is_refused(left_out: str, words: str) -> None:
    text = re.sub(rf"^{left_out}:.*\n", "", cite.FILE.read_text("utf-8"), flags=re.MULTILINE)

    with pytest.raises(ValueError, match=words):
        cite.edition(text)


def test_a_date_that_is_none_is_refused() -> None:
    text = re.sub("(date-released:).*", r"\1 soon", cite.FILE.read_text("utf-8"))

    with pytest.raises(ValueError, match="must be a day; got 'soon'"):
        cite.edition(text)


def test_each_page_has_its_own_and_the_edition_is_that_of_the_file(tiny: Book) -> None:
    edition = cite.edition((PROJECT / "CITATION.cff").read_text("utf-8"))
    found = {name: parsed(entry(tiny.page(name))) for name in ("index", "first", "tiny", "claims")}

    assert {fields["edition"] for _, _, fields in found.values()} == {edition.version}
    assert found["index"][1:] == ("book", found["index"][2])
    assert found["index"][2]["title"] == f"{{{edition.title}}}"
    assert found["first"][2]["title"] == "{The first page}"
    state = "Draft of edition" if cite.is_open(cite.CHANGELOG.read_text("utf-8")) else "Edition of"
    assert re.fullmatch(rf"{state} .*{edition.released}", found["first"][2]["note"])
    # The day of the records that the page's claims rest on; the register has those of all.
    assert re.fullmatch(r".*, results of \d{4}-\d\d-\d\d", found["tiny"][2]["note"])
    assert found["claims"][2]["note"] == found["tiny"][2]["note"]


def test_pages_that_nobody_wrote_have_none(tiny: Book) -> None:
    assert not [name for name in ("genindex", "search") if "details class" in tiny.page(name)]


def test_the_latest_results_are_named(chapter: Any, build: Any) -> None:
    for seed, record in enumerate(chapter.runs):
        record.provenance["date"] = f"2026-03-0{seed + 1}T12:00:00+00:00"

    built = build(["dlexp.site.claim", "dlexp.site.cite"], index=page(box()))

    assert "results of 2026-03-03" in entry(built.page("index"))


def test_a_book_without_the_file_is_not_built(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cite, "FILE", PROJECT / "nosuch.cff")

    with pytest.raises(ConfigError, match=r"nosuch\.cff"):
        build("dlexp.site.cite", index=page("words"))

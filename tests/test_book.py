"""The real book as a whole, built once and read; what edits do to a book is in test_edits.py."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, NavigableString, Tag

import programs
from books import Book
from dlexp.paths import PROJECT

pytestmark = pytest.mark.timeout(1800)


def _pages(book: Book) -> dict[str, BeautifulSoup]:
    files = [file for file in book.html.rglob("*.html") if "_static" not in file.parts]
    return {
        file.relative_to(book.html).as_posix(): BeautifulSoup(
            file.read_text("utf-8"), "html.parser"
        )
        for file in files
    }


@pytest.fixture(scope="module")
def pages(real_book: Book) -> dict[str, BeautifulSoup]:
    return _pages(real_book)


def _chapters(folder: Path) -> list[str]:
    """Return the pages of the table of contents."""
    contents = yaml.safe_load((folder / "_toc.yml").read_text("utf-8"))
    chapters = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    nested = [section for chapter in chapters for section in chapter.get("sections", [])]
    files = [contents["root"], *(each["file"] for each in (*chapters, *nested))]
    return [name.removeprefix("book/") for name in files]


def _attributes(page: BeautifulSoup, tag: str, attribute: str) -> list[str]:
    return [str(each[attribute]) for each in page.find_all(tag) if each.has_attr(attribute)]


def test_landing_page_is_a_page(pages: dict[str, BeautifulSoup]) -> None:
    assert pages["index.html"].find("h1") is not None
    assert pages["index.html"].find("meta", attrs={"http-equiv": "Refresh"}) is None


def test_every_page_of_the_contents_is_there(pages: dict[str, BeautifulSoup]) -> None:
    missing = [name for name in _chapters(PROJECT) if f"{name}.html" not in pages]
    assert not missing


def test_nothing_comes_from_another_host(pages: dict[str, BeautifulSoup]) -> None:
    sources = [
        (name, address)
        for name, page in pages.items()
        for tag, attribute in [
            ("script", "src"),
            ("img", "src"),
            ("link", "href"),
            ("source", "src"),
        ]
        for address in _attributes(page, tag, attribute)
    ]
    outside = [each for each in sources if urlsplit(each[1]).scheme not in ("", "data")]
    assert not outside
    assert not [name for name, page in pages.items() if page.find(["iframe", "object", "embed"])]


def test_every_image_has_words(pages: dict[str, BeautifulSoup]) -> None:
    bad = [
        (name, str(image)[:200])
        for name, page in pages.items()
        for image in page.find_all("img")
        if len(str(image.get("alt", ""))) < 10 or re.search(r"\.(svg|png)$", str(image["alt"]))
    ]
    assert not bad


def test_every_internal_link_leads_somewhere(
    real_book: Book, pages: dict[str, BeautifulSoup]
) -> None:
    anchors = {
        name: {str(each["id"]) for each in page.find_all(id=True)} for name, page in pages.items()
    }
    broken = []
    for name, page in pages.items():
        here = real_book.html / name
        for link in _attributes(page, "a", "href"):
            parts = urlsplit(link)
            if parts.scheme or link == "#":
                continue
            file = (here.parent / unquote(parts.path)).resolve() if parts.path else here
            target = file.relative_to(real_book.html.resolve()).as_posix() if parts.path else name
            known = not parts.fragment or unquote(parts.fragment) in anchors.get(target, ())
            if not file.is_file() or not known:
                broken.append((name, link))
    assert not broken


def test_pages_show_nothing_of_the_machine(pages: dict[str, BeautifulSoup]) -> None:
    bad = re.compile(
        r"Traceback \(most recent|\b0x[0-9a-f]{6,}|/tmp/|/home/|cpu_feature_guard|oneDNN custom"
    )
    # The package's own source, which is on the site too, may speak of such things.
    ours = {name: page for name, page in pages.items() if not name.startswith("_modules/")}
    shown = {name: bad.search(_text_without_examples(page)) for name, page in ours.items()}
    assert not {name: match for name, match in shown.items() if match}


def _text_without_examples(page: BeautifulSoup) -> str:
    """Return what a page says outside of doctests, which may show an error as Python does."""
    examples = page.find_all(class_="doctest")
    left_out = {id(text) for example in examples for text in example.find_all(string=True)}
    texts = [text for text in page.find_all(string=True) if type(text) is NavigableString]
    return "".join(text for text in texts if id(text) not in left_out)


def test_search_index_has_the_addresses_of_pages(real_book: Book) -> None:
    script = (real_book.html / "searchindex.js").read_text("utf-8")
    index = json.loads(script.removeprefix("Search.setIndex(").removesuffix(")"))
    assert set(index["docnames"]) == set(_chapters(PROJECT))
    assert len(index["terms"]) > 100


def test_every_page_with_code_to_copy_offers_its_notebook(
    real_book: Book, pages: dict[str, BeautifulSoup]
) -> None:
    for name in _chapters(PROJECT):
        has_code = bool(programs.shown_cells(PROJECT / "book" / f"{name}.md"))
        link = pages[f"{name}.html"].find("a", href=f"notebooks/{name}.ipynb")
        assert (link is not None) == has_code, name
        if isinstance(link, Tag):
            assert "notebook" in str(link.get("title") or link.get("data-bs-title") or link)
            made = json.loads((real_book.html / str(link["href"])).read_text("utf-8"))
            assert made["metadata"]["kernelspec"]["name"] == "python3"
            assert any(cell.get("outputs") for cell in made["cells"])


def test_formulas_have_as_many_parts_as_mathml_wants(pages: dict[str, BeautifulSoup]) -> None:
    wanted = {"msub": 2, "msup": 2, "mfrac": 2, "munder": 2, "mover": 2, "mroot": 2}
    wanted |= {"msubsup": 3, "munderover": 3}
    found = [
        (str(formula), len(formula.find_all(recursive=False)) == wanted[formula.name])
        for page in pages.values()
        for formula in page.find_all(list(wanted))
    ]
    assert found
    assert not [formula for formula, whole in found if not whole]


def test_math_is_finished_html_and_its_style_is_only_where_needed(
    pages: dict[str, BeautifulSoup],
) -> None:
    for name, page in pages.items():
        styled = any("katex" in link for link in _attributes(page, "link", "href"))
        assert styled == (page.find(class_="katex") is not None), name
        article = None if name.startswith("_modules") else page.find("article")
        assert not re.search(r"\\[(\[]", article.get_text() if article else "")

"""The book as one document for paper: names, links, and what stands where."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from books import Book
from built_sites import made
from dlexp.site import built, printed

EXERCISES = """<section id="a"><h1>1. Sizes</h1>
<section id="work"><h2>Exercises</h2>
<div class="exercise" id="ex-1"><p>What size?</p></div>
<div class="solution" id="sol-1"><p class="admonition-title">Solution to
<a href="#ex-1">Exercise 1</a></p><p>Four.</p></div>
<p>Read on in <a href="b.html#a">the next</a>, <a href="api.html">the package</a>
or <a href="https://example.org/">elsewhere</a>.</p></section></section>"""

SCREEN = """<section id="a"><h1>Shapes<a class="headerlink" href="#a">#</a></h1>
<button>Press</button><form><input></form><div class="dlx"><p class="dlx-try">Try it.</p></div>
<p class="made-by"><a href="_modules/a.html">Code</a></p>
<div class="cell"><details class="hide"><summary>Show code cell source</summary><pre>1</pre>
</details></div>
<details class="claim" id="claim-x"><summary id="s">supported It is so.</summary>
<svg aria-labelledby="s"></svg><p class="claim-measure">2 points.</p><dl><dt>Threads</dt></dl>
</details><div class="sd-tab-set"><input><label class="sd-tab-label">Keras</label></div>
<img src="_images/a.svg" alt="A"></section>"""


def whole(folder: Path) -> BeautifulSoup:
    site = made(folder, a=EXERCISES, b=SCREEN)
    return printed.document(site, [entry.name for entry in site.contents], whole=True)


def faults(document: BeautifulSoup) -> list[str]:
    """Return the names that stand twice, and the links inside that lead to none."""
    names = [str(each["id"]) for each in document.select("[id]")]
    links = [str(link["href"]) for link in document.select("a[href]")]
    loose = [link for link in links if ":" not in link and link[1:] not in names]
    return loose + [name for name in set(names) if names.count(name) > 1]


def test_names_are_unique_and_links_from_page_to_page_lead_inside(tmp_path: Path) -> None:
    document = whole(tmp_path)
    assert faults(document) == []
    links = {link.get_text(): link["href"] for link in document.select("article a")}
    assert links["the next"] == "#b--a"
    assert links["elsewhere"] == "https://example.org/"
    assert "the package" not in links
    assert "the package" in document.get_text()


def test_what_continues_a_page_follows_it_and_the_package_is_left_out(tmp_path: Path) -> None:
    site = made(tmp_path, a=SCREEN, b=SCREEN, a_more=SCREEN)
    assert [(entry.name, entry.part) for entry in site.contents] == [
        ("index", ""),
        *((name, "Part one") for name in ("a", "a_more", "b")),
    ]


def test_solutions_stand_together_at_the_end_and_exercises_lead_there(tmp_path: Path) -> None:
    document = whole(tmp_path)
    last = document.select("article")[-1]
    assert [each["id"] for each in document.select(".solution")] == ["a--sol-1"]
    assert [each.get_text() for each in last.select("h1, h2")] == [
        "Solutions to the exercises",
        "1. Sizes",
    ]
    assert last.select(".solution a")[0]["href"] == "#a--ex-1"
    assert document.select("#a--ex-1 .to-solution a")[0]["href"] == "#a--sol-1"


def test_what_works_on_the_screen_alone_is_left_out(tmp_path: Path) -> None:
    text = whole(tmp_path).select("#b")[0]
    assert text.select("button, input, form, details, summary, script, .headerlink") == []
    words = " ".join(text.get_text(" ").split())
    assert words == "Shapes 1 supported It is so. 2 points. Keras"
    assert text.select(".claim .claim-measure")
    assert text.select("img")[0]["src"] == (tmp_path / "_images" / "a.svg").as_uri()


def test_contents_list_parts_chapters_and_sections(tmp_path: Path) -> None:
    contents = whole(tmp_path).select(".printed-contents div p")
    assert [(line["class"], line.get_text()) for line in contents] == [
        (["chapter"], "A book000"),
        (["part"], "Part one"),
        (["chapter"], "1. Sizes000"),
        (["section"], "Exercises000"),
        (["chapter"], "Shapes000"),
        (["chapter"], "Solutions to the exercises000"),
        (["section"], "1. Sizes000"),
    ]


def test_one_page_has_no_title_page_and_its_solutions_behind_it(tmp_path: Path) -> None:
    document = printed.document(made(tmp_path, a=EXERCISES, b=SCREEN), ["a"], whole=False)
    assert [each["id"] for each in document.select("article")] == ["a", "solutions"]
    assert not document.select(".title-page, .printed-contents")
    assert document.title
    assert document.title.get_text() == "1. Sizes – A book"
    assert faults(document) == []


def test_tiny_book_becomes_one_document(tiny: Book) -> None:
    site = built.Site(tiny.html)
    names = [entry.name for entry in site.contents]
    assert names == [
        "index",
        "reading",
        "first",
        "second",
        "quoting",
        "tiny",
        "live",
        "claims",
    ]
    document = printed.document(site, names, whole=True)
    assert faults(document) == []
    links = {str(link["href"]) for link in document.select("article a[href]")}
    assert {"#first", "#first--fig-line", "#first--equation-doubling"} <= links
    assert document.select("button, input, script, form") == []
    sheets = [str(link["href"]) for link in document.select("link")]
    assert any(sheet.endswith("interactive.css") for sheet in sheets)
    assert all(sheet.startswith("file:") for sheet in sheets)


def test_page_that_the_book_lacks_and_book_that_is_not_built_are_refused(tmp_path: Path) -> None:
    with pytest.raises(built.Unusable, match=r"by `make book`; found no site"):
        built.Site(tmp_path)
    with pytest.raises(built.Unusable, match=r"sizes.*got"):
        made(tmp_path, sizes=SCREEN).page("size")

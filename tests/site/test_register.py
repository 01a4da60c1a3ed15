"""The register of all claims: in book order, a table per chapter, and what filters it."""

import pytest
from bs4 import BeautifulSoup

from demo import ADDRESS, COUNTED, REGISTER, better, box, page
from dlexp.site import register_html

EXTENSION = "dlexp.site.claim"
pytestmark = pytest.mark.usefixtures("chapter")


def test_the_register_links_each_claim_to_its_line(build):
    chapter = page(box(), COUNTED, title="The chapter")
    built = build(EXTENSION, index=page(REGISTER), chapter=chapter)
    register = BeautifulSoup(built.page("index"), "html.parser").find(class_="claims-register")
    links = register.find("tbody").find_all("a")

    assert built.warnings == []
    assert links[0]["href"] == f"chapter.html#{ADDRESS}"
    assert [link.text for link in links] == ["A is better & faster than B.", "It never fails."]
    assert register.find("h2").text.startswith("The chapter")
    assert register.find(class_="claims-summary").text == "2 claims: 2 supported."
    assert [row["data-verdict"] for row in register.find_all("tr")[1:]] == ["supported"] * 2
    assert BeautifulSoup(built.page("chapter"), "html.parser").find(id=ADDRESS)


def test_a_chapter_of_two_pages_has_one_table(build):
    built = build(
        EXTENSION,
        index=page(REGISTER),
        chapter=page(COUNTED, title="The chapter"),
        chapter_more=page(box("demo.better"), title="More of it"),
    )
    register = BeautifulSoup(built.page("index"), "html.parser").find(class_="claims-register")

    assert built.warnings == []
    assert [title.text for title in register.find_all("h2")] == ["The chapter#"]
    assert [link["href"].partition("#")[0] for link in register.find("tbody").find_all("a")] == [
        "chapter_more.html",
        "chapter.html",
    ]


def test_without_scripts_there_is_nothing_to_press(build):
    built = build(EXTENSION, index=page(REGISTER), chapter=page(box(), COUNTED))
    form = BeautifulSoup(built.page("index"), "html.parser").find("form", class_="claims-filter")

    assert form.has_attr("hidden")
    assert len(form.find_all("input", type="checkbox")) == 3


def test_a_claim_that_no_page_states_is_a_warning(build, chapter):
    chapter.claims = lambda runs: [better(runs)]
    built = build(EXTENSION, index=page(REGISTER))
    [warning] = built.warnings
    rule = "a claim must be stated in a page of the contents (`_toc.yml`)"
    assert f"index.md:3: WARNING: {rule}; got none for demo.better" in warning


def test_chapters_keep_the_order_of_the_book(chapter):
    entries = [
        register_html.Entry(better(chapter.runs, name), "A sentence.", f"{title}.html", title)
        for name, title in (("one", "Z"), ("two", "Z"))
    ]
    register = BeautifulSoup(register_html.register(entries, script="x()"), "html.parser")

    assert [title.text for title in register.find_all("h2")] == ["Z#"]
    assert register.find("script").text == "x()"

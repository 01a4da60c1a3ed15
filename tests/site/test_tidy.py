"""Repairs of the theme's HTML."""

import re

import pytest

from dlexp.site.tidy import tidy

PAGE = """
<script defer src="_static/scripts/fontawesome.js?digest=1"></script>
<div class="sidebar-primary-item">
<a class="navbar-brand logo" href="index.html">Book</a></div>
<div class="sidebar-primary-item">Search</div>
<button class="btn search-button__button" title="Search" aria-label="Search">Search</button>
<summary aria-label="Toggle hidden content">Show</summary>
<summary><span class="toctree-toggle"></span></summary>
<a href="notebooks/a.ipynb" target="_blank">
"""


def test_icons_come_from_the_font_and_not_from_a_script() -> None:
    assert "fontawesome.js" not in tidy(PAGE)


def test_only_the_page_that_searches_loads_the_index() -> None:
    index = """
    <script src="../_static/searchtools.js"></script>
    <script src="../_static/language_data.js"></script>
    <script src="../searchindex.js"></script>"""
    asked_for, carried = f"<head>{index}", f'<meta name="docsearch:version" content="" />{index}'

    assert tidy(asked_for) == asked_for
    assert tidy(carried) == '<meta name="docsearch:version" content="" />'


def test_visible_words_are_the_names_of_buttons() -> None:
    assert 'aria-label="Search"' not in tidy(PAGE)
    assert "<summary>Show" in tidy(PAGE)
    assert '<summary aria-label="Pages below this one"><span' in tidy(PAGE)  # it has no words


def test_title_of_the_book_is_a_landmark_and_nothing_else_becomes_one() -> None:
    assert tidy(PAGE).count('role="region"') == 1


def test_notebook_is_downloaded() -> None:
    assert '<a href="notebooks/a.ipynb" download>' in tidy(PAGE)


def test_tidy_page_stays_as_it_is() -> None:
    assert tidy(tidy(PAGE)) == tidy(PAGE)
    assert tidy("<p>Plain</p>") == "<p>Plain</p>"


def test_citations_have_no_role_that_the_standard_has_given_up() -> None:
    cited = '<div role="list" class="citation-list"><div class="citation" role="doc-biblioentry">'

    assert tidy(cited) == '<div class="citation-list"><div class="citation">'


LOADED = """
<link rel="stylesheet" type="text/css" href="../_static/togglebutton.css?v=1" />
<link rel="stylesheet" type="text/css" href="../_static/copybutton.css?v=1" />
<link rel="stylesheet" type="text/css" href="../_static/sphinx-design.min.css?v=1" />
<script src="../_static/clipboard.min.js?v=1"></script>
<script src="../_static/copybutton.js?v=1"></script>
<script src="../_static/togglebutton.js?v=1"></script>
<script data-sd-tabs-storage-prefix="tab-" src="../_static/design-tabs.js?v=1"></script>
"""
NEEDED = {
    "": set(),
    '<button class="sidebar-toggle btn">': set(),
    '<div class="highlight">': {"clipboard.min.js", "copybutton.css", "copybutton.js"},
    '<div class="cite-entry"><div class="highlight">': set(),
    '<div class="admonition dropdown">': {"togglebutton.css", "togglebutton.js"},
    '<div class="toggle">': {"togglebutton.css", "togglebutton.js"},
    '<div class="sd-tab-set docutils">': {"sphinx-design.min.css", "design-tabs.js"},
    '<div class="docutils sd-card">': {"sphinx-design.min.css", "design-tabs.js"},
}


@pytest.mark.parametrize("shown", NEEDED)
def test_a_page_loads_what_works_on_something_that_it_shows(shown: str) -> None:
    page = tidy(LOADED + shown)

    assert set(re.findall(r"_static/([\w.-]+)", page)) == NEEDED[shown]
    assert page.count("<script") == page.count("</script>")

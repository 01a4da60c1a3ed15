"""Pages without what the theme carries needlessly, and with names that a screen reader can say."""

import re
from pathlib import Path

from sphinx.application import Sphinx

from dlexp.site import complete

# Each begins with a sign or more that stands as it is: Python finds those fast.
REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    # The icons come from a font that the style loads anyway; the script is half of a page's weight.
    (re.compile(r'<script [^>]*src="[^"]*fontawesome\.js[^"]*"[^>]*></script>'), ""),
    (re.compile(r'<link [^>]*rel="preload"[^>]*fontawesome\.js[^>]*>'), ""),
    # The index of the search is for the page that searches, which loads it by itself.
    (
        re.compile(
            r'(<meta name="docsearch:version"[^>]*>)'
            r'(?:\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js"></script>)+'
        ),
        r"\1",
    ),
    # What is seen must be part of what is said (WCAG 2.5.3): no label in place of visible words.
    (re.compile(r'(<button[^>]*search-button__button[^>]*?) aria-label="Search"'), r"\1"),
    (re.compile(r'(<button[^>]*?) aria-label="Search"([^>]*search-button__button)'), r"\1\2"),
    (re.compile(r'<summary aria-label="[^"]*">(?!<span class="toctree-toggle")'), "<summary>"),
    # But a toggle of the contents shows no words.
    (
        re.compile(r'<summary>(?=<span class="toctree-toggle")'),
        '<summary aria-label="Pages below this one">',
    ),
    # All of a page lies in landmarks: so must the title of the book.
    (
        re.compile(r'<div class="sidebar-primary-item">(?=\s*<a class="navbar-brand)'),
        '<div class="sidebar-primary-item" role="region" aria-label="Book">',
    ),
    # A notebook is to be kept, not to be shown as text in a new tab.
    (re.compile(r'(<a href="[^"]*\.ipynb") target="_blank"'), r"\1 download"),
    # Roles that the standard has given up; a citation is readable without one.
    (re.compile(r' role="doc-biblioentry"'), ""),
    (re.compile(r'<div role="list" class="citation-list">'), '<div class="citation-list">'),
    # Ids are unique: sphinx-exercise repeats this one in every exercise.
    (re.compile(r' id="(?:exercise|solution)-content"'), ""),
)

WHERE_NEEDED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (r"sphinx-design\.min\.css|design-tabs\.js", re.compile(r'class="(?:[^"]* )?sd-')),
    (
        r"clipboard\.min\.js|copybutton\.(?:css|js)",
        re.compile(r'(?<!<div class="cite-entry"><div )class="(?:[^"]* )?highlight[" ]'),
    ),
    (r"togglebutton\.(?:css|js)", re.compile(r'class="(?:[^"]* )?(?:toggle|dropdown)[" ]')),
)
"""Styles and scripts that extensions give to every page, each with what it works on: tabs and
cards, code to copy, what unfolds. A page without it does not load them. How a page is cited can be
copied by a button where code can, and is not worth the button's weight where there is no code.
"""


def tidy(html: str) -> str:
    """Return a page with every repair made; a page that has them already stays as it is."""
    for pattern, replacement in REPAIRS:
        html = pattern.sub(replacement, html)
    for files, needed in WHERE_NEEDED:
        if not needed.search(html):
            loads = rf"<(?:link|script) [^>]*_static/(?:{files})[^>]*>(?:</script>)?"
            html = re.sub(loads, "", html)
    return html


def tidy_site(app: Sphinx, exception: Exception | None) -> None:
    """Repair the pages that were written."""
    if exception is not None or app.builder.format != "html" or complete.stands(Path(app.outdir)):
        return
    for file in Path(app.outdir).rglob("*.html"):
        before = file.read_text("utf-8")
        after = tidy(before)
        if after != before:
            file.write_text(after, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("build-finished", tidy_site)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

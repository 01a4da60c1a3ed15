"""Guess first: readers may meet a claim unanswered, and say what they expect before they see it.

Scripts ask, on pages with claims, and keep the score on their register; what they keep stays in
the reader's browser. Without scripts the pages are whole.

A claim without a guess hides its verdict, its effect and all that it unfolds to. It also hides what
stands behind it, up to the next claim or heading, and the figures and tables between it and the
last claim or heading; of the paragraphs there, what was measured is blotted out. A reader can have
each of these shown. What a page says elsewhere, in its opening or in other sections, stays.
"""

import html
from functools import cache
from typing import Any

import rjsmin
from sphinx.application import Sphinx

from dlexp import paths
from dlexp.site.claim import READING

REGISTER = "book/claims"
"""The page that has the score."""

SHARED = paths.BOOK / "_interactive" / "guessing.js"
SCRIPTS = {
    '<details class="claim ': SHARED.with_name("guess_claims.js"),
    " data-asked>": SHARED.with_name("guess_score.js"),
}
"""What a page gets behind the shared script, by the mark of a claim and of the register."""


@cache  # emptied when a build begins
def scripts(mark: str) -> str:
    """Return the scripts for pages with a mark, minified: short enough to stand in each."""
    files = (SHARED, SCRIPTS[mark])
    return "\n".join(rjsmin.jsmin(file.read_text("utf-8")) for file in files)


def begin(_app: Sphinx) -> None:
    """Start from the files as they are now."""
    scripts.cache_clear()


def add_scripts(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Put the scripts behind the text of a page, where they find it before it is seen."""
    body = context.get("body") or ""
    for mark in SCRIPTS:
        if mark in body:
            opening = f"<script {_addresses(app, pagename)}>"
            context["body"] = f"{body}\n{opening}{scripts(mark)}</script>"


def _addresses(app: Sphinx, pagename: str) -> str:
    """Return where a page sends readers who guess, as attributes."""
    reading = app.builder.get_relative_uri(pagename, READING)
    register = app.builder.get_relative_uri(pagename, REGISTER)
    return (
        f'data-reading="{html.escape(reading)}#guess-first" '
        f'data-register="{html.escape(register)}#guesses"'
    )


def follow_scripts(app: Sphinx, _docname: str, _content: list[str]) -> None:
    """Have a page read again when a script changes."""
    for file in (SHARED, *SCRIPTS.values()):
        app.env.note_dependency(str(file))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", begin)
    app.connect("source-read", follow_scripts)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

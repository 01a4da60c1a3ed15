"""Guess first: readers may meet a claim unanswered, and say what they expect before they see it.

Scripts ask, on pages with claims, and keep the score on their register; what they keep stays in
the reader's browser. Without scripts the pages are whole.

A claim without a guess hides its verdict, its effect and all that it unfolds to. It also hides what
stands behind it, up to the next claim or heading, and the figures and tables between it and the
last claim or heading; of the paragraphs there, what was measured is blotted out. A reader can have
each of these shown. What a page says elsewhere, in its opening or in other sections, stays.
"""

import html
from typing import Any

from sphinx.application import Sphinx

from dlexp import paths
from dlexp.site import inlined
from dlexp.site.claim import READING

REGISTER = "book/claims"
"""The page that has the score."""

SHARED = paths.BOOK / "_interactive" / "guessing.js"
SCRIPTS = {
    '<details class="claim ': SHARED.with_name("guess_claims.js"),
    " data-asked>": SHARED.with_name("guess_score.js"),
}
"""What a page gets behind the shared script, by the mark of a claim and of the register."""


def add_scripts(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Put the scripts behind the text of a page, where they find it before it is seen."""
    body = context.get("body") or ""
    for mark, script in SCRIPTS.items():
        if mark in body:
            opening = f"<script {_addresses(app, pagename)}>"
            context["body"] = f"{body}\n{opening}{inlined.minified(SHARED, script)}</script>"


def _addresses(app: Sphinx, pagename: str) -> str:
    """Return where a page sends readers who guess, as attributes."""
    reading = app.builder.get_relative_uri(pagename, READING)
    register = app.builder.get_relative_uri(pagename, REGISTER)
    return (
        f'data-reading="{html.escape(reading)}#guess-first" '
        f'data-register="{html.escape(register)}#guesses"'
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    inlined.follow(app, SHARED, *SCRIPTS.values())
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

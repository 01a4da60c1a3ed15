"""A claim is found by its words, and stands among the results with its sentence.

Sphinx's index of a site has the titles of sections with their places; each claim that a page states
stands there like one. The search shows those that have every word of a query: `dlexp.site.search`.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from dlexp.site import claim_words
from dlexp.site.stated import shown_on_pages


def note(
    app: Sphinx,
    pagename: str,
    _template: str,
    _context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the claims of a page into the index of the search, behind its sections."""
    indexer = getattr(app.builder, "indexer", None)
    if indexer is not None and doctree is not None:
        indexer._all_titles.setdefault(pagename, []).extend(
            (shown.sentence, claim_words.anchor(identifier))
            for identifier, shown in shown_on_pages(app.env).get(pagename, {}).items()
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, which has collected the words of a page before."""
    app.connect("html-page-context", note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

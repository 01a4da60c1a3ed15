"""Previews: what a link leads to is shown beside it, while it is pointed at or in focus.

Of a claim it is the sentence, never the verdict, which a reader may want to guess first; of a
figure or a table the caption, of an equation itself. A script takes these from the page. What
stands elsewhere is the link's title: a claim of another page, a word of the glossary, and, by the
extension that places it, an entry of the bibliography. Without scripts, browsers show titles in
their own way.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from dlexp import paths
from dlexp.site import claim, inlined

SCRIPT = paths.BOOK / "_interactive" / "previews.js"
"""Short enough to stand in each page that has a link to preview."""

PREVIEWED = "previewed"
"""The class of the links that have a preview."""

SHOWN: tuple[type[nodes.Element], ...] = (nodes.figure, nodes.table, nodes.math_block)
"""What the script shows of its own page, besides claims."""


def definitions(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """Return what the words of the glossary mean, by page and by the anchor of the word."""
    noted: dict[str, dict[str, str]] = vars(env).setdefault("dlexp_definitions", {})
    return noted


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Note the definitions of a page where others follow them: in the environment."""
    words = {
        anchor: item.children[-1].astext()
        for glossary in doctree.findall(addnodes.glossary)
        for item in glossary.findall(nodes.definition_list_item)
        for term in item.findall(nodes.term)
        for anchor in term["ids"]
    }
    if words:
        definitions(app.env)[app.env.docname] = words


def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the definitions of a page that is gone or about to be read again."""
    definitions(env).pop(docname, None)


def merge(
    _app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what another process read."""
    noted = definitions(other)
    definitions(env).update({name: noted[name] for name in docnames if name in noted})


def mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark the links of a page that have a preview, and give those their title that need one."""
    titles = dict(_titles(app, docname))
    entries = set(_entries(app, docname))
    placed = (node for kind in SHOWN for node in doctree.findall(kind))
    shown = {f"#{anchor}" for node in placed for anchor in node["ids"]}
    for link in doctree.findall(nodes.reference):
        target = link.get("refuri") or f"#{link.get('refid', '')}"
        if target in titles and not target.startswith("#claim-"):
            link["reftitle"] = titles[target]
        if target in titles or target in entries or target in shown:
            link["classes"].append(PREVIEWED)


def _titles(app: Sphinx, docname: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of claims and words, as seen from a page, with what they say."""
    for place in claim.places(app, docname).values():
        yield place.address, place.sentence
    for page, words in definitions(app.env).items():
        address = app.builder.get_relative_uri(docname, page)
        yield from ((f"{address}#{anchor}", meaning) for anchor, meaning in words.items())


def _entries(app: Sphinx, docname: str) -> Iterator[str]:
    """Yield the addresses of what the bibliography lists, as seen from a page."""
    for entry in app.env.domaindata.get("cite", {}).get("citations", ()):
        page = app.builder.get_relative_uri(docname, entry.bibliography_key.docname)
        yield f"{page}#{entry.citation_id}"


def add_script(
    _app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the script behind the text of a page that has a link to preview."""
    links = doctree.findall(nodes.reference) if doctree is not None else ()
    if any(PREVIEWED in link["classes"] for link in links):
        context["body"] += f"\n<script>{inlined.minified(SCRIPT)}</script>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after claims are in place."""
    inlined.follow(app, SCRIPT)
    app.connect("doctree-read", note)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", mark, priority=600)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

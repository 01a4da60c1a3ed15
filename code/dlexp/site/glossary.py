"""Each word of the glossary leads to the section that teaches it: its main place in the index.

So nobody types an address there, and a word whose section goes turns the build red.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)

Place = tuple[str, str]
"""A page, and the name of a section of it; none is the page itself."""


def main_places(env: BuildEnvironment, glossary: str) -> dict[str, Place]:
    """Return the main place of each word in the index, by the word in small letters.

    Parameters
    ----------
    env : BuildEnvironment
    glossary : str
        The page whose own entries are left out.
    """
    entries = env.domaindata["index"]["entries"]
    return {
        words.lower(): (page, place)
        for page in entries
        if page != glossary
        for _, words, place, main, _ in entries[page]
        if main
    }


def title(env: BuildEnvironment, place: Place) -> str:
    """Return the title of a section, or of its page."""
    page, section = place
    for entry in env.tocs[page].findall(nodes.reference):
        if section and entry.get("anchorname") == f"#{section}":
            return entry.astext()
    return env.titles[page].astext()


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let each definition end with a link to its section."""
    if next(doctree.findall(addnodes.glossary), None) is None:
        return
    places = main_places(app.env, docname)
    for term, definition in _words(doctree):
        place = places.get(term.rawsource.lower())  # its quotes as they were typed
        if place is None:
            rule = "a word of the glossary must have a main place in the index"
            LOG.warning("%s; got %r", rule, term.rawsource, location=term)
            continue
        page, section = place
        address = app.builder.get_relative_uri(docname, page) + (f"#{section}" if section else "")
        leads = nodes.reference("", title(app.env, place), internal=True, refuri=address)
        last = definition.children[-1]
        if isinstance(last, nodes.paragraph):
            last.extend([nodes.Text(" \N{RIGHTWARDS ARROW} "), leads])


def _words(doctree: nodes.document) -> Iterator[tuple[nodes.term, nodes.definition]]:
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            [definition] = [each for each in item.children if isinstance(each, nodes.definition)]
            for term in item.children:
                if isinstance(term, nodes.term):
                    yield term, definition


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The index of the book: its entries lead to sections, and its list has subjects, not functions.

Under a heading stand the words by which a reader may look for what the section answers, synonyms
among them::

    ## Padding that keeps the size

    ```{index} ! same padding, ! half padding, stride
    ```

With a ``!`` this is the main place of the word: search shows it first. The package's own names,
which Sphinx would list among them, stand on the pages about the package, and search finds them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from dlexp.site import search

Links = list[tuple[str, str]]
Names = list[tuple[str, tuple[Links, Any, str | None]]]


class AtHeadings(SphinxTransform):
    """Let entries lead to the heading that they stand under, not to a mark of their own below it.

    Those of a page's title lead to the page.
    """

    default_priority = 250  # before targets are joined to what follows them

    def apply(self, **_: Any) -> None:
        """Give the entries the section's name, and take the mark away."""
        for node in list(self.document.findall(addnodes.index)):
            section, mark = node.parent, node.next_node(descend=False, siblings=True)
            if isinstance(section, nodes.section) and isinstance(mark, nodes.target):
                is_title = isinstance(section.parent, nodes.document)
                place = "" if is_title else section["ids"][0]
                node["entries"] = [
                    (kind, words, place, main, key) for kind, words, _, main, key in node["entries"]
                ]
                section.remove(mark)


def subjects(letters: Iterable[tuple[str, Names]]) -> Iterator[tuple[str, Names]]:
    """Return of an index what leads to chapters; letters that are left empty go.

    Parameters
    ----------
    letters : iterable of tuple
        As Sphinx makes it: letters, each with names, each with links, whether main and where to.

    Examples
    --------
    >>> links = [("main", "grad_cam.html#"), ("", "api_grad_cam.html#dlexp.byhand.grad_cam")]
    >>> function = ("grad_cam()", (links[1:], [], None))
    >>> list(subjects([("G", [("Grad-CAM", (links, [], None)), function]), ("H", [])]))
    [('G', [('Grad-CAM', ([('', 'grad_cam.html')], [], None))])]
    """
    for letter, names in letters:
        kept: Names = [
            (name, (places, [], key))
            for name, (links, _, key) in names
            if (places := _taught_first([link for _, link in links if _is_read(link)]))
        ]
        if kept:
            yield letter, kept


def _taught_first(links: list[str]) -> Links:
    """Return links as Sphinx wants them, those to sections before that to the glossary."""
    links.sort(key=lambda link: link.startswith("glossary"))
    return [("", link.removesuffix("#")) for link in links]


def _is_read(link: str) -> bool:
    return not link.startswith(search.REFERENCE)


def shorten(
    _app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """List subjects alone in the index."""
    if pagename == "genindex":
        context["genindexentries"] = list(subjects(context["genindexentries"]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_transform(AtHeadings)
    app.connect("html-page-context", shorten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

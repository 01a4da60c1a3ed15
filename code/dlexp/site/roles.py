"""Settings, effects and counts in prose, without any cell.

``{setting}`Rates.steps``` places a field of a configuration as it is published, or a constant of
one of the chapter's modules (``claims.BAR``); ``{effect}`tuned_dense``` places what a claim of the
page measured, in the reader's units; ``{elsewhere}`tuned_dense``` what the same claim measured on
Fashion-MNIST. A format may follow: ``{setting}`claims.BAR:.0%```.
``{checked}`keras_agrees``` places a count and links to its row in a table of counts.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from dlexp.lab import statements
from dlexp.site import claim, placed
from dlexp.site.addresses import chapter
from dlexp.site.evidence import NoEvidence, NotComputed
from dlexp.site.stated import follow

LOG = logging.getLogger(__name__)

COMPUTED = "pasted-text"
"""The class of text that was computed; MyST-NB gives it to what is glued."""


class PlacedRole(SphinxRole):
    """Places a setting, an effect or a count of the page's chapter."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text, or what is wrong with the target."""
        slug = chapter(self.env)
        identifier = statements.identifier(self.text.partition(":")[0], slug)
        follow(self.env, {slug if self.name == "setting" else identifier.partition(".")[0]})
        try:
            text = placed.TEXTS[self.name](slug, self.text)
        except NotComputed as error:
            text = str(error)
        except (ValueError, NoEvidence) as error:
            return [], [self.inliner.reporter.warning(str(error), line=self.lineno)]
        # By the name, a reader who guesses first is told what was set, and not what was measured.
        computed = nodes.inline(text, text, classes=[COMPUTED, self.name])
        if self.name != "checked":
            return [computed], []
        return [nodes.reference("", "", computed, counted=identifier, internal=True)], []


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Lead each count to its row, which may stand on another page of the chapter."""
    links = [link for link in doctree.findall(nodes.reference) if "counted" in link]
    stated = claim.places(app, docname) if links else {}
    for link in links:
        if place := stated.get(link["counted"]):
            link["refuri"] = place.address
        else:
            message = f"a count must be stated in a page of the contents; got {link['counted']}"
            LOG.warning("%s", message, location=link, type="claim", subtype="hidden")
            link.replace_self(link.children)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the roles."""
    for name in placed.TEXTS:
        app.add_role(name, PlacedRole())
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

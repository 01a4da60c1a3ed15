"""The page of the four reports: every item with our verdict, our answer, and what bears it.

The directive ``{reports}`` lists what `dlexp.reports` has, in a section for each page that
answers. Answers are MyST, so that numbers come from roles and the lint sees the others. What
other pages say, claims and headings, is put in place when the page is written.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from dlexp import chapters, reports
from dlexp.reports import Item
from dlexp.site import claim, filtering, reports_html
from dlexp.site.claim_html import verdict_badge
from dlexp.site.evidence import NoEvidence, NotComputed, find
from dlexp.site.roles import COMPUTED
from dlexp.site.stated import follow

LOG = logging.getLogger(__name__)


class Part(claim.Framed):
    """A table, a row or a cell of the reports."""


class Late(nodes.General, nodes.Element):
    """Stands for HTML that is known when the page is written; ``made`` says which."""


class ReportsDirective(SphinxDirective):
    """List every item of the reports, a section for each page that answers some."""

    def run(self) -> list[nodes.Node]:
        """Return the count of verdicts, the filters, the sections and the script."""
        follow(self.env, set(chapters.slugs()))
        for file in (reports.FILE, filtering.SCRIPT):
            self.env.note_dependency(str(file))
        items = reports.load()
        titles = self._titles(list(dict.fromkeys(item.chapter for item in items)))
        head = Late("", made="head", titles=titles)
        sections = [
            self._section(slug, title, [item for item in items if item.chapter == slug])
            for slug, title in titles.items()
        ]
        made = [head, *sections, Late("", made="script")]
        for node in made:
            self.set_source_info(node)
        return [*made]

    def _titles(self, slugs: list[str]) -> dict[str, str]:
        """Return the titles of pages, in the order of the contents."""
        contents = _contents(self.env.srcdir)
        listed = sorted(slugs, key=lambda slug: contents.find(f"/{slug}\n"))
        titles = {}
        for slug in listed:
            file = Path(self.env.doc2path(_docname(self.env.docname, slug)))
            self.env.note_dependency(str(file))
            heading = re.search(r"^# (.+)$", file.read_text("utf-8"), re.MULTILINE)
            titles[slug] = heading[1] if heading else slug
        return titles

    def _section(self, slug: str, title: str, items: list[Item]) -> nodes.section:
        anchor = f"reports-{slug}"
        section = nodes.section(ids=[anchor], names=[anchor], classes=["claims-register"])
        section += nodes.title("", title)
        section += Part("", *map(self._row, items), frame=reports_html.table(title))
        self._note(anchor, title)
        return section

    def _row(self, item: Item) -> Part:
        says = nodes.inline(item.says, item.says, classes=[COMPUTED, "report-says"])
        answer = self.parse_text_to_nodes(item.answer)
        cells = [
            Part("", says, frame=("<td>", "</td>\n")),
            Part("", frame=(f"<td>{reports_html.badge(item.verdict)}</td>\n", "")),
            Part("", *answer, Late("", made="bearing", item=item), frame=("<td>", "</td>\n")),
        ]
        self._note(item.anchor, f"{item.letters} {item.question}")
        return Part("", *cells, frame=reports_html.row(item))

    def _note(self, anchor: str, title: str) -> None:
        pages = cast(StandardDomain, self.env.get_domain("std"))
        pages.note_hyperlink_target(anchor, self.env.docname, anchor, title)


def _contents(source: str | Path) -> str:
    """Return the table of contents, in which each page has a line."""
    file = Path(source, "_toc.yml")
    return file.read_text("utf-8") if file.is_file() else ""


def _docname(docname: str, slug: str) -> str:
    """Return the name of a page beside another one.

    Examples
    --------
    >>> _docname("book/reports", "mnist")
    'book/mnist'
    """
    return str(PurePosixPath(docname).parent / slug)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put in place what is known when a page is written."""
    late = list(doctree.findall(Late))
    if not late:
        return
    places = claim.places(app, docname)
    for node in late:
        match node["made"]:
            case "head":
                markup = _head(node["titles"])
            case "script":
                markup = f"<script>{filtering.script()}</script>"
            case _:
                markup = reports_html.bearing(_claims(node, places), _sections(app, docname, node))
        node.replace_self(claim.raw(markup, node))


def _head(titles: dict[str, str]) -> str:
    items = reports.load()
    return f"{reports_html.counts(items)}\n{reports_html.controls(items, titles)}"


def _claims(node: Late, places: dict[str, claim.Place]) -> Iterator[str]:
    """Yield the claims of an item with their verdicts; warn where they do not go together."""
    item: Item = node["item"]
    verdicts: dict[str, str] = {}
    for _, identifier, assumed in item.assumed():
        try:
            settled, known = find(identifier)
        except NotComputed:
            verdicts[identifier] = assumed  # a draft waits for it
            continue
        except NoEvidence as error:
            _warn(str(error), node)
            continue
        verdicts[identifier] = assumed if known.stale(settled) else settled.verdict
        if place := places.get(identifier):
            sentence = html.escape(place.sentence)
            yield f'{verdict_badge(settled)} <a href="{place.address}">{sentence}</a>'
    for problem in reports.contradictions(item, verdicts):
        _warn(problem, node)


def _sections(app: Sphinx, docname: str, node: Late) -> Iterator[str]:
    """Yield links to the sections that bear an item; warn of those that are not there."""
    item: Item = node["item"]
    for page in item.pages:
        slug, _, anchor = page.partition("#")
        target = _docname(docname, slug)
        title = _headings(app, target).get(anchor)
        if title is None:
            _warn(f"{item.key} must name sections that there are; got {page}", node)
            continue
        words = html.escape(title)
        if slug != item.chapter:
            words = f"{words} ({html.escape(app.env.titles[target].astext())})"
        yield f'<a href="{app.builder.get_relative_uri(docname, target)}#{anchor}">{words}</a>'


def _headings(app: Sphinx, docname: str) -> dict[str, str]:
    """Return the titles of a page's sections by their anchors."""
    contents = app.env.tocs.get(docname)
    links = contents.findall(nodes.reference) if contents is not None else ()
    named = [(link["anchorname"].removeprefix("#"), link.astext()) for link in links]
    return {anchor or nodes.make_id(title): title for anchor, title in named}


def _warn(message: str, node: nodes.Node) -> None:
    LOG.warning("%s", message, location=node, type="reports", subtype="item")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and resolve what it leaves."""
    app.setup_extension("dlexp.site.claim")
    app.add_node(Part, html=(claim.visit_framed, claim.depart_framed))
    app.add_node(Late)
    app.add_directive("reports", ReportsDirective)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

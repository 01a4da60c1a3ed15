"""Claims on the pages: one line that unfolds, a table of what was counted, and the register.

A page states a claim under the verdict that its prose assumes, and what it merely counted in one
table; see `dlexp.lab.statements` for both. Another verdict, an unknown claim, a missing record,
and a claim that no page states are warnings, so the build is red. What is shown is made when
pages are written, from the records as they are.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from dlexp import chapters, paths
from dlexp.lab import drafts, statements
from dlexp.lab.claims import Claim, Verdict
from dlexp.site import claim_html, claim_lint, claim_words, filtering, register_html
from dlexp.site.addresses import address, chapter, in_order
from dlexp.site.elsewhere_html import elsewhere
from dlexp.site.evidence import NoEvidence, NotComputed, evidence, find
from dlexp.site.sources import claims_source
from dlexp.site.stated import Shown, follow, merge, purge, shown_on_pages

LOG = logging.getLogger(__name__)

READING = "book/reading"
"""The page that explains the verdicts."""


# --- In the source ------------------------------------------------------------------------------


class Framed(nodes.General, nodes.Element):
    """Nodes between two pieces of HTML, which are known when the page is written."""


class ClaimBox(Framed):
    """The sentence of a claim; its verdict, effect and provenance come when it is written."""


class Counted(Framed):
    """Sentences of claims that count, each a `CountedRow`."""


class CountedRow(Framed):
    """The sentence of a claim that counts."""


class ClaimsRegister(nodes.General, nodes.Element):
    """Stands for the register until the page is written."""


class _Stating(SphinxDirective):
    """What the directives that state claims share."""

    has_content = True

    def state_claim(self, name: str, expected: str, sentence: str, is_row: bool = False) -> str:
        """Note that the page states a claim, and return its id."""
        identifier = statements.identifier(name, chapter(self.env))
        shown = shown_on_pages(self.env).setdefault(self.env.docname, {})
        if identifier in shown:
            raise self.error(f"a page must state a claim once; got {identifier} again")
        shown[identifier] = Shown(expected, sentence, is_row)
        follow(self.env, {identifier.partition(".")[0]})
        anchor = claim_words.anchor(identifier)
        pages = cast(StandardDomain, self.env.get_domain("std"))
        pages.note_hyperlink_target(anchor, self.env.docname, anchor, "the claim")
        return identifier

    def sentence(self, parsed: list[nodes.Node]) -> nodes.inline:
        """Return the one paragraph of a claim as inline text."""
        if len(parsed) != 1 or not isinstance(parsed[0], nodes.paragraph):
            raise self.error(f"a claim must be one paragraph; got {len(parsed)} blocks")
        return nodes.inline("", "", *parsed[0].children)


class ClaimDirective(_Stating):
    """State a claim under the verdict that the prose assumes, which is the directive's name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a place for the claim, and note that the page states it."""
        sentence = self.sentence(self.parse_content_to_nodes())
        identifier = self.state_claim(self.arguments[0], self.name, sentence.astext())
        box = ClaimBox("", sentence, identifier=identifier, expect=self.name)
        self.set_source_info(box)
        return [box]


class CountedDirective(_Stating):
    """State claims that count cases, in one table."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the table, and note that the page states its claims."""
        try:
            listed = statements.terms("\n".join(self.content))
        except ValueError as error:
            raise self.error(str(error)) from None
        table = Counted()
        self.set_source_info(table)
        for name, text in listed:
            sentence = self.sentence(self.parse_text_to_nodes(text))
            identifier = self.state_claim(name, statements.COUNTED, sentence.astext(), is_row=True)
            row = CountedRow("", sentence, identifier=identifier, expect=statements.COUNTED)
            row.source, row.line = table.source, table.line
            table += row
        return [table]


class RegisterDirective(SphinxDirective):
    """List every claim of every chapter; or those that were asked again on other data."""

    option_spec: ClassVar = {"elsewhere": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Leave a place for the register; it follows all chapters."""
        follow(self.env, set(chapters.slugs()))
        self.env.note_dependency(str(filtering.SCRIPT))
        register = ClaimsRegister("", elsewhere="elsewhere" in self.options)
        self.set_source_info(register)
        return [register]


# --- On the page --------------------------------------------------------------------------------


def _warn(message: str, node: nodes.Node, subtype: str) -> None:
    LOG.warning("%s", message, location=node, type="claim", subtype=subtype)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put claims and registers in place as a page is written."""
    for box in list(doctree.findall(ClaimBox)):
        _frame_box(app, docname, box)
    for row in list(doctree.findall(CountedRow)):
        row["frame"] = _row_frame(row)
    for number, table in enumerate(list(doctree.findall(Counted)), start=1):
        table["frame"] = claim_html.counted_table(number)
    for register in list(doctree.findall(ClaimsRegister)):
        entries = list(_entries(app, docname, register))
        if register["elsewhere"]:
            markup = elsewhere(entries)
        else:
            markup = register_html.register(entries, script=filtering.script())
        register.replace_self(raw(markup, register))


def _frame_box(app: Sphinx, docname: str, box: ClaimBox) -> None:
    claim = _settled(box)
    if claim is None:
        waits = drafts.are_shown()
        box["frame"] = claim_html.waiting_box(box["identifier"]) if waits else ("", "")
        return
    _, known = find(claim.id)
    reading = app.builder.get_relative_uri(docname, READING)
    source = claims_source(app, docname, claim.slug)
    box["frame"] = claim_html.box(
        claim,
        known.records,
        questions=known.questions,
        elsewhere=known.elsewhere.get(claim.id),
        reading=reading,
        source=source,
        mark=_mark(claim),
    )


def _row_frame(row: CountedRow) -> claim_html.Frame:
    claim = _settled(row)
    if claim is None:
        return claim_html.waiting_row(row["identifier"]) if drafts.are_shown() else ("", "")
    return claim_html.counted_row(claim, mark=_mark(claim))


def _mark(claim: Claim) -> str:
    return claim_html.stale_mark(find(claim.id)[1].stale(claim))


def raw(markup: str, place: nodes.Element) -> nodes.raw:
    """Return HTML as a node that stands where another one stood."""
    made = nodes.raw("", markup, format="html")
    made.source, made.line = place.source, place.line
    return made


def _settled(node: nodes.Element) -> Claim | None:
    """Return the claim of a node; warn where there is none, or its verdict is another."""
    try:
        claim, known = find(node["identifier"])
    except NotComputed:
        return None
    except NoEvidence as error:
        _warn(str(error), node, "evidence")
        return None
    if claim.verdict != node["expect"] and not known.stale(claim):
        message = (
            f"the page expects {claim.id} to be {node['expect']}; got {claim.verdict}: "
            f"{claim_words.effect_words(claim)}, asserted {claim_words.asserted_words(claim)}"
        )
        _warn(message, node, "verdict")
    return claim


class Place(NamedTuple):
    """Where a claim is stated, its chapter's title, its sentence, and whether it is a count."""

    address: str
    chapter: str
    sentence: str
    is_counted: bool


def places(app: Sphinx, register: str) -> dict[str, Place]:
    """Return the first place of each claim, as seen from the register or another page."""
    stated: dict[str, Place] = {}
    names = {address(docname): docname for docname in app.env.found_docs}
    for docname, shown in sorted(shown_on_pages(app.env).items()):
        page = app.builder.get_relative_uri(register, docname)
        title = app.env.titles[names[paths.chapter(address(docname), names)]].astext()
        for identifier, (_, sentence, is_counted) in shown.items():
            here = f"{page}#{claim_words.anchor(identifier)}"
            stated.setdefault(identifier, Place(here, title, sentence, is_counted))
    return stated


def _entries(app: Sphinx, docname: str, node: ClaimsRegister) -> Iterator[register_html.Entry]:
    """Yield the lines of the register; warn of claims that no page states."""
    stated = places(app, docname)
    for slug in _in_book_order(app):
        try:
            known = evidence(slug)
        except NoEvidence as error:
            _warn(str(error), node, "evidence")
            continue
        for claim in known.claims.values():
            place = stated.get(claim.id)
            if place is None:
                rule = "a claim must be stated in a page of the contents"
                _warn(f"{rule} (`_toc.yml`); got none for {claim.id}", node, "hidden")
                continue
            yield register_html.Entry(
                claim, place.sentence, place.address, place.chapter, _mark(claim),
                not claim.holds_among(known.questions), known.elsewhere.get(claim.id),
                place.is_counted,
            )  # fmt: skip


def _in_book_order(app: Sphinx) -> list[str]:
    """Return the chapters in the order of the book's contents."""
    order = [address(page) for page in in_order(app.env)]
    known = chapters.slugs()
    return sorted(known, key=lambda slug: order.index(slug) if slug in order else len(order))


def begin(_app: Sphinx) -> None:
    """Start from the records as they are now; warn of numbers typed into the words of claims."""
    evidence.cache_clear()
    for slug in chapters.slugs():
        file = Path(chapters.__file__).parent / slug / "claims.py"
        for line, numeral in claim_lint.in_file(file):
            place = f"{file.relative_to(paths.PROJECT)}:{line}"
            message = (
                f"a number in the words of a claim must be computed or exempted; got {numeral}"
            )
            LOG.warning("%s", message, location=place, type="claim", subtype="typed")


def visit_framed(self: HTML5Translator, node: Framed) -> None:
    """Write what stands before the nodes."""
    self.body.append(node["frame"][0])


def depart_framed(self: HTML5Translator, node: Framed) -> None:
    """Write what stands behind the nodes."""
    self.body.append(node["frame"][1])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives, and resolve what they leave."""
    for kind in (ClaimBox, Counted, CountedRow):
        app.add_node(kind, html=(visit_framed, depart_framed))
    app.add_node(ClaimsRegister)
    for verdict in Verdict:
        app.add_directive(verdict.value, ClaimDirective)
    app.add_directive("counted", CountedDirective)
    app.add_directive("claims-register", RegisterDirective)
    app.connect("builder-inited", begin, priority=900)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Claims on the pages: the directive ``claim`` shows one, ``claims-register`` lists them all.

A page says which verdict its prose assumes::

    ```{claim} grad_cam.deletion_beats_random
    :expect: supported
    ```

Another verdict, an unknown claim, a missing record, and a claim that no page shows are warnings,
so the build is red. What is shown is made when pages are written, from the records as they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, NamedTuple, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from dlexp import experiments, results
from dlexp.claims import Claim, Verdict
from dlexp.results import Record
from dlexp.site import claim_html

LOG = logging.getLogger(__name__)


class NoEvidence(LookupError):
    """A claim cannot be shown: no such experiment or claim, or its records are not current."""


@dataclass(frozen=True)
class Evidence:
    """What one experiment claims, and the records that it rests on."""

    claims: Mapping[str, Claim]
    records: Mapping[str, Record]


@cache  # emptied when a build begins
def evidence(slug: str) -> Evidence:
    """Return what an experiment claims; nothing is computed but its statistics.

    Parameters
    ----------
    slug : str
        Of the experiment.

    Raises
    ------
    NoEvidence
        If there is no such experiment, a record is not current, or its claims are malformed.
    """
    try:
        records = results.load(experiments.units(slug))
        claims: list[Claim] = experiments.module(slug).claims(records)
    except (ValueError, results.MissingResult) as error:
        raise NoEvidence(str(error)) from error
    found = Evidence({claim.id: claim for claim in claims}, {each.name: each for each in records})
    if len(found.claims) != len(claims):
        raise NoEvidence(f"the ids of claims must differ, {slug} has one twice")
    for claim in claims:
        _check(claim, slug, found.records)
    return found


def _check(claim: Claim, slug: str, records: Mapping[str, Record]) -> None:
    if claim.slug != slug:
        raise NoEvidence(f"a claim of {slug} must be named {slug}.<snake_case>, got {claim.id}")
    unknown = [name for name in claim.units if name not in records]
    if unknown:
        raise NoEvidence(f"{claim.id} must rest on records of {slug}, got {', '.join(unknown)}")


def find(identifier: str) -> tuple[Claim, Evidence]:
    """Return a claim and the evidence of its experiment.

    Raises
    ------
    NoEvidence
        If there is no such claim, or its records are not current.
    """
    found = evidence(identifier.partition(".")[0])
    if identifier not in found.claims:
        known = ", ".join(found.claims) or "none"
        raise NoEvidence(f"a claim must be one of {known}; got {identifier}")
    return found.claims[identifier], found


# --- In the source ------------------------------------------------------------------------------


class ClaimBox(nodes.General, nodes.Element):
    """Stands for the box of a claim until the page is written."""


class ClaimsRegister(nodes.General, nodes.Element):
    """Stands for the register until the page is written."""


def _verdict(argument: str) -> str:
    return directives.choice(argument, [verdict.value for verdict in Verdict])


class ClaimDirective(SphinxDirective):
    """Show a claim and say which verdict the prose assumes."""

    required_arguments = 1
    option_spec: ClassVar = {"expect": _verdict}

    def run(self) -> list[nodes.Node]:
        """Leave a place for the box, and note that the page shows the claim."""
        identifier = self.arguments[0]
        if "expect" not in self.options:
            raise self.error(f"claim {identifier} must say ':expect: VERDICT', got no such option")
        shown = _shown(self.env).setdefault(self.env.docname, {})
        if identifier in shown:
            raise self.error(f"a page must show a claim once, got {identifier} again")
        shown[identifier] = self.options["expect"]
        _follow(self.env, {identifier.partition(".")[0]})
        self._name(claim_html.anchor(identifier))
        box = ClaimBox(identifier=identifier, expect=self.options["expect"])
        self.set_source_info(box)
        return [box]

    def _name(self, anchor: str) -> None:
        """Let every page refer to the box: ``{ref}`words <claim-slug-name>```."""
        pages = cast(StandardDomain, self.env.get_domain("std"))
        pages.note_hyperlink_target(anchor, self.env.docname, anchor, "the claim")


class RegisterDirective(SphinxDirective):
    """List every claim of every experiment."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the table; it follows all experiments."""
        _follow(self.env, set(experiments.slugs()))
        register = ClaimsRegister()
        self.set_source_info(register)
        return [register]


# --- What pages show, kept between builds -------------------------------------------------------


def _shown(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """Return what pages show: by page, each claim with the verdict expected of it."""
    shown: dict[str, dict[str, str]] = vars(env).setdefault("dlexp_claims_shown", {})
    return shown


def claim_dependencies(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return the experiments whose claims each page shows.

    Returns
    -------
    dict of str to set of str
        By the name of the page; it must be read again when their code, data or records change.
    """
    followed: dict[str, set[str]] = vars(env).setdefault("dlexp_claims", {})
    return followed


def _follow(env: BuildEnvironment, slugs: set[str]) -> None:
    # An unknown experiment is reported where it is shown, and cannot be followed.
    known = slugs & set(experiments.slugs())
    claim_dependencies(env).setdefault(env.docname, set()).update(known)


def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page showed, for it is gone or about to be read again."""
    _shown(env).pop(docname, None)
    claim_dependencies(env).pop(docname, None)


def merge(
    _app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what another process read."""
    read = set(docnames)
    _shown(env).update({k: v for k, v in _shown(other).items() if k in read})
    followed = claim_dependencies(other)
    claim_dependencies(env).update({k: v for k, v in followed.items() if k in read})


# --- On the page --------------------------------------------------------------------------------


def _warn(message: str, node: nodes.Node, subtype: str) -> None:
    LOG.warning("%s", message, location=node, type="claim", subtype=subtype)


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put boxes and registers in place as a page is written."""
    for box in list(doctree.findall(ClaimBox)):
        box.replace_self(_raw(_box(app, docname, box), box))
    for register in list(doctree.findall(ClaimsRegister)):
        entries = list(_entries(app, docname, register))
        register.replace_self(_raw(claim_html.register(entries), register))


def _raw(markup: str, place: nodes.Element) -> nodes.raw:
    raw = nodes.raw("", markup, format="html")
    raw.source, raw.line = place.source, place.line
    return raw


def _box(app: Sphinx, docname: str, node: ClaimBox) -> str:
    """Return the box of a claim; where there is none to show, warn."""
    try:
        claim, found = find(node["identifier"])
    except NoEvidence as error:
        _warn(str(error), node, "evidence")
        return ""
    if claim.verdict != node["expect"]:
        message = (
            f"the page expects {claim.id} to be {node['expect']}, it is {claim.verdict}: "
            f"{claim_html.effect_words(claim)}, asserted {claim_html.in_words(claim.asserted)}"
        )
        _warn(message, node, "verdict")
    return claim_html.box(claim, found.records, _source(app, docname, claim.slug))


def _source(app: Sphinx, docname: str, slug: str) -> str | None:
    """Return where an experiment's source can be read, if the book has a page for it."""
    module = f"{experiments.__name__}.{slug}"
    if not getattr(app.env, "_viewcode_modules", {}).get(module):
        return None
    return app.builder.get_relative_uri(docname, f"_modules/{module.replace('.', '/')}")


class _Place(NamedTuple):
    address: str
    chapter: str


def _places(app: Sphinx, register: str) -> dict[str, _Place]:
    """Return where each claim is shown first, as seen from the register."""
    places: dict[str, _Place] = {}
    for docname, shown in sorted(_shown(app.env).items()):
        page = app.builder.get_relative_uri(register, docname)
        for identifier in shown:
            address = f"{page}#{claim_html.anchor(identifier)}"
            places.setdefault(identifier, _Place(address, app.env.titles[docname].astext()))
    return places


def _entries(app: Sphinx, docname: str, node: ClaimsRegister) -> Iterator[claim_html.Entry]:
    """Yield the lines of the register; warn of claims that no page shows."""
    places = _places(app, docname)
    for slug in experiments.slugs():
        try:
            claims = evidence(slug).claims
        except NoEvidence as error:
            _warn(str(error), node, "evidence")
            continue
        for claim in claims.values():
            place = places.get(claim.id)
            if place is None:
                _warn(f"a claim must be shown in a page, {claim.id} is in none", node, "hidden")
            yield claim_html.Entry(claim, place and place.address, place.chapter if place else "")


def begin(_app: Sphinx) -> None:
    """Start from the records as they are now."""
    evidence.cache_clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives, and resolve what they leave."""
    app.add_node(ClaimBox)
    app.add_node(ClaimsRegister)
    app.add_directive("claim", ClaimDirective)
    app.add_directive("claims-register", RegisterDirective)
    app.connect("builder-inited", begin, priority=900)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""No number is typed by hand: every numeral in the prose of a page has a source.

What is looked at is the document that Sphinx has read, whatever it was written in. By then included
files and substitutions are in their places, and nodes tell what is computed; references are not yet
resolved, so the words that a page gives them can be told from those that Sphinx finds. A numeral
must come from a role or a citation, stand in code or in mathematics, or be exempted right before
its block::

    % exempt 28, 784: the size of an MNIST image is a definition
    Each image has 28 rows and 28 columns, 784 pixels in all.

``book/reading.md`` says what this cannot see.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import yaml  # type: ignore[import-untyped,unused-ignore]
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from dlexp.site.interactive import LivePlace
from dlexp.site.numerals import GAP, numerals

LOG = logging.getLogger(__name__)

# --- The words of a page ------------------------------------------------------------------------

_NO_PROSE = (
    nodes.Invisible,
    nodes.FixedTextElement,  # code and formulas that stand in lines of their own
    nodes.citation_reference,
    nodes.footnote_reference,
    nodes.label,
    nodes.math,
    nodes.problematic,  # this and the next: Sphinx has reported them already
    nodes.system_message,
    addnodes.desc,  # made from docstrings, by autodoc
)
"""Nodes that are no prose, with all that is in them. Any other node, known or not, has prose."""

_SPOKEN: Mapping[type[nodes.Element], tuple[str, ...]] = {
    LivePlace: ("label", "hint"),
    nodes.abbreviation: ("explanation",),
    nodes.image: ("alt", "title"),
    nodes.meta: ("content",),
}
"""Attributes of nodes that readers see or hear."""

_HTML = re.compile(r"<!--.*?-->|<(script|style|code|pre)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.I)
_PERCENT = re.compile(r"(?<![\w.:])[\d.,]*\d\s?%(?!\s*[\d(])")  # but 7 % 2 and {:.1%} are code
_CODE = re.compile(r"[=:;_(){}\[\]\"']")
_DECIMAL = re.compile(r"[+\-−±]?\d*\.\d+")


def _said(node: nodes.Element) -> str:
    """Return the words that a node has beside its text, in one line."""
    words = [str(node.get(name) or "") for name in _SPOKEN.get(type(node), ())]
    if isinstance(node, nodes.enumerated_list) and node["enumtype"] == "arabic":
        words += [f"{start}." for start in [node.get("start", 1)] if start != 1]
    return " ".join(" ".join(words).split())


def _text(node: nodes.Node) -> str:
    """Return the prose in a node, line by line; a gap stands for what is none."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.raw):
        return html.unescape(_HTML.sub(lambda tag: _gap(tag.group()), node.astext()))
    if not isinstance(node, nodes.Element) or not _has_prose(node):
        return _gap(node.astext())
    said, words = _said(node), "".join(map(_text, node.children))
    return words if isinstance(node, nodes.Inline) and not said else GAP.join(("", said, words))


def _gap(text: str) -> str:
    return GAP + "\n" * text.count("\n")


def _has_prose(node: nodes.Element) -> bool:
    """Return whether somebody typed what is in a node, and meant it as prose."""
    if isinstance(node, addnodes.pending_xref | addnodes.download_reference):
        return bool(node.get("refexplicit"))  # else Sphinx finds the words
    if isinstance(node, nodes.literal):
        return "xref" in node["classes"] or _is_result(node.astext())
    if isinstance(node, nodes.literal_block):
        return node.rawsource != node.astext()  # parsed-literal, which holds prose
    pasted = "pasted-text" in node["classes"] or node.get("nb_element") == "mime_bundle"
    return not (pasted or isinstance(node, _NO_PROSE) or ":docstring of " in str(node.source))


def _is_result(literal: str) -> bool:
    """Return whether what is set as code is none: a lone decimal, or a percentage."""
    percent = _PERCENT.search(literal) and not _CODE.search(literal)
    return bool(percent or _DECIMAL.fullmatch(literal))


# --- The walk -----------------------------------------------------------------------------------

_RULES = {
    "typed": "a number in prose must come from a role (setting, effect, glue), a citation, code or "
    "math, or be exempted with a reason; got {}",
    "unused": "an exemption must match a number in the block below it; got {}, which matches none",
    "malformed": "an exemption must read '% exempt 28, 784: reason'; got '% {}'",
}
_NEAR = 20
"""How many lines a finding may be from where Sphinx says: notebooks of text count loosely."""

_EXEMPT = re.compile(r"exempt\s+(?P<numbers>[^\s:,].*?):\s.*\w")


@dataclass(frozen=True)
class Finding:
    """A rule that a page breaks.

    Attributes
    ----------
    path : Path
        Of the page, or of the file that it includes.
    line : int
        From 1. MyST-NB counts the lines of a notebook's cell ``n`` from ``10000 n``.
    rule : str
        ``"typed"``, ``"unused"`` or ``"malformed"``.
    text : str
        The numeral as it is written, or the malformed comment.
    """

    path: Path
    line: int
    rule: str
    text: str

    @property
    def message(self) -> str:
        """The rule, then the text that breaks it."""
        return _RULES[self.rule].format(self.text)


@dataclass
class _Exemption:
    """A numeral that the block below a comment may have."""

    finding: Finding
    """What is wrong if the block does not have it."""
    used: bool = False

    def allows(self, numeral: str) -> bool:
        """Return whether a numeral is this one, and remember that it was needed."""
        same = _plain(numeral) == _plain(self.finding.text)
        self.used |= same
        return same


def _plain(numeral: str) -> str:
    return re.sub(r"\s", "", numeral).replace("−", "-")


def lint(doctree: nodes.document) -> list[Finding]:
    r"""Return the findings of a page, in the order of its lines.

    Parameters
    ----------
    doctree : docutils.nodes.document
        The page as Sphinx has read it, before references are resolved.

    Examples
    --------
    >>> from docutils.core import publish_doctree
    >>> [finding] = lint(publish_doctree("It reached 99.1%."))
    >>> finding.line, finding.text
    (1, '99.1%')
    >>> lint(publish_doctree(".. exempt 10: there are ten digits by definition\n\nAll 10 digits."))
    []
    """
    page = _Page()
    page.siblings(doctree, ())
    unused = [exemption.finding for exemption in page.exemptions if not exemption.used]
    return sorted(map(_exact, page.findings + unused), key=lambda finding: finding.line)


class _Page:
    """A page being linted: walks its blocks and collects what it finds.

    ``pending`` are the exemptions whose block is still to come.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.exemptions: list[_Exemption] = []
        self.pending: list[_Exemption] = []

    def siblings(self, parent: nodes.Element, exempt: Sequence[_Exemption]) -> None:
        """Lint blocks in their order; an exemption holds for the block after it."""
        for node in parent.children:
            if isinstance(node, nodes.comment):
                self.pending += self.exempted(node)
            elif isinstance(node, nodes.section):
                # A comment before a heading stands at the end of the section before.
                self.siblings(node, exempt)
            elif isinstance(node, nodes.Element) and not isinstance(node, nodes.Invisible):
                below, self.pending = [*exempt, *self.pending], []
                self.block(node, below)

    def block(self, node: nodes.Element, exempt: Sequence[_Exemption]) -> None:
        """Lint one block, whatever its kind."""
        if isinstance(node, nodes.TextElement | nodes.Inline):
            self.prose(_text(node), node, exempt)
        elif node.get("nb_element") == "mime_bundle":
            for image in node.findall(nodes.image):  # the page says its words
                self.prose(_said(image), image, exempt)
        elif _has_prose(node):
            self.prose(_said(node), node, exempt)
            self.siblings(node, exempt)
            self.pending = []

    def prose(self, text: str, node: nodes.Element, exempt: Sequence[_Exemption]) -> None:
        """Lint the text of a node."""
        path, first = _place(node)
        for line, part in enumerate(text.split("\n"), first):
            for numeral in numerals(part):
                # Not any(): each exemption must learn that it was needed.
                if not sum(exemption.allows(numeral) for exemption in exempt):
                    self.findings.append(Finding(path, line, "typed", numeral))

    def exempted(self, comment: nodes.comment) -> Iterator[_Exemption]:
        """Yield the exemptions of a comment, which may have several lines."""
        path, first = _place(comment)
        for line, text in enumerate(map(str.strip, comment.astext().split("\n")), first):
            match = _EXEMPT.match(text)
            for numeral in re.split(r",\s+", match["numbers"]) if match else []:
                self.exemptions.append(_Exemption(Finding(path, line, "unused", numeral)))
                yield self.exemptions[-1]
            if text.startswith("exempt") and not match:
                self.findings.append(Finding(path, line, "malformed", text))


def _place(node: nodes.Element) -> tuple[Path, int]:
    """Return file and line of a node: its own, or those of what is around it."""
    while node.parent is not None and not (node.line and node.source):
        node = node.parent
    return Path(node.source or node.get("source", "")), node.line or 1


def _exact(finding: Finding) -> Finding:
    """Return a finding with the nearest line that shows it: Sphinx may know that of its table."""
    if not finding.path.is_file():
        return finding
    shown = re.compile(rf"(?<![\d.]){re.escape(finding.text)}(?!\d)")
    lines = enumerate(finding.path.read_text("utf-8", "replace").splitlines(), 1)
    away = [(abs(line - finding.line), line) for line, text in lines if shown.search(text)]
    distance, line = min(away, default=(0, finding.line))
    return replace(finding, line=line) if distance <= _NEAR else finding


# --- Titles in the settings ---------------------------------------------------------------------


def lint_titles(file: Path) -> list[Finding]:
    """Return the numbers in the titles and captions of the book and its parts, in YAML."""
    return [
        Finding(file, value.start_mark.line + 1, "typed", numeral)
        for name, value in pairwise(yaml.parse(file.read_text("utf-8")))
        if isinstance(name, yaml.ScalarEvent) and name.value in ("title", "caption")
        if isinstance(value, yaml.ScalarEvent)
        for numeral in numerals(value.value)
    ]


# --- The extension ------------------------------------------------------------------------------


def _warn(findings: Iterable[Finding]) -> None:
    for finding in findings:
        place, rule = f"{finding.path}:{finding.line}", finding.rule
        LOG.warning("%s", finding.message, location=place, type="number_lint", subtype=rule)


def check(_app: Sphinx, doctree: nodes.document) -> None:
    """Warn of every number that was typed into a page."""
    _warn(lint(doctree))


def check_titles(app: Sphinx) -> None:
    """Warn of every number that was typed into a title of the settings."""
    for file in (Path(app.srcdir, "_config.yml"), Path(app.srcdir, "_toc.yml")):
        _warn(lint_titles(file) if file.is_file() else [])


def setup(app: Sphinx) -> dict[str, bool]:
    """Lint each page when it is read, after what other extensions do with it."""
    app.connect("builder-inited", check_titles)
    app.connect("doctree-read", check, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

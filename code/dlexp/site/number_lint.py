"""No number is typed by hand: every numeral in the prose of a page has a source.

The Markdown of each page is parsed as MyST parses it, with its tables, captions, footnotes and
nested directives. A numeral in it must be glued or cited (both are roles), stand in code or in
mathematics, or be exempted by a comment right before its block::

    % exempt 28, 784: the size of an MNIST image is a definition
    Each image has 28 rows and 28 columns, 784 pixels in all.

``book/reading.md`` says what this cannot see.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped,unused-ignore]
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.tree import SyntaxTreeNode
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.util import logging

LOG = logging.getLogger(__name__)

EXTENSIONS = frozenset(
    {"amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"}
)
"""Of MyST, where a caller names none; the book's own are in ``_config.yml``."""

NO_PROSE = frozenset(
    [
        "autoclass",
        "autofunction",
        "automodule",
        "bibliography",
        "claim",
        "claims-register",
        "code",
        "code-block",
        "contents",
        "glue",
        "glue:",
        "glue:any",
        "glue:math",
        "glue:md",
        "image",
        "include",
        "index",
        "literalinclude",
        "math",
        "sourcecode",
        "tableofcontents",
        "toctree",
    ]
)
"""Directives without prose, but for a caption among their options. An unknown one has prose."""

NAMES = frozenset(
    [
        "code-cell",
        "eval-rst",
        "exercise-end",
        "figure",
        "glossary",
        "glue:figure",
        "grid",
        "only",
        "raw",
        "solution",
        "solution-end",
        "solution-start",
        "tab-set",
    ]
)
"""Directives whose argument is a name, a path or a layout, and no prose."""

CAPTIONS = frozenset({"caption", "title", "subtitle"})
"""Options of directives that are prose."""

TEXT_ROLES = frozenset(
    [
        "abbr",
        "dfn",
        "emphasis",
        "guilabel",
        "menuselection",
        "strong",
        "sub",
        "subscript",
        "sup",
        "superscript",
    ]
)
"""Roles that only dress what is typed in them. Of the others, a title before ``<target>`` is."""

_GAP = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in the text for what is no prose: code, mathematics, a role, an address."""

_NUMERAL = re.compile(
    r"""
    (?<!\w) [+\-−±]?                                    # a sign that is no hyphen
    (?: \d{1,2}:\d{2}(?::\d{2})?(?!\d)                  # 12:30
      | \d{1,3}(?:[,'\u2009\u202f\u00a0]\d{3})+(?:\.\d+)?(?!\d)   # 1,792.5
      | \d+(?:[./]\d+)*                                 # 28  0.99  3/4  2.21.0
      | \.\d+ )                                         # .99
    (?: [eE][+\-−]?\d+ | \^[+\-−]?\d+ | [⁺⁻]?[⁰¹²³⁴-⁹]+ )?        # 1e-3  10^-3  10⁻³
    [¼-¾⅐-⅞]?
    (?: \s?[%‰] | [^\W\d_]+ )?                          # 99 %  10x  5ms  3rd
    | (?<!\w)[¼-¾⅐-⅞]
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:)\S+")
_TIMES = re.compile(r"(?<=\d)[xX](?=\d)")
_NAME_BEFORE = re.compile(r"(?:[A-Z]{2,}-|[^\W\d_]\w*\d\.)$")  # SHA-256, v1.2
_DIMENSIONS = re.compile(r"[1-4]D")
_EXEMPT = re.compile(r"exempt\b\s*(?P<numbers>.*?):(?:\s+(?P<reason>.*))?$")
_DIRECTIVE = re.compile(r"\{(?P<name>[^\s}]+)\}\s*(?P<argument>.*)$")
_TITLE = re.compile(r"(?P<title>.+?)\s*<[^<>]+>$", re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """A rule that a page breaks.

    Attributes
    ----------
    path : Path
    line : int
        From 1.
    rule : str
        ``"typed"``, ``"unused"`` or ``"malformed"``.
    found : str
        The numeral as it is written, or the malformed comment.
    """

    path: Path
    line: int
    rule: str
    found: str

    @property
    def message(self) -> str:
        """The rule, then what was found."""
        return _RULES[self.rule].format(self.found)


_RULES = {
    "typed": "a number in prose must be glued, cited, in code or math, or exempted with a reason, "
    "got {}",
    "unused": "an exemption must match a number in the block below it, {} matches none",
    "malformed": "an exemption must read '% exempt 28, 784: reason', got '% {}'",
}


@dataclass
class _Exemption:
    """Numerals that the block below a comment may have."""

    line: int
    numbers: dict[str, str]
    used: set[str] = field(default_factory=set)

    def allows(self, numeral: str) -> bool:
        """Return whether a numeral is exempted, and remember that it was needed."""
        key = _plain(numeral)
        if key in self.numbers:
            self.used.add(key)
        return key in self.numbers


def _plain(numeral: str) -> str:
    return re.sub(r"\s", "", numeral).replace("−", "-")


def numerals(text: str) -> list[str]:
    """Return the numerals in a line of prose, as they are written.

    Names are no numerals: those with a letter before the digit, with capitals and a hyphen, or
    of a number of dimensions.

    Examples
    --------
    >>> numerals("From 0.99 to 98 %, 1,792 weights, −0.5 points, 10⁻³, 12:30 and 3/4.")
    ['0.99', '98 %', '1,792', '−0.5', '10⁻³', '12:30', '3/4']
    >>> numerals("Conv2D, float32, CIFAR-10, SHA-256, 2D")
    []
    >>> numerals("28x28 images, 10x faster, 32-64-128")
    ['28', '28', '10x', '32', '64', '128']
    """
    text = _TIMES.sub("×", _ADDRESS.sub(_GAP, text))
    return [
        match.group()
        for match in _NUMERAL.finditer(text)
        if not _NAME_BEFORE.search(text[: match.start()])
        and not _DIMENSIONS.fullmatch(match.group())
    ]


def lint(text: str, path: Path, *, extensions: Iterable[str] = EXTENSIONS) -> list[Finding]:
    r"""Return what a page breaks, in the order of its lines.

    Parameters
    ----------
    text : str
        The MyST Markdown of the page.
    path : Path
        Of the page, for the findings; nothing is read from it.
    extensions : iterable of str
        Those of MyST that the page is written for.

    Examples
    --------
    >>> [finding] = lint("# Title\n\nIt reached 99.1%.", Path("page.md"))
    >>> finding.line, finding.found
    (3, '99.1%')
    >>> lint("% exempt 10: the number of digits is a definition\nAll 10 digits.", Path("a.md"))
    []
    """
    page = _Page(path, _parser(frozenset(extensions)))
    page.blocks(text, 1, ())
    return sorted(page.findings, key=lambda finding: finding.line)


@lru_cache
def _parser(extensions: frozenset[str]) -> MarkdownIt:
    config = MdParserConfig(enable_extensions=set(extensions - {"linkify"}))
    return create_md_parser(config, RendererHTML)


_Exemptions = tuple[_Exemption, ...]


class _Page:
    """A page being linted: walks its blocks and collects what it finds.

    Lines are counted from 1; ``first`` is where a piece of Markdown starts in the page.
    """

    def __init__(self, path: Path, parser: MarkdownIt) -> None:
        self.path = path
        self.parser = parser
        self.findings: list[Finding] = []

    def report(self, line: int, rule: str, found: str) -> None:
        self.findings.append(Finding(self.path, line, rule, found))

    def prose(self, text: str, line: int, exempt: _Exemptions) -> None:
        """Lint plain text that starts in a line."""
        for offset, part in enumerate(text.split("\n")):
            for numeral in numerals(part):
                if not any(each.allows(numeral) for each in exempt):
                    self.report(line + offset, "typed", numeral)

    def blocks(self, text: str, first: int, exempt: _Exemptions) -> None:
        """Lint a piece of Markdown."""
        self.siblings(SyntaxTreeNode(self.parser.parse(text)).children, first, exempt)

    def siblings(self, nodes: Sequence[SyntaxTreeNode], first: int, exempt: _Exemptions) -> None:
        """Lint blocks in their order; an exemption holds for the block after it."""
        pending: list[_Exemption] = []
        for node in nodes:
            if node.type == "myst_line_comment":
                pending += self.exemptions(node, first)
            elif node.type != "myst_target":
                self.block(node, first, (*pending, *exempt))
                self.settle(pending)
                pending = []
        self.settle(pending)

    def exemptions(self, node: SyntaxTreeNode, first: int) -> Iterator[_Exemption]:
        """Yield the exemptions in a comment, one per line."""
        for offset, content in enumerate(node.content.split("\n")):
            comment, line = content.strip(), first + _start(node) + offset
            if not comment.startswith("exempt"):
                continue
            match = _EXEMPT.match(comment)
            written = re.split(r",\s+", match["numbers"].strip()) if match else [""]
            if not match or not all(written) or not re.search(r"\w", match["reason"] or ""):
                self.report(line, "malformed", comment)
                continue
            yield _Exemption(line, {_plain(each): each for each in written})

    def settle(self, pending: Iterable[_Exemption]) -> None:
        """Report exemptions that nothing needed."""
        for each in pending:
            for key in each.numbers.keys() - each.used:
                self.report(each.line, "unused", each.numbers[key])

    def block(self, node: SyntaxTreeNode, first: int, exempt: _Exemptions) -> None:
        """Lint one block, whatever its kind."""
        line = first + _start(node)
        if node.type in ("fence", "colon_fence"):
            self.fence(node, line, exempt)
        elif node.type == "inline":
            self.prose(_text(node), line, exempt)
        elif node.type == "html_block":
            self.prose(_html_text(node.content), line, exempt)
        elif node.type not in ("code_block", "front_matter", "math_block", "amsmath"):
            self.siblings(node.children, first, exempt)

    def fence(self, node: SyntaxTreeNode, line: int, exempt: _Exemptions) -> None:
        """Lint a directive; a fence that is none holds code, unless it is made of colons."""
        match = _DIRECTIVE.match(node.info.strip())
        if match is None:
            if node.type == "colon_fence":
                self.blocks(node.content, line + 1, exempt)
            return
        name = match["name"]
        if name not in NO_PROSE | NAMES:
            self.blocks(match["argument"], line, exempt)
        options, body, skipped = _split(node.content)
        for caption in _captions(options):
            self.blocks(caption, line + 1, exempt)
        if name == "raw":
            self.prose(_html_text(body), line + 1 + skipped, exempt)
        elif name not in NO_PROSE | {"code-cell"}:
            self.blocks(body, line + 1 + skipped, exempt)


def _start(node: SyntaxTreeNode) -> int:
    """Return the line, from 0, on which a block starts; a cell of a table starts with its row."""
    if node.map is not None:
        return node.map[0]
    return 0 if node.parent is None else _start(node.parent)


def _text(node: SyntaxTreeNode) -> str:
    """Return the prose of inline nodes, line by line; a gap stands for what is no prose."""
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    if node.type == "image":
        return node.content
    if node.type == "myst_role":
        return _role_text(node.meta["name"], node.content)
    if node.type in ("text", "text_special"):
        return node.content
    if node.children:
        return "".join(map(_text, node.children))
    # Not one gap per line: code and mathematics may span several.
    return _GAP + "\n" * node.content.count("\n") if node.type == "math_inline" else _GAP


def _role_text(name: str, content: str) -> str:
    if name in TEXT_ROLES or name.startswith("bdg"):
        return content
    titled = _TITLE.match(content)
    if titled and name not in ("math", "code") and not name.startswith("glue"):
        return titled["title"]
    return _GAP


class _Stripper(HTMLParser):
    """Keeps the text of HTML and leaves out its tags, comments, scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        self._hidden += tag in ("script", "style", "code", "pre")
        self.text += "\n" * (self.getpos()[0] - 1 - self.text.count("\n"))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        self.text += "\n" * data.count("\n") if self._hidden else data


def _html_text(markup: str) -> str:
    stripper = _Stripper()
    stripper.feed(markup)
    stripper.close()
    return stripper.text


def _split(content: str) -> tuple[dict[str, Any], str, int]:
    """Return the options of a directive, its body, and how many lines the options take."""
    lines = content.split("\n")
    if lines[0].strip() == "---":
        end = next((i for i, text in enumerate(lines[1:], 1) if text.strip() == "---"), None)
        if end is not None:
            return _yaml("\n".join(lines[1:end])), "\n".join(lines[end + 1 :]), end + 1
    count = next((i for i, text in enumerate(lines) if not re.match(r"\s*:\w", text)), len(lines))
    pairs = (text.strip()[1:].partition(":") for text in lines[:count])
    options = {name.strip(): value.strip() for name, _, value in pairs}
    return options, "\n".join(lines[count:]), count


def _yaml(text: str) -> dict[str, Any]:
    try:
        options = yaml.safe_load(text)
    except yaml.YAMLError:  # MyST reports it
        return {}
    return options if isinstance(options, dict) else {}


def _captions(options: dict[str, Any]) -> Iterator[str]:
    """Yield the captions among the options of a directive, nested ones too."""
    for name, value in options.items():
        if isinstance(value, dict):
            yield from _captions(value)
        elif name in CAPTIONS and isinstance(value, str):
            yield value


# --- The extension ------------------------------------------------------------------------------


def check(app: Sphinx, docname: str, content: list[str]) -> None:
    """Warn of every number that was typed into a page."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".md":
        return
    for finding in lint(content[0], path, extensions=app.config.myst_enable_extensions):
        LOG.warning(
            "%s",
            finding.message,
            location=(docname, finding.line),
            type="number_lint",
            subtype=finding.rule,
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Lint each page as it is read."""
    app.connect("source-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

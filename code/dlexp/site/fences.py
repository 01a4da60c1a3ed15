"""Whatever a page opens it closes: an unclosed fence, comment or tag swallows the rest in silence.

The text of a page is parsed as MyST parses it; what a directive holds is parsed in its turn.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.util import logging

LOG = logging.getLogger(__name__)

Parse = Callable[[str], Sequence[Token]]

_DIRECTIVE = re.compile(r"\{(?P<name>[\w:.-]+)\}")
_VERBATIM = frozenset(
    ["code-cell", "code", "code-block", "sourcecode", "math", "raw", "eval-rst", "csv-table"]
)
"""Directives whose content is no Markdown."""

_OPEN = (
    *(
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
    ),
    *("wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"),
)
"""Tags that HTML lets stay open."""


def unclosed(text: str, parse: Parse) -> list[tuple[int, str]]:
    r"""Return what a Markdown text opens and does not close, with its line, from 1.

    Parameters
    ----------
    text : str
    parse : callable
        From a text to the tokens of markdown-it.

    Examples
    --------
    >>> from markdown_it import MarkdownIt
    >>> unclosed("words\n\n```{note}\nmore", MarkdownIt().parse)
    [(3, '```{note}')]
    >>> unclosed("<details>\n\nwords", MarkdownIt().parse)
    [(1, '<details>')]
    """
    tags = _Tags()
    found = list(_walk(text, 1, parse, tags))
    return sorted(found + tags.open)


def _walk(text: str, start: int, parse: Parse, tags: "_Tags") -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    for token in parse(text):
        line = start + (token.map or [0])[0]
        if token.type in ("fence", "colon_fence") and token.map:
            if not _is_closed(token, lines):
                yield line, token.markup + token.info.strip()
            directive = _DIRECTIVE.match(token.info.strip())
            if directive and directive["name"] not in _VERBATIM:
                yield from _walk(token.content, line + 1, parse, tags)
        for part in (token, *(token.children or ())):
            if part.type in ("html_block", "html_inline"):
                if part.content.count("<!--") > part.content.count("-->"):
                    yield line, "<!--"
                tags.read(part.content, line)


def _is_closed(token: Token, lines: Sequence[str]) -> bool:
    first, end = token.map or (0, 0)
    last = lines[end - 1].lstrip(" \t>").rstrip() if end <= len(lines) else ""
    return end - first > 1 and set(last) == {token.markup[0]} and len(last) >= len(token.markup)


class _Tags(HTMLParser):
    """The tags of a page that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[int, str]] = []
        self._line = 0

    def read(self, markup: str, line: int) -> None:
        """Read a piece of HTML that begins in a line of the page."""
        self._line = line
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag not in _OPEN:
            self.open.append((self._line, f"<{tag}>"))

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Nothing stays open."""

    def handle_endtag(self, tag: str) -> None:
        names = [name for _, name in self.open]
        if f"<{tag}>" in names:
            del self.open[len(names) - 1 - names[::-1].index(f"<{tag}>")]


def check(app: Sphinx, docname: str, content: list[str]) -> None:
    """Warn of what a page does not close."""
    _check(app, content[0], app.env.doc2path(docname))


def check_included(app: Sphinx, path: Path, _parent: str, content: list[str]) -> None:
    """Warn of what an included file does not close."""
    _check(app, content[0], str(Path(app.srcdir, path)))


def _check(app: Sphinx, text: str, file: str) -> None:
    parser = create_md_parser(app.env.myst_config, RendererHTML)  # type: ignore[attr-defined]
    for part in _markdown(text, Path(file).suffix):
        for line, name in unclosed(part, parser.parse):
            LOG.warning(
                "what a page opens it must close; got %s, which stays open",
                name,
                location=f"{file}:{line}",
                type="strict",
                subtype="fences",
            )


def _markdown(text: str, suffix: str) -> list[str]:
    """Return the Markdown in a file: of a notebook that of its cells, of other formats none."""
    if suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return [] if suffix == ".rst" else [text]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("source-read", check)
    app.connect("include-read", check_included)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

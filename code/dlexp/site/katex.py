"""Mathematics, rendered while the book is built.

KaTeX runs inside this process (in QuickJS, from a wheel), so a page carries finished HTML and
MathML: no script, no request, nothing to wait for. A formula that KaTeX rejects is a warning with
file and line, so the build is red.
"""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import quickjs
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "vendored" / "katex" / "katex.min.js"
"""KaTeX 0.19.1, MIT licence beside it; its style and fonts are in ``book/_assets/katex``."""

_RENDER = """(function (tex, display) {
  const options = {displayMode: display, throwOnError: true, strict: 'error', trust: false};
  return JSON.stringify(katex.renderToString(tex, options));
})"""
"""As JSON: a long concatenation is a rope in QuickJS, which the wheel cannot hand over."""


class BadFormula(ValueError):
    """A formula that KaTeX rejects; the message is KaTeX's own, in one line."""


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Return the function of KaTeX that renders: 40 ms once, then 2 ms a formula."""
    context = quickjs.Context()
    context.eval("var self = this;" + SCRIPT.read_text("utf-8"))
    return context.eval(_RENDER)


@cache
def render(tex: str, *, display: bool) -> str:
    r"""Return a formula as HTML with MathML inside.

    Parameters
    ----------
    tex : str
        LaTeX without delimiters.
    display : bool
        Whether the formula stands in a line of its own.

    Raises
    ------
    BadFormula
        If KaTeX rejects the formula: bad syntax, unknown macro, doubtful characters.

    Examples
    --------
    >>> "<math" in render(r"\frac{1}{2}", display=False)
    True
    >>> render(r"\nosuch", display=False)
    Traceback (most recent call last):
        ...
    dlexp.site.katex.BadFormula: KaTeX parse error: Undefined control sequence: \nosuch at
    position 1: \nosuch
    """
    try:
        return str(json.loads(_engine()(tex, display)))
    except quickjs.JSException as error:
        message = str(error).splitlines()[0]
        # KaTeX underlines the place with combining marks, which terminals smear.
        message = message.replace("\u0332", "").removeprefix("ParseError: ")
        raise BadFormula(message) from None


def aligned(tex: str) -> str:
    r"""Return a formula of several lines in the environment that KaTeX asks for.

    Examples
    --------
    >>> aligned(r"a &= b \\ c &= d")
    '\\begin{aligned}a &= b \\\\ c &= d\\end{aligned}'
    >>> aligned("a = b")
    'a = b'
    """
    if r"\\" in tex and r"\begin" not in tex:
        return r"\begin{aligned}" + tex + r"\end{aligned}"
    return tex


def _html(translator: HTML5Translator, node: nodes.Element, tex: str, *, display: bool) -> str:
    """Return a formula's HTML, or its source after a warning."""
    try:
        return render(tex, display=display)
    except BadFormula as error:
        LOG.warning("%s", error, location=node, type="katex", subtype="formula")
        return f"<code>{translator.encode(tex)}</code>"


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    start = translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    translator.body.append(
        start + _html(translator, node, node.astext(), display=False) + "</span>"
    )
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula in a line of its own; one wider than a phone scrolls, by keyboard too."""
    attributes: dict[str, Any] = {"tabindex": "0", "role": "group", "aria-label": "Formula"}
    style = "math notranslate nohighlight"
    translator.body.append(translator.starttag(node, "div", "", CLASS=style, **attributes))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    wrap = not node.get("no-wrap", node.get("nowrap", False))
    tex = aligned(node.astext()) if wrap else node.astext()
    translator.body.append(_html(translator, node, tex, display=True) + "</div>\n")
    raise nodes.SkipNode


def add_style(
    app: Sphinx,
    _pagename: str,
    _templatename: str,
    _context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give KaTeX's style to the pages that have a formula, and to no other."""
    kinds = (nodes.math, nodes.math_block)
    if doctree is not None and any(True for kind in kinds for _ in doctree.findall(kind)):
        app.add_css_file("katex/katex.min.css")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name that ``html_math_renderer`` in ``_config.yml`` gives."""
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("html-page-context", add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

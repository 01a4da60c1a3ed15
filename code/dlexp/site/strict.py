"""A build is red if anything at all is wrong with it, the first time and every time after.

Jupyter Book ends with 0 after warnings, and with ``-W --keep-going`` it ends with 0 the *second*
time, because the page with the problem is not read again. Here any warning makes the exit status 1
and forgets what was read, so that the next build reads every page again and meets the same problem.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.util import logging

from dlexp.draw.table import NOT_FINITE

LOG = logging.getLogger(__name__)

MEANT = "shows-nan"
"""Tags a cell whose page is about what is no number."""

FORBIDDEN = (
    (
        re.compile(r"\b0x[0-9a-f]{6,}\b"),
        "the address of an object in memory, which differs in every run",
    ),
    (re.compile(r"Traceback \(most recent call last\)"), "a traceback"),
    (re.compile(r"(?<![\w.])/(?:home|root|tmp|work|Users)/[\w.-]+"), "a path of this machine"),
    (NOT_FINITE, f"what is no finite number, without the tag {MEANT}"),
)
"""What no output may show, and why: nearly all would be another on the reader's machine."""

_LEFT_OVER = re.compile(r"\{[a-z][\w:.-]*\}`|^(?:`{3,}|:{3,}|~{3,}).*|\$\$", re.MULTILINE)

REFUSED = (
    *("script", "style", "link", "meta", "base", "iframe", "frame", "object", "embed", "form"),
    *("input", "button", "select", "textarea"),
)
"""Tags that no page may have."""


def forbidden(text: str) -> list[str]:
    """Return what an output shows that no page may show, in words.

    Examples
    --------
    >>> forbidden("<keras.Model object at 0x7f3a5c0012d0>")
    ['the address of an object in memory, which differs in every run (0x7f3a5c0012d0)']
    >>> forbidden("accuracy 0.99")
    []
    """
    found = ((pattern.search(text), reason) for pattern, reason in FORBIDDEN)
    return [f"{reason} ({match.group()})" for match, reason in found if match]


def _outputs(doctree: nodes.document) -> Iterator[nodes.Element]:
    """Yield the outputs of the cells of a page, but for tracebacks: those are reported already."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code_output":
            outputs = (node for node in cell.children if isinstance(node, nodes.Element))
            yield from (node for node in outputs if "traceback" not in node.get("classes", ()))


def check_outputs(_app: Sphinx, doctree: nodes.document) -> None:
    """Warn of outputs that no page may show."""
    for output in _outputs(doctree):
        meant = f"tag_{MEANT}" in output.parent.parent["classes"]
        for problem in forbidden(NOT_FINITE.sub("", output.astext()) if meant else output.astext()):
            LOG.warning(
                "an output shows %s", problem, location=output, type="strict", subtype="output"
            )


class _Markup(HTMLParser):
    """What HTML has that no page may have."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.refused += [f"<{tag}>"] if tag in REFUSED else []
        self.refused += [f"{name}=" for name, _ in attrs if name.startswith("on")]


def refused(markup: str) -> list[str]:
    """Return the tags and attributes of HTML that no page may have.

    Examples
    --------
    >>> refused('<b onclick="f()">bold</b><script>f()</script>')
    ['onclick=', '<script>']
    """
    return _Markup(markup).refused


def left_over(text: str) -> list[str]:
    """Return what is Markdown to an author, and was none to the parser.

    Examples
    --------
    >>> left_over("It reached {glue:text}`best, and then ::: nothing.")
    ['{glue:text}`']
    """
    return _LEFT_OVER.findall(text)


def check_words(_app: Sphinx, doctree: nodes.document) -> None:
    """Warn of roles, fences and formulas that stand in a page as they were typed."""
    for text in doctree.findall(nodes.Text):
        code = (nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement)
        for what in left_over(str(text)) if not isinstance(text.parent, code) else []:
            LOG.warning(
                "a role, a fence or a formula must be closed; got %s among the words",
                what,
                location=text.parent,
                type="strict",
                subtype="words",
            )


def check_markup(_app: Sphinx, doctree: nodes.document) -> None:
    """Warn of HTML that runs, restyles, asks or embeds: live figures are for that."""
    for raw in doctree.findall(nodes.raw):
        for what in refused(raw.astext()) if "html" in raw.get("format", "").split() else []:
            LOG.warning(
                "a page must not have its own scripts, styles, forms or frames; got %s",
                what,
                location=raw,
                type="strict",
                subtype="markup",
            )


def close(app: Sphinx, exception: Exception | None) -> None:
    """Turn warnings into the exit status, say how many there were, and forget what was read."""
    problems: int = app._warncount
    if exception is not None or not problems:
        return
    app.statuscode = 1
    Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    noun = "problem" if problems == 1 else "problems"
    LOG.info(
        "The book is not fit to publish: %d %s, each one named above.", problems, noun, color="red"
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the checks; ``close`` comes after everything else that may still warn."""
    app.connect("doctree-read", check_outputs)
    app.connect("doctree-read", check_markup)
    app.connect("doctree-read", check_words)
    app.connect("build-finished", close, priority=1000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

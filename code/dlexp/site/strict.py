"""A build is red if anything at all is wrong with it, the first time and every time after.

Jupyter Book ends with 0 after warnings, and with ``-W --keep-going`` it ends with 0 the *second*
time, because the page with the problem is not read again. Here any warning makes the exit status 1
and forgets what was read, so that the next build reads every page again and meets the same problem.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.util import logging

LOG = logging.getLogger(__name__)

FORBIDDEN = (
    (
        re.compile(r"\b0x[0-9a-f]{6,}\b"),
        "the address of an object in memory, which differs in every run",
    ),
    (re.compile(r"Traceback \(most recent call last\)"), "a traceback"),
    (re.compile(r"(?<![\w.])/(?:home|root|tmp|work|Users)/[\w.-]+"), "a path of this machine"),
)
"""What no output may show, and why: none of these is the same on the reader's machine."""


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
        for problem in forbidden(output.astext()):
            LOG.warning(
                "an output shows %s", problem, location=output, type="strict", subtype="output"
            )


def check_tags(_app: Sphinx, docname: str, content: list[str]) -> None:
    """Warn of cells that are told to fail: they publish a traceback and leave the build green."""
    for number, line in enumerate(content[0].splitlines(), start=1):
        if re.match(r"\s*(?::tags:|tags:|\+\+\+).*\braises-exception\b", line):
            LOG.warning(
                "no cell may carry the tag raises-exception: catch the error and print its message",
                location=(docname, number),
                type="strict",
                subtype="tags",
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
    app.connect("source-read", check_tags)
    app.connect("doctree-read", check_outputs)
    app.connect("build-finished", close, priority=1000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

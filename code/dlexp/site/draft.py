"""A draft of the book: every page with the records that are there, before they are computed.

What is built into `dlexp.paths.DRAFT` is a draft, and nothing else is. It computes no unit. What
rests on a stale record is marked where it stands, what has no record says so, a banner on the page
counts both, and every page says that it is a draft: it never passes for the site.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from dlexp import chapters, paths
from dlexp.lab import drafts
from dlexp.lab.blame import Broken
from dlexp.lab.fingerprint import Unreadable
from dlexp.lab.store import Store
from dlexp.site import interactive_files as files
from dlexp.site import kernel
from dlexp.site.claim import ClaimsRegister, Framed
from dlexp.site.evidence import NoEvidence, evidence
from dlexp.site.interactive import LivePlace
from dlexp.site.roles import COMPUTED

LOG = logging.getLogger(__name__)

SAYS = "Draft, made from the records that are there. This is not the site."
"""Stands on every page."""

STYLE = Path(__file__).parent / "draft_assets"

_NOTE = "{http://purl.org/dc/elements/1.1/}description"
_MARK = re.compile(r'class="draft-mark">([^<]*)')


def is_draft(outdir: str | os.PathLike[str]) -> bool:
    """Return whether what is built into a folder is a draft."""
    return Path(outdir).resolve().is_relative_to(paths.DRAFT.resolve())


def adapt(_app: Sphinx, config: Config) -> None:
    """Have every page say that it is a draft."""
    config.html_theme_options = {**config.html_theme_options, "announcement": SAYS}
    config.html_title = f"Draft: {config.html_title}"
    config.html_static_path = [*config.html_static_path, str(STYLE)]
    config.html_css_files = [*config.html_css_files, "draft.css"]


def hide(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Ask search engines to leave a draft alone, should anybody serve it."""
    context["metatags"] = f'{context.get("metatags", "")}<meta name="robots" content="noindex"/>'


# --- Marks on a page ----------------------------------------------------------------------------


def note_of(drawing: bytes) -> str:
    """Return what a drawing has the page say beside it.

    Examples
    --------
    >>> note_of(b"<svg/>")
    ''
    """
    try:
        return ElementTree.fromstring(drawing).findtext(f".//{_NOTE}") or ""
    except ElementTree.ParseError:
        return ""


def mark(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Mark the figures of a page, and put the banner on it if anything is marked."""
    for live in list(doctree.findall(LivePlace)):
        name = live["figure"]
        shown = live.children if files.waits(name) else [live]
        live.replace_self([_raw(files.mark(name)), *shown])
    for figure in list(doctree.findall(nodes.figure)):
        for note in filter(None, (_note_in(app, image) for image in figure.findall(nodes.image))):
            place = figure.parent
            place.insert(place.index(figure), _raw(drafts.mark_html(note)))
    marks = list(_marks(doctree))
    waiting = sum(drafts.WAITING in words.lower() for words in marks)
    title = next(iter(doctree.findall(nodes.title)), None)
    if marks and title is not None:
        title.parent.insert(title.parent.index(title) + 1, banner(len(marks) - waiting, waiting))


def mark_register(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Say above the register whose claims are not all in it."""
    for register in list(doctree.findall(ClaimsRegister)):
        waiting = ", ".join(slug for slug in chapters.slugs() if _waits(slug))
        if waiting:
            mark = drafts.mark_html(f"{drafts.WAITING}: claims of {waiting}")
            register.parent.insert(register.parent.index(register), _raw(mark))


def _waits(slug: str) -> bool:
    with contextlib.suppress(NoEvidence):  # told where the register is made
        return evidence(slug).waits
    return False


def _note_in(app: Sphinx, image: nodes.image) -> str:
    file = Path(app.srcdir, image["uri"])
    return note_of(file.read_bytes()) if file.suffix == ".svg" and file.is_file() else ""


def _raw(markup: str) -> nodes.raw:
    return nodes.raw("", markup, format="html")


def _marks(doctree: nodes.document) -> Iterator[str]:
    """Yield the words of all marks of a page: of figures and tables, claims, and numbers."""
    for raw in doctree.findall(nodes.raw):
        yield from _MARK.findall(raw.astext())
    for framed in doctree.findall(Framed):
        yield from _MARK.findall("".join(framed["frame"]))
    for text in doctree.findall(nodes.inline):
        said = text.astext()
        if COMPUTED in text["classes"] and said.endswith((drafts.WAITING, f"({drafts.STALE})")):
            yield said


def banner(stale: int, waiting: int) -> nodes.admonition:
    """Return what a page with marks says first."""
    counts = {drafts.STALE: stale, drafts.WAITING: waiting}
    listed = ", ".join(f"{number} {which}" for which, number in counts.items() if number)
    words = f"Marked on this page: {listed}. "
    command = nodes.literal("", "python -m dlexp run")
    said = nodes.paragraph("", words, command, nodes.Text(" computes what is behind them."))
    return nodes.admonition("", nodes.title("", "Draft"), said, classes=["warning", "draft-banner"])


# --- The build ----------------------------------------------------------------------------------


def close(_app: Sphinx, exception: Exception | None) -> None:
    """Count what is stale."""
    if exception is not None:
        return
    store, records = Store(), []
    for slug in chapters.slugs():
        with contextlib.suppress(Broken, Unreadable):  # told already, where it is on a page
            records += drafts.load(chapters.units(slug), store)
    stale = sum(isinstance(record, drafts.Stale) for record in records)
    waiting = sum(isinstance(record, drafts.Absent) for record in records)
    LOG.info("Draft: of %d units, %d stale, %d not computed yet", len(records), stale, waiting)


def setup(app: Sphinx) -> dict[str, bool]:
    """Say for this process and its kernels whether it is a draft; if so, connect to Sphinx."""
    on = is_draft(app.outdir)
    drafts.show(on=on)
    os.environ.pop(kernel.DRAFT, None)  # of a shell's: only the folder makes a draft
    if on:
        os.environ[kernel.DRAFT] = "1"
        app.connect("config-inited", adapt)
        app.connect("html-page-context", hide)
        app.connect("doctree-resolved", mark_register, priority=400)
        app.connect("doctree-resolved", mark, priority=950)
        app.connect("build-finished", close, priority=1050)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Live figures: a printed figure that answers to the reader where scripts run.

A page wraps a figure of the book, which is what paper, readers without scripts and failed loads
get, and names the live figure that takes its place::

    ```{interactive} digit
    :label: Draw a digit and see where the network looks
    :try: Draw a seven, then lift the pen and press a fault.

    (a figure of the book, with its caption)
    ```

Chapters say in their modules ``live`` which figures there are. A page without live figures gets
none of their files.
"""

import html
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from dlexp.lab import drafts
from dlexp.lab.store import MissingResult
from dlexp.site import complete, interactive_weight
from dlexp.site import interactive_files as files
from dlexp.site.interactive_files import follows as follows

LOG = logging.getLogger(__name__)


# --- In the source ------------------------------------------------------------------------------


class LivePlace(nodes.General, nodes.Element):
    """A printed figure, and the live one that takes its place."""


class WeightTable(nodes.General, nodes.Element):
    """Stands for the table of weights until the page is written."""


class WeightsDirective(SphinxDirective):
    """Show what the live figures of the book weigh, and what they may."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the table: only when all pages are read are their figures known."""
        return [WeightTable()]


class InteractiveDirective(SphinxDirective):
    """Wrap a printed figure that becomes live where scripts run."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"label": directives.unchanged, "try": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Check the figure, note that the page shows it, and parse what stands on paper."""
        name = self.arguments[0]
        self._check(name)
        shown = _shown(self.env).setdefault(self.env.docname, [])
        if name in shown:
            raise self.error(f"a page must show a live figure once; got {name} again")
        shown.append(name)
        words = {key: " ".join(self.options[key].split()) for key in self.option_spec}
        place = LivePlace(figure=name, label=words["label"], hint=words["try"])
        self.set_source_info(place)
        self.state.nested_parse(self.content, self.content_offset, place)
        return [place]

    def _check(self, name: str) -> None:
        try:
            scripts = files.script_files(name)
        except ValueError as error:
            raise self.error(str(error)) from error
        for option in self.option_spec:
            if not self.options.get(option, "").strip():
                raise self.error(f"live figure {name} must say ':{option}: WORDS'; got no words")
        if not self.content:
            raise self.error(f"live figure {name} must hold a printed figure; got nothing")
        missing = [file.name for file in scripts if not file.is_file()]
        if missing:
            raise self.error(f"live figure {name} must have its files; got no {', '.join(missing)}")
        try:
            _ = files.waits(name) or files.data_addresses(name)
        except MissingResult as error:
            raise self.error(f"live figure {name} has no data: {error}") from error


def _shown(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the live figures of each page, kept between builds."""
    shown: dict[str, list[str]] = vars(env).setdefault("dlexp_interactive", {})
    return shown


def shown_on(env: BuildEnvironment, docname: str) -> list[str]:
    """Return the live figures that a page shows, in its order."""
    return _shown(env).get(docname, [])


def _loaded(env: BuildEnvironment, docname: str) -> list[str]:
    """Return the live figures of a page that have their data: all, but in a draft."""
    return [name for name in shown_on(env, docname) if not files.waits(name)]


def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page showed, for it is gone or about to be read again."""
    _shown(env).pop(docname, None)


def merge(
    _app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what another process read."""
    _shown(env).update({doc: _shown(other)[doc] for doc in docnames if doc in _shown(other)})


def show_weights(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Put the table of weights in place, as a page is written."""
    for place in list(doctree.findall(WeightTable)):
        loaded = {doc: _loaded(app.env, doc) for doc in sorted(_shown(app.env))}
        pages = {app.env.titles[doc].astext(): names for doc, names in loaded.items() if names}
        table = interactive_weight.table(pages) if pages else drafts.mark_html(drafts.WAITING)
        place.replace_self(nodes.raw("", table, format="html"))


def check_print(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Warn of live figures that have no figure for paper, with a caption."""
    for live in doctree.findall(LivePlace):
        if not any(any(figure.findall(nodes.caption)) for figure in live.findall(nodes.figure)):
            LOG.warning(
                "live figure %s must hold a figure with a caption, for paper; got none",
                live["figure"],
                location=live,
                type="interactive",
                subtype="print",
            )


# --- On the page --------------------------------------------------------------------------------


def visit(translator: HTML5Translator, node: LivePlace) -> None:
    """Open the place of a live figure: what to try, then the printed figure."""
    here = translator.builder.get_target_uri(translator.builder.current_docname)
    up = relative_uri(here, f"_static/{files.TARGET}/")
    name = node["figure"]
    attributes = {
        "data-figure": name,
        "data-scripts": " ".join(up + address for address in files.script_addresses(name)),
        "data-data": " ".join(up + address for address in files.data_addresses(name)),
        "data-names": " ".join(files.figure(name).data),
        "aria-label": node["label"],
    }
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    translator.body.append(
        f'<div class="dlx" role="group"{written}>\n'
        f'<p class="dlx-try"><strong>Try it.</strong> {html.escape(node["hint"])}</p>\n'
        '<div class="dlx-fallback">\n'
    )


def depart(translator: HTML5Translator, _node: LivePlace) -> None:
    """Close the place of a live figure."""
    translator.body.append("</div>\n</div>\n")


def plain(_translator: Any, _node: LivePlace) -> None:
    """Leave the printed figure as it is: for every other kind of output."""


def add_files(
    app: Sphinx, pagename: str, _template: str, _context: dict[str, Any], doctree: Any
) -> None:
    """Give the style and the loader to pages that show a live figure, and to no other."""
    if doctree is not None and _loaded(app.env, pagename):
        app.add_css_file(f"{files.TARGET}/interactive.css")
        app.add_js_file(f"{files.TARGET}/page.js", loading_method="defer")


def write_files(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write what the figures of the book load: before the pages, which quote digests of it."""
    if app.builder.format != "html" or complete.stands(Path(app.outdir)):
        return []
    folder = Path(app.outdir, "_static", files.TARGET)
    shutil.rmtree(folder, ignore_errors=True)
    names = {name for docname in _shown(env) for name in _loaded(env, docname)}
    if names:
        files.write(folder, names)
    return []


def begin(_app: Sphinx) -> None:
    """Start from the records as they are now."""
    files.forget()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; files are written after ``dlexp.site.fresh`` emptied the folder."""
    as_printed = (plain, plain)
    app.add_node(LivePlace, html=(visit, depart), latex=as_printed, text=as_printed)
    app.add_node(WeightTable)
    app.add_directive("interactive", InteractiveDirective)
    app.add_directive("interactive-weights", WeightsDirective)
    app.connect("builder-inited", begin, priority=900)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-get-updated", write_files, priority=950)
    app.connect("doctree-resolved", check_print)
    app.connect("doctree-resolved", show_weights)
    app.connect("html-page-context", add_files)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }

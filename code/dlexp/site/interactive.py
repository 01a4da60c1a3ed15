"""Live figures: a printed figure that answers to the reader where scripts run.

A page wraps a figure of the book, which is what paper, readers without scripts and failed loads
get, and names the live figure that takes its place::

    ```{interactive} digit
    :label: Draw a digit and see where the network looks
    :try: Draw a seven, then lift the pen and press a fault.

    (a figure of the book, with its caption)
    ```

Scripts and style are in ``book/_interactive``; data files are written from the records while the
site is made, so they are never typed and never stale. A page without live figures gets none of it.
"""

import gzip
import hashlib
import html
import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import rcssmin
import rjsmin
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from dlexp import paths
from dlexp.draw.table import table_html
from dlexp.lab import results
from dlexp.site import dependencies
from dlexp.site.dependencies import Digests

LOG = logging.getLogger(__name__)

SOURCE = paths.BOOK / "_interactive"
"""The scripts and the style. Not ``_static``: Jupyter Book puts all of that on every page."""

TARGET = "interactive"
"""The folder in the site's ``_static`` that they are published in."""

ALWAYS = ("page.js", "interactive.css")
"""What every page with a live figure has."""


@dataclass(frozen=True)
class Figure:
    """What a live figure needs.

    Attributes
    ----------
    scripts : tuple of str
        Names of scripts without ``.js``, in the order in which they must load.
    data : tuple of str
        Names in `DATA`.
    """

    scripts: tuple[str, ...]
    data: tuple[str, ...] = ()


DATA: Mapping[str, str] = {
    "network": "dlexp.chapters.grad_cam.figures:live_network",
    "digits": "dlexp.chapters.grad_cam.figures:live_digits",
    "stacks": "dlexp.chapters.conv_shapes.figures:live_stacks",
    "shifts": "dlexp.chapters.pooling_dropout.figures:live_shifts",
    "variance": "dlexp.chapters.batch_norm.figures:live_variance",
    "tuner_race": "dlexp.chapters.keras_tuner.figures:live_race",
}
"""The function, ``"module:name"``, that returns each piece of data from records, as JSON has it."""

FIGURES: Mapping[str, Figure] = {
    "digit": Figure(("engine", "digit"), ("network", "digits")),
    "shapes": Figure(("shapes", "calculator"), ("stacks",)),
    "pooling": Figure(("pooling",), ("shifts",)),
    "dropout": Figure(("charts", "dropout"), ("shifts",)),
    "variance": Figure(("charts", "variance"), ("variance",)),
    "tuner_race": Figure(("charts", "tuner_race"), ("tuner_race",)),
    "sequence_length": Figure(("charts", "sequence_length")),
}


# --- The files that a figure loads --------------------------------------------------------------


def script_files(name: str) -> list[Path]:
    """Return the scripts and the style that a live figure loads.

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    own = (f"{script}.js" for script in FIGURES[name].scripts)
    return [SOURCE / file for file in (*ALWAYS, *own)]


@cache  # emptied when a build begins
def data_script(name: str) -> str:
    """Return the script that hands a piece of data to the figures that want it.

    Parameters
    ----------
    name : str
        One of `DATA`.

    Raises
    ------
    dlexp.lab.results.MissingResult
        If a record that it is made from is not current.
    """
    value = json.dumps(_source(name)(), separators=(",", ":"), allow_nan=False)
    return f"DLX.data({json.dumps(name)}, {value});\n"


def _source(name: str) -> Callable[[], Any]:
    module, function = DATA[name].split(":")
    found: Callable[[], Any] = getattr(importlib.import_module(module), function)
    return found


@cache  # emptied when a build begins
def published(file: Path) -> bytes:
    """Return a script or a style as it is published: without what only its authors read.

    Names stay, so that an error in a reader's browser can be understood.
    """
    make = rjsmin.jsmin if file.suffix == ".js" else rcssmin.cssmin
    slim: str = make(file.read_text("utf-8"))
    return slim.encode()


def _stamped(name: str, content: bytes) -> str:
    """Return the address of a file below ``_static``, with the digest of its content."""
    return f"{name}?v={hashlib.sha256(content).hexdigest()[:8]}"


def script_addresses(name: str) -> list[str]:
    """Return the addresses of a figure's own scripts, as seen from `TARGET`."""
    files = (SOURCE / f"{script}.js" for script in FIGURES[name].scripts)
    return [_stamped(file.name, published(file)) for file in files]


def data_addresses(name: str) -> list[str]:
    """Return the addresses of a figure's data, as seen from `TARGET`."""
    return [_stamped(f"data/{data}.js", _data_bytes(data)) for data in FIGURES[name].data]


def follows(names: Iterable[str]) -> Digests:
    """Return what pages with these figures must be read again for, with digests.

    That is scripts and style, and the code, the records and the data sets behind the data.
    """
    found: Digests = {}
    for name in sorted(set(names) & FIGURES.keys()):
        found |= dependencies.file_digests(script_files(name))
        for data in FIGURES[name].data:
            module, function = DATA[data].split(":")
            code = f"from {module} import {function}\n{function}"
            found |= dependencies.reached(dependencies.closure(code))
    return found


# --- What it weighs -----------------------------------------------------------------------------


CODE = (40_000, 15_000)
"""Bytes that the scripts and the style of one page may have, as they lie there and compressed."""

DATUM = 400_000
"""Bytes that one piece of data may have, such as a network."""

WHOLE_PAGE = 1_000_000
"""Bytes that all the live figures of a page may load."""


@dataclass(frozen=True)
class Weight:
    """What something adds to a site, in bytes.

    Attributes
    ----------
    what : str
        In words.
    raw, compressed : int
        As it lies in the folder, and as a server sends it.
    limits : tuple of int
        What it may weigh, raw and compressed, as far as that is limited.
    """

    what: str
    raw: int
    compressed: int
    limits: tuple[int, ...]

    @property
    def fits(self) -> bool:
        """Whether it keeps its limits."""
        both = (self.raw, self.compressed)
        return all(weight <= limit for weight, limit in zip(both, self.limits, strict=False))


def _weight(what: str, parts: Iterable[bytes], *limits: int) -> Weight:
    kept = list(parts)
    compressed = sum(len(gzip.compress(part, mtime=0)) for part in kept)
    return Weight(what, sum(map(len, kept)), compressed, limits)


def weights(pages: Mapping[str, Iterable[str]]) -> list[Weight]:
    """Return what live figures weigh, with the limits that the book has set itself.

    Parameters
    ----------
    pages : mapping of str to iterables of str
        The live figures of each page, by the page's name in words.

    Returns
    -------
    list of Weight
        Scripts and style of each page; each piece of data; each page with all that it loads.
    """
    used = {name for shown in pages.values() for name in shown}
    found = [_weight(f"{page}: scripts and style", _codes(of), *CODE) for page, of in pages.items()]
    found += [_weight(f"data: {name}", [_data_bytes(name)], DATUM) for name in _data(used)]
    for page, of in pages.items():
        parts = [*_codes(of), *map(_data_bytes, _data(of))]
        found.append(_weight(f"{page}: all", parts, WHOLE_PAGE))
    return found


def _data_bytes(name: str) -> bytes:
    return data_script(name).encode()


def _codes(names: Iterable[str]) -> list[bytes]:
    """Return the scripts and the style of some figures, each once."""
    files = {file for name in names for file in script_files(name)}
    return [published(file) for file in sorted(files)]


def _data(names: Iterable[str]) -> list[str]:
    """Return the names of the data of some figures, each once."""
    return sorted({data for name in names for data in FIGURES[name].data})


# --- In the source ------------------------------------------------------------------------------


class LiveFigure(nodes.General, nodes.Element):
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
            raise self.error(f"a page must show a live figure once, got {name} again")
        shown.append(name)
        words = {key: " ".join(self.options[key].split()) for key in self.option_spec}
        figure = LiveFigure(figure=name, label=words["label"], hint=words["try"])
        self.set_source_info(figure)
        self.state.nested_parse(self.content, self.content_offset, figure)
        return [figure]

    def _check(self, name: str) -> None:
        if name not in FIGURES:
            raise self.error(f"a live figure must be one of {', '.join(FIGURES)}; got {name!r}")
        for option in self.option_spec:
            if not self.options.get(option, "").strip():
                raise self.error(f"live figure {name} must say ':{option}: WORDS', got no words")
        if not self.content:
            raise self.error(f"live figure {name} must hold a printed figure, got nothing")
        missing = [file.name for file in script_files(name) if not file.is_file()]
        if missing:
            raise self.error(f"live figure {name} needs files that do not exist: {missing}")
        try:
            data_addresses(name)
        except results.MissingResult as error:
            raise self.error(f"live figure {name} has no data: {error}") from error


def _shown(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return the live figures of each page, kept between builds."""
    shown: dict[str, list[str]] = vars(env).setdefault("dlexp_interactive", {})
    return shown


def shown_on(env: BuildEnvironment, docname: str) -> list[str]:
    """Return the live figures that a page shows, in its order."""
    return _shown(env).get(docname, [])


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
        shown = sorted(_shown(app.env).items())
        found = weights({app.env.titles[doc].astext(): names for doc, names in shown if names})
        rows: list[list[str | int]] = [
            [each.what, each.raw, each.compressed, _limits(each)] for each in found
        ]
        header = ["what", "bytes", "compressed", "limit"]
        markup = table_html(header, rows, caption="What the live figures weigh")
        place.replace_self(nodes.raw("", markup, format="html"))


def _limits(weight: Weight) -> str:
    return " / ".join(f"{limit:,}" for limit in weight.limits)


def check_print(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Warn of live figures that have no figure for paper, with a caption."""
    for live in doctree.findall(LiveFigure):
        if not any(any(figure.findall(nodes.caption)) for figure in live.findall(nodes.figure)):
            LOG.warning(
                "live figure %s must hold a figure with a caption, for paper",
                live["figure"],
                location=live,
                type="interactive",
                subtype="print",
            )


# --- On the page --------------------------------------------------------------------------------


def visit(translator: HTML5Translator, node: LiveFigure) -> None:
    """Open the place of a live figure: what to try, then the printed figure."""
    here = translator.builder.get_target_uri(translator.builder.current_docname)
    up = relative_uri(here, f"_static/{TARGET}/")
    name = node["figure"]
    attributes = {
        "data-figure": name,
        "data-scripts": " ".join(up + each for each in script_addresses(name)),
        "data-data": " ".join(up + each for each in data_addresses(name)),
        "data-names": " ".join(FIGURES[name].data),
        "aria-label": node["label"],
    }
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    translator.body.append(
        f'<div class="dlx" role="group"{written}>\n'
        f'<p class="dlx-try"><strong>Try it.</strong> {html.escape(node["hint"])}</p>\n'
        '<div class="dlx-fallback">\n'
    )


def depart(translator: HTML5Translator, _node: LiveFigure) -> None:
    """Close the place of a live figure."""
    translator.body.append("</div>\n</div>\n")


def plain(_translator: Any, _node: LiveFigure) -> None:
    """Leave the printed figure as it is: for every other kind of output."""


def add_files(
    app: Sphinx, pagename: str, _template: str, _context: dict[str, Any], doctree: Any
) -> None:
    """Give the style and the loader to pages that show a live figure, and to no other."""
    if doctree is not None and shown_on(app.env, pagename):
        app.add_css_file(f"{TARGET}/interactive.css")
        app.add_js_file(f"{TARGET}/page.js", loading_method="defer")


def write_files(app: Sphinx, env: BuildEnvironment) -> None:
    """Write what the figures of the book load: before the pages, which quote digests of it."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", TARGET)
    for name in sorted({name for shown in _shown(env).values() for name in shown}):
        for file in script_files(name):
            _write(folder / file.name, published(file))
        for data in FIGURES[name].data:
            _write(folder / "data" / f"{data}.js", _data_bytes(data))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def begin(_app: Sphinx) -> None:
    """Start from the records as they are now."""
    data_script.cache_clear()
    published.cache_clear()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; files are written after ``dlexp.site.fresh`` emptied the folder."""
    as_printed = (plain, plain)
    app.add_node(LiveFigure, html=(visit, depart), latex=as_printed, text=as_printed)
    app.add_node(WeightTable)
    app.add_directive("interactive", InteractiveDirective)
    app.add_directive("interactive-weights", WeightsDirective)
    app.connect("builder-inited", begin, priority=900)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", write_files, priority=900)
    app.connect("doctree-resolved", check_print)
    app.connect("doctree-resolved", show_weights)
    app.connect("html-page-context", add_files)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }

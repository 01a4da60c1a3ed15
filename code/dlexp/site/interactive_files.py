"""What the live figures load: the scripts and the style of the book, and data from records.

Scripts and style are in ``book/_interactive``; data files are written from the records while the
site is made, so they are never typed and never stale.
"""

import hashlib
import importlib.util
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin

from dlexp import chapters, paths
from dlexp.draw.live import LiveFigure
from dlexp.lab import drafts
from dlexp.lab.store import MissingResult
from dlexp.site import dependencies, kept
from dlexp.site.dependencies import Digests

SOURCE = paths.BOOK / "_interactive"
"""The scripts and the style. Not ``_static``: Jupyter Book puts all of that on every page."""

TARGET = "interactive"
"""The folder in the site's ``_static`` that they are published in."""

ALWAYS = ("page.js", "interactive.css")
"""What every page with a live figure has."""


# --- The figures of the chapters ----------------------------------------------------------------


def figures() -> dict[str, LiveFigure]:
    """Return the live figures of all chapters, by name.

    Raises
    ------
    ValueError
        If two chapters have one of the same name.
    """
    by_name: dict[str, LiveFigure] = {}
    for slug in chapters.slugs():
        own = _figures_of(slug)
        twice = sorted(by_name.keys() & own.keys())
        if twice:
            raise ValueError(f"names of live figures must differ; got {twice[0]} again in {slug}")
        by_name |= own
    return by_name


def _figures_of(slug: str) -> dict[str, LiveFigure]:
    """Return the live figures of one chapter: none where it has no module for them."""
    if importlib.util.find_spec(f"{chapters.__name__}.{slug}.live") is None:
        return {}
    return dict(chapters.module(slug, "live").FIGURES)


def figure(name: str) -> LiveFigure:
    """Return a live figure.

    Raises
    ------
    ValueError
        If no chapter has one of that name.
    """
    known = figures()
    if name not in known:
        raise ValueError(f"a live figure must be one of {', '.join(known)}; got {name!r}")
    return known[name]


def data_names(names: Iterable[str]) -> list[str]:
    """Return the names of the data of some figures, each once."""
    return sorted({data for name in names for data in figure(name).data})


def _source(name: str) -> Callable[[], Any]:
    """Return the function that a piece of data comes from.

    Raises
    ------
    ValueError
        If two figures mean different data by the name, or none has it.
    """
    sources = {live.data[name] for live in figures().values() if name in live.data}
    if len(sources) != 1:
        raise ValueError(f"data {name!r} must come from one function; got {len(sources)}")
    return sources.pop()


# --- What is published --------------------------------------------------------------------------


def script_files(name: str) -> list[Path]:
    """Return the scripts and the style that a live figure loads."""
    own = (f"{script}.js" for script in figure(name).scripts)
    return [SOURCE / file for file in (*ALWAYS, *own)]


_NOTES: dict[str, str] = {}
"""What a draft says of the stale records behind each piece of data."""


@cache  # emptied when a build begins
def data_script(name: str) -> str:
    """Return the script that hands a piece of data to the figures that want it.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record that it is made from is not current.
    """
    source = _source(name)
    if drafts.are_shown():
        drafts.READ.clear()
        script = _script(name, source())
        _NOTES[name] = drafts.note()
        return script
    decided_by = {"name": name, "source": _behind(source) | dependencies.versions()}
    return kept.text(json.dumps(decided_by, sort_keys=True), lambda: _script(name, source()))


def _script(name: str, value: object) -> str:
    """Return the script that hands a value to the figures."""
    written = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return f"DLX.data({json.dumps(name)}, {written});\n"


def _behind(source: Callable[[], Any]) -> Digests:
    """Return the code, the records and the data sets behind the data of a function."""
    code = f"from {source.__module__} import {source.__qualname__}\n{source.__qualname__}"
    return dependencies.reached(dependencies.closure(code))


def mark(name: str) -> str:
    """Return the marks of a live figure in a draft, as HTML: of stale data, or of none."""
    if waits(name):
        return drafts.mark_html(drafts.WAITING)
    return "".join(drafts.mark_html(_NOTES[data]) for data in figure(name).data if _NOTES[data])


def waits(name: str) -> bool:
    """Return whether the data of a live figure cannot be made in a draft, for want of records."""
    if not drafts.are_shown():
        return False
    try:
        data_addresses(name)
    except MissingResult:
        return True
    return False


def data_bytes(name: str) -> bytes:
    """Return `data_script` as it is written."""
    return data_script(name).encode()


@cache  # emptied when a build begins
def published(file: Path) -> bytes:
    """Return a script or a style as it is published: without what only its authors read.

    Names stay, so that an error in a reader's browser can be understood.
    """
    make = rjsmin.jsmin if file.suffix == ".js" else rcssmin.cssmin
    slim: str = make(file.read_text("utf-8"))
    return slim.encode()


def forget() -> None:
    """Start from the files and the records as they are now."""
    data_script.cache_clear()
    published.cache_clear()


def write(folder: Path, names: Iterable[str]) -> None:
    """Write what some figures load into a folder."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name in sorted(set(names)):
        for file in script_files(name):
            (folder / file.name).write_bytes(published(file))
        for data in figure(name).data:
            (folder / "data" / f"{data}.js").write_bytes(data_bytes(data))


# --- Where it is, and what it follows -----------------------------------------------------------


def script_addresses(name: str) -> list[str]:
    """Return the addresses of a figure's own scripts, as seen from `TARGET`."""
    files = (SOURCE / f"{script}.js" for script in figure(name).scripts)
    return [_stamped(file.name, published(file)) for file in files]


def data_addresses(name: str) -> list[str]:
    """Return the addresses of a figure's data, as seen from `TARGET`."""
    return [_stamped(f"data/{data}.js", data_bytes(data)) for data in figure(name).data]


def _stamped(name: str, content: bytes) -> str:
    """Return the address of a file below ``_static``, with the digest of its content."""
    return f"{name}?v={hashlib.sha256(content).hexdigest()[:8]}"


def follows(names: Iterable[str]) -> Digests:
    """Return the files and symbols behind figures, with digests: pages follow them.

    They are scripts and style, which of them a figure loads, and the code, the records and the
    data sets behind its data. A figure that is gone is followed no more.
    """
    digests: Digests = {}
    known = figures()
    for name in sorted(set(names) & known.keys()):
        scripts, data = known[name].scripts, known[name].data
        digests[f"live figure {name}"] = dependencies.text_digest(repr((scripts, list(data))))
        digests |= dependencies.file_digests(script_files(name))
        for source in data.values():
            digests |= _behind(source)
    return digests

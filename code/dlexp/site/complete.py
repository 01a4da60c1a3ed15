"""The site is whole, or it is made from nothing: no build goes on with what a stopped one left.

Sphinx looks at the dates of pages only. A build that was stopped after the pages were written would
lack its pictures and its search for ever, with a green light; one that was stopped while it judged
them would forget what was wrong. So a good build notes, beside the site, every file of it with a
digest. The note goes before the first page is read; where there is none, or the site is not what
was noted, everything that earlier builds left is removed, and this one is a first one.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)


def note(site: Path) -> Path:
    """Return the file beside a site that says what the last good build wrote."""
    return site.with_name(f".{site.name}.complete")


def content(site: Path) -> dict[str, str]:
    """Return the files of a site by their names, each with a digest."""
    return digests(sorted(file for file in site.rglob("*") if file.is_file()), site)


def digests(files: Iterable[Path], folder: Path) -> dict[str, str]:
    """Return files by their names below a folder, each with a digest."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def noted(file: Path) -> dict[str, str] | None:
    """Return the digests that a file notes; None if there is none, or it was cut off."""
    try:
        found: dict[str, str] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def is_whole(site: Path) -> bool:
    """Return whether a site is, byte for byte, what the last good build wrote."""
    before = noted(note(site))
    return before is not None and before == content(site)


def stands(site: Path) -> bool:
    """Return whether the site of the last good build stands: it was whole, and no page is read."""
    return note(site).exists()


def begin(app: Sphinx, _config: Config) -> None:
    """Remove what earlier builds left, if the site is not whole: before Sphinx remembers."""
    site = Path(app.outdir)
    if is_whole(site):
        return
    if note(site).exists():
        LOG.info("every page is written again, for the site is not as the last good build left it")
    note(site).unlink(missing_ok=True)
    for folder in (Path(app.doctreedir), site.with_name("jupyter_execute"), site):
        place = folder.resolve()  # it may be a link to where a server looks
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)


def start(app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
    """Take back the notes before pages are read."""
    if docnames:
        _take_back(app)


def forget(app: Sphinx, _env: BuildEnvironment, _docname: str) -> None:
    """Take back the notes when a page is gone."""
    _take_back(app)


def _take_back(app: Sphinx) -> None:
    """Remove the notes of all builders: they make their sites of the same pages."""
    for each in Path(app.outdir).parent.glob(".*.complete"):
        each.unlink()


def close(app: Sphinx, exception: Exception | None) -> None:
    """Note what a good build wrote, if it wrote anything."""
    site = Path(app.outdir)
    if exception is None and app.statuscode == 0 and not stands(site):
        note(site).write_text(json.dumps(content(site), indent=0), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx; the note is written after all that writes and after the last judgement."""
    app.connect("config-inited", begin)
    app.connect("env-before-read-docs", start, priority=100)
    app.connect("env-purge-doc", forget)
    app.connect("build-finished", close, priority=1100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

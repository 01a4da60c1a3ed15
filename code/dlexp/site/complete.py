"""The site is whole, or it is made again: what a stopped build left, or a hand removed, is noticed.

Sphinx looks at the dates of pages only. A build that was stopped after the pages were written would
lack its pictures and its search for ever, with a green light. So a good build notes, beside the
site, every file of it with a digest; where a site is not what was noted, all pages are read again.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)


def note(site: Path) -> Path:
    """Return the file beside a site that says what the last good build wrote."""
    return site.with_name(f".{site.name}.complete")


def content(site: Path) -> dict[str, str]:
    """Return the files of a site by their names, each with a digest."""
    files = sorted(file for file in site.rglob("*") if file.is_file())
    return {
        file.relative_to(site).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def is_whole(site: Path) -> bool:
    """Return whether a site is, byte for byte, what the last good build wrote."""
    try:
        noted = json.loads(note(site).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(noted == content(site))


def outdated(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> Iterable[str]:
    """Return all pages if the site is not whole."""
    if is_whole(Path(app.outdir)):
        return []
    LOG.info("every page is written again, for there is no whole site")
    return env.found_docs


def close(app: Sphinx, exception: Exception | None) -> None:
    """Note what a good build wrote."""
    site = Path(app.outdir)
    if exception is None and app.statuscode == 0:
        note(site).write_text(json.dumps(content(site), indent=0), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx; the note is written after all that writes and after the last judgement."""
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", close, priority=1100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

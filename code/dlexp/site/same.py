"""A build of what is built already ends at once.

To find out that no page is out of date, Sphinx loads its extensions and all that it remembers, and
the code behind each page is followed: seconds each time. But where every file of the project is
what it was when the last good build began, and the site is what that build wrote, nothing is left
to find out.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

from dlexp import paths
from dlexp.site import complete

Files = dict[str, str]
"""The files of a project by their names, each with a digest; what is installed stands for one."""

INSTALLED = "what is installed"

_BEGUN: list[Files] = []
"""What this build began with."""


def note(site: Path) -> Path:
    """Return the file beside a site that says what the last good build began with."""
    return site.with_name(f".{site.name}.made-of")


def installed() -> Iterator[str]:
    """Yield all that is installed, with its version: as folders are called, for none is opened."""
    for place in map(Path, filter(None, sys.path)):
        yield from (folder.name for folder in place.glob("*.dist-info"))
        yield from (folder.name for folder in place.glob("*.egg-info"))


def _is_left_out(folder: Path) -> bool:
    """Return whether nothing in a folder decides a site: what tools made, and environments."""
    hidden = folder.name.startswith(".") and folder.name not in {".ci", ".github"}
    made = folder.name in {paths.BUILD.name, "__pycache__", "node_modules"}
    return hidden or made or (folder / "pyvenv.cfg").exists()


def files(project: Path) -> Iterator[Path]:
    """Yield the files of a project that may decide its site.

    Raises
    ------
    OSError
        If one of the folders cannot be listed, or is a link: what is behind it nobody watches.
    """
    for entry in sorted(project.iterdir()):
        if entry.is_file():
            yield entry
        elif not _is_left_out(entry):
            if entry.is_symlink():
                raise OSError(f"a link: {entry}")
            yield from files(entry)


def content(project: Path) -> Files:
    """Return all that decides a site; nothing where it cannot be told."""
    python = repr((sys.version, sorted(installed())))
    try:
        found = complete.digests(files(project), project)
    except OSError:
        return {}
    return found | {INSTALLED: hashlib.sha256(python.encode()).hexdigest()}


def noted(site: Path) -> Files:
    """Return what the last good build of a site began with; nothing if there was none."""
    return complete.noted(note(site)) or {}


def begin() -> None:
    """Note what is there now, before any of it is read; again, if it was made in this build."""
    _BEGUN[:] = [content(paths.PROJECT)]


def stands(site: Path, now: Files) -> bool:
    """Return whether a site is whole, and was made of what is there now."""
    return bool(now) and noted(site) == now and complete.is_whole(site)


def edited_pages(site: Path) -> frozenset[str] | None:
    """Return the pages that are all that was edited since the last good build; else None.

    A page that came or went is no page that was edited: others may list it.
    """
    now, before = (_BEGUN[-1] if _BEGUN else {}), noted(site)
    if not now or now.keys() != before.keys():
        return None
    changed = frozenset(name for name, digest in now.items() if digest != before[name])
    pages = all(name.startswith("book/") and name.endswith(".md") for name in changed)
    return changed if pages else None


def is_plain(arguments: list[str]) -> bool:
    """Return whether a command line is ``build FOLDER``: one with an option does its work.

    Examples
    --------
    >>> is_plain(["jupyter-book", "build", "."]), is_plain(["jupyter-book", "build", ".", "--all"])
    (True, False)
    """
    return len(arguments) == 3 and arguments[1] == "build"


def close(app: Sphinx, exception: Exception | None) -> None:
    """Note what a good build began with."""
    if exception is None and app.statuscode == 0:
        note(Path(app.outdir)).write_text(json.dumps(*_BEGUN), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """End this build, or have it noted what it began with: after its site is noted as whole.

    Raises
    ------
    SystemExit
        With status 0, after a line that says so.
    """
    site = Path(app.outdir)
    if site == paths.BUILD / "html":  # neither a draft nor what another builder makes
        begin()
        if is_plain(sys.argv) and stands(site, *_BEGUN):
            print("nothing has changed since the last good build, whose site stands")
            raise SystemExit(0)
        app.connect("build-finished", close, priority=1200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A build of what is built already ends at once.

To find out that no page is out of date, Sphinx loads its extensions and all that it remembers, and
the code behind each page is followed: seconds each time. But where every file of the project is
what it was when the last good build began, and the site is what that build wrote, nothing is left
to find out.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

from dlexp import paths
from dlexp.site import complete

_BEGUN: list[str] = []
"""What this build began with, as one digest."""


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


def digest(project: Path) -> str:
    """Return one digest of all that decides a site; empty where it cannot be told."""
    said = hashlib.sha256(repr((sys.version, sorted(installed()))).encode())
    try:
        for file in files(project):
            name = os.fsencode(file.relative_to(project))
            said.update(b"%d %b %b" % (len(name), name, hashlib.sha256(file.read_bytes()).digest()))
    except OSError:
        return ""
    return said.hexdigest()


def begin() -> None:
    """Note what is there now, before any of it is read; again, if it was made in this build."""
    _BEGUN[:] = [digest(paths.PROJECT)]


def stands(site: Path, now: str) -> bool:
    """Return whether a site is whole, and was made of what is there now."""
    made_of = note(site)
    noted = made_of.read_text("utf-8") if made_of.is_file() else None
    return bool(now) and noted == now and complete.is_whole(site)


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
        note(Path(app.outdir)).write_text(_BEGUN[-1], "utf-8")


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

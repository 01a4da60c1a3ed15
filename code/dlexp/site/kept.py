"""What is costly to make, and decided by what is known before, is kept from build to build.

Most builds that read a page write the whole site again. What they need for that, and nobody has
edited, need not be made again: it lies beside what Sphinx keeps, under a digest of all that decides
it. Only a good build adds to it, so that whatever is warned of on the way is warned of again; and
only what the last good build of the whole site used stays.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from sphinx.application import Sphinx

from dlexp.site import alone

_FOLDER: list[Path] = []
"""Where the things of earlier builds are; none where no build is at work."""

_USED: dict[str, str] = {}
"""What this build has used, by digest."""


def text(decided_by: str, make: Callable[[], str]) -> str:
    """Return a text, made now or by an earlier build.

    Parameters
    ----------
    decided_by : str
        All that decides the text: nothing else may.
    make : function
        Makes it. What it raises is raised, and nothing is kept then.
    """
    if not _FOLDER:
        return make()
    name = hashlib.sha256(decided_by.encode()).hexdigest()
    if name not in _USED:
        file = _FOLDER[0] / name
        _USED[name] = file.read_bytes().decode() if file.is_file() else make()
    return _USED[name]


def begin(app: Sphinx) -> None:
    """Start from what the last good build kept."""
    _FOLDER[:] = [Path(app.doctreedir, "kept")]
    _USED.clear()


def close(app: Sphinx, exception: Exception | None) -> None:
    """Keep what a good build has used, and nothing more if it wrote all; if it used any."""
    if exception is None and app.statuscode == 0 and _USED:
        [folder] = _FOLDER
        folder.mkdir(exist_ok=True)
        for file in folder.iterdir():
            if file.name not in _USED and not alone.are_written(app.env):
                file.unlink()
        for name, made in _USED.items():
            (folder / name).write_bytes(made.encode())  # bytes: line ends stay what they are


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx: first of all, and after the last judgement."""
    app.connect("builder-inited", begin, priority=50)
    app.connect("build-finished", close, priority=1050)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

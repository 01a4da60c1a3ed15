"""Scripts that stand in pages themselves, minified, and that pages follow."""

from functools import cache, partial
from pathlib import Path

import rjsmin
from sphinx.application import Sphinx


@cache  # emptied when a build begins
def minified(*files: Path) -> str:
    """Return scripts as one text, minified: short enough to stand in each page that uses them."""
    return "\n".join(rjsmin.jsmin(file.read_text("utf-8")) for file in files)


def follow(app: Sphinx, *files: Path) -> None:
    """Start each build from scripts as they are, and have every page read again when one changes.

    An extension calls this as it is set up.
    """
    app.connect("builder-inited", _begin)
    app.connect("source-read", partial(_note, files))


def _begin(_app: Sphinx) -> None:
    minified.cache_clear()


def _note(files: tuple[Path, ...], app: Sphinx, _docname: str, _content: list[str]) -> None:
    for file in files:
        app.env.note_dependency(str(file))

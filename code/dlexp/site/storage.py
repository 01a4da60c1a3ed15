"""Search and theme button work where a browser keeps nothing for a site.

All cookies blocked, or a page in a sandbox: then the scripts of the theme and of Sphinx would stop
at their first look into the storage. A script that stands before them puts a memory in its place.
"""

from functools import cache
from typing import Any

import rjsmin
from sphinx.application import Sphinx

from dlexp import paths

SCRIPT = paths.BOOK / "_interactive" / "storage.js"
"""Short enough to stand in each page, where nothing can come before it."""


@cache  # emptied when a build begins
def element() -> str:
    """Return the script as an element of HTML."""
    script: str = rjsmin.jsmin(SCRIPT.read_text("utf-8"))
    return f"\n    <script>{script}</script>"


def begin(_app: Sphinx) -> None:
    """Start from the file as it is now."""
    element.cache_clear()


def add_script(
    _app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Put the script before the title of a page; styles and scripts come behind that."""
    context["metatags"] = element() + (context.get("metatags") or "")


def follow_script(app: Sphinx, _docname: str, _content: list[str]) -> None:
    """Have a page read again when the script changes."""
    app.env.note_dependency(str(SCRIPT))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", begin)
    app.connect("source-read", follow_script)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

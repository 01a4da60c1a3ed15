"""Search and theme button work where a browser keeps nothing for a site.

All cookies blocked, or a page in a sandbox: then the scripts of the theme and of Sphinx would stop
at their first look into the storage. A script that stands before them puts a memory in its place.
"""

from typing import Any

from sphinx.application import Sphinx

from dlexp import paths
from dlexp.site import inlined

SCRIPT = paths.BOOK / "_interactive" / "storage.js"
"""Short enough to stand in each page, where nothing can come before it."""


def add_script(
    _app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Put the script before the title of a page; styles and scripts come behind that."""
    element = f"\n    <script>{inlined.minified(SCRIPT)}</script>"
    context["metatags"] = element + (context.get("metatags") or "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    inlined.follow(app, SCRIPT)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

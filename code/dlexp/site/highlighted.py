"""The pages of source code are coloured once, and again when the source is another.

Colouring the package takes longer than writing the rest of the site. What comes out is decided by
the text and by Pygments; Sphinx puts links and anchors in afterwards.
"""

from importlib.metadata import version
from typing import Any

from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

from dlexp.site import kept

_VERSIONS = f"Pygments {version('pygments')}, Sphinx {version('sphinx')}"


def colour(
    bridge: PygmentsBridge,
    source: str,
    lang: str,
    opts: dict[str, Any] | None = None,
    force: bool = False,
    location: Any = None,
    **how: Any,
) -> str:
    """Return a text in colours; one that stands in no page is kept from build to build."""

    def make() -> str:
        block = PygmentsBridge.highlight_block
        return block(bridge, source, lang, opts, force, location, **how)

    if location is not None:
        return make()
    return kept.text(f"{_VERSIONS}, {lang}, {opts}, {force}, {sorted(how.items())}\n{source}", make)


def begin(app: Sphinx) -> None:
    """Have the builder colour in this way."""
    bridge = getattr(app.builder, "highlighter", None)
    if isinstance(bridge, PygmentsBridge):
        vars(bridge)["highlight_block"] = lambda *given, **how: colour(bridge, *given, **how)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", begin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

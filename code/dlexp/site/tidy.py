"""Pages without what the theme carries needlessly, and with names that a screen reader can say."""

import re
from pathlib import Path

from sphinx.application import Sphinx

REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    # The icons come from a font that the style loads anyway; the script is half of a page's weight.
    (re.compile(r'\s*<script [^>]*src="[^"]*fontawesome\.js[^"]*"[^>]*></script>'), ""),
    (re.compile(r'\s*<link [^>]*rel="preload"[^>]*fontawesome\.js[^>]*>'), ""),
)


def tidy(html: str) -> str:
    """Return a page with every repair made; a page that has them already stays as it is."""
    for pattern, replacement in REPAIRS:
        html = pattern.sub(replacement, html)
    return html


def tidy_site(app: Sphinx, exception: Exception | None) -> None:
    """Repair the pages that were written."""
    if exception is not None or app.builder.format != "html":
        return
    for file in Path(app.outdir).rglob("*.html"):
        before = file.read_text("utf-8")
        after = tidy(before)
        if after != before:
            file.write_text(after, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("build-finished", tidy_site)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

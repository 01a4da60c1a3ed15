"""Small built sites, as the theme writes them, for tests of what is made of a site."""

from collections.abc import Iterable
from pathlib import Path

from dlexp import paths
from dlexp.site.built import Site

PAGE = """<html><head><link rel="stylesheet" href="_static/a.css"></head><body>
<p class="logo__title">A book</p><nav class="bd-docs-nav">
<ul><li class="toctree-l1"><a href="index.html">A book</a></li></ul>
<p class="caption">Part one</p><ul>{listed}
<li class="toctree-l1 has-children"><a href="api.html">The package</a>
<ul><li class="toctree-l2"><a href="api_byhand.html">By hand</a></li></ul></li></ul></nav>
<article class="bd-article">{text}</article>
<footer class="bd-footer-content">By us</footer></body></html>"""

LISTED = '<li class="toctree-l1"><a href="{name}.html">{name}</a>{below}</li>'


def made(folder: Path, **pages: str) -> Site:
    """Write a site of a first page and of others, each by its name and what it says."""
    (folder / "_static").mkdir()
    chapters = [name for name in pages if paths.chapter(name, pages) == name]
    listed = "".join(LISTED.format(name=name, below=_below(name, pages)) for name in chapters)
    for name, text in {"index": "<section><h1>A book</h1></section>", **pages}.items():
        (folder / f"{name}.html").write_text(PAGE.format(listed=listed, text=text), "utf-8")
    return Site(folder)


def _below(chapter: str, pages: Iterable[str]) -> str:
    """Return the list of the pages that continue one."""
    listed = [
        LISTED.format(name=name, below="") for name in pages if name.startswith(f"{chapter}_")
    ]
    return f"<ul>{''.join(listed)}</ul>" if listed else ""

"""Small built sites, as the theme writes them, for tests of what is made of a site."""

from pathlib import Path

from dlexp.site.built import Site

PAGE = """<html><head><link rel="stylesheet" href="_static/a.css"></head><body>
<p class="logo__title">A book</p><nav class="bd-docs-nav">
<ul><li class="toctree-l1"><a href="index.html">A book</a></li></ul>
<p class="caption">Part one</p><ul>{listed}
<li class="toctree-l1 has-children"><a href="api.html">The package</a></li></ul></nav>
<article class="bd-article">{text}</article>
<footer class="bd-footer-content">By us</footer></body></html>"""

LISTED = '<li class="toctree-l1"><a href="{name}.html">{name}</a></li>'


def made(folder: Path, **pages: str) -> Site:
    """Write a site of a first page and of others, each by its name and what it says."""
    (folder / "_static").mkdir()
    listed = "".join(LISTED.format(name=name) for name in pages)
    for name, text in {"index": "<section><h1>A book</h1></section>", **pages}.items():
        (folder / f"{name}.html").write_text(PAGE.format(listed=listed, text=text), "utf-8")
    return Site(folder)

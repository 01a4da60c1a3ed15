"""What search engines and messengers are told of a page: a description, and cards if it can.

A description needs no address, so each page has one. What needs one, the page's canonical address,
the card that messengers show (https://ogp.me) and ``sitemap.xml``, comes with one setting of
``_config.yml``, and not without it::

    html:
      baseurl: https://example.org/book/

The libraries for these, sphinx-sitemap and sphinxext-opengraph, would name ``/book/grad_cam.html``,
which is no address of this site.
"""

import re
from base64 import b64decode
from html import escape, unescape
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from dlexp.lab import drafts
from dlexp.site import complete, notebooks
from dlexp.site.addresses import absolute, address, in_order

SHORTEST, LONGEST = 80, 200
"""Characters of a description: sentences are added to the first until it has so many."""

TITLES = {"genindex": "Index", "search": "Search"}
"""Of the pages that Sphinx makes without saying theirs."""

_SENTENCE = re.compile(r".+?[.?!][”’)]*(?=\s|$)", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def summary(text: str) -> str:
    """Return the first sentence of a text, with the next ones while it is short; cut if it is long.

    Examples
    --------
    >>> summary("What is it for? A network says “two”, and it is right, says the report that we "
    ...         "read. The rest is for those who stay.")
    'What is it for? A network says “two”, and it is right, says the report that we read.'
    """
    text = " ".join(text.split())
    said = ""
    for sentence in _SENTENCE.findall(text) or [text]:
        if said and (len(said) >= SHORTEST or len(said) + len(sentence) > LONGEST):
            break
        said += sentence
    if len(said) <= LONGEST:
        return said.strip()
    return f"{said[:LONGEST].rpartition(' ')[0]} …"


def described(doctree: nodes.Node) -> str:
    """Return what a page says first, in words alone; empty if it says nothing."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section) and not paragraph.next_node(nodes.math):
            return summary(paragraph.astext())
    return ""


def meta(name: str, content: str, key: str = "name") -> str:
    """Return an element for the head of a page.

    Examples
    --------
    >>> meta("og:title", "Means & more", key="property")
    '<meta property="og:title" content="Means &amp; more" />'
    """
    return f'<meta {key}="{name}" content="{escape(content)}" />'


def describe(
    app: Sphinx,
    pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.Node | None,
) -> None:
    """Put the description into the head of a page, and what needs an address if there is one."""
    book = app.config.html_title
    title = _title(app, pagename, context) or book
    said = described(doctree) if doctree is not None else ""
    said = said or (f"{title}: {book}" if title != book else book)
    lines = [meta("description", said)]
    if url := absolute(app.config.html_baseurl, pagename):
        context["pageurl"] = url
        given = {"type": "article", "title": title, "description": said, "url": url}
        given |= {"site_name": book}
        if doctree is not None and (picture := _picture(app, pagename, doctree)):
            given |= picture
        lines += [meta(f"og:{name}", said, key="property") for name, said in given.items()]
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def _title(app: Sphinx, pagename: str, context: dict[str, Any]) -> str:
    """Return the title of a page in words, without the number that the contents give it."""
    if pagename in app.env.titles:
        return app.env.titles[pagename].astext()
    return unescape(_TAG.sub("", context.get("title", ""))) or TITLES.get(pagename, "")


def _picture(app: Sphinx, pagename: str, doctree: nodes.Node) -> dict[str, str]:
    """Write a page's first figure as PNG, for messengers show no SVG; return how to name it."""
    files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}
    for image in doctree.findall(nodes.image):
        source = files.get(PurePosixPath(image["uri"]).name)
        if source is not None and source.suffix in (".svg", ".png"):
            name = f"{app.builder.imagedir}/card-{address(pagename)}.png"
            file = Path(app.outdir, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b64decode(notebooks.png(source)))
            base = app.config.html_baseurl.rstrip("/")
            return {"image": f"{base}/{name}", "image:alt": image.get("alt", "")}
    return {}


def sitemap(app: Sphinx, exception: Exception | None) -> None:
    """Write the list of all pages that robots read, if the site has an address; not of a draft."""
    out, base = Path(app.outdir), app.config.html_baseurl
    if exception or not base or drafts.are_shown() or complete.stands(out):
        return
    pages = [app.config.root_doc, *in_order(app.env)]
    urls = "\n".join(f"<url><loc>{escape(absolute(base, page))}</loc></url>" for page in pages)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    )
    (out / "sitemap.xml").write_text(text, "utf-8")


def check(_app: Sphinx, config: Config) -> None:
    """Refuse an address that is none; with another one, every page is written again."""
    if config.html_baseurl and not re.match(r"https?://\w", config.html_baseurl):
        raise ConfigError(
            f"html.baseurl must begin with https:// or http://; got {config.html_baseurl!r}"
        )
    config.dlexp_address = config.html_baseurl


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.add_config_value("dlexp_address", "", "env")
    app.connect("config-inited", check)
    app.connect("html-page-context", describe)
    app.connect("build-finished", sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Addresses of pages: ``book/grad_cam.md`` is published as ``/grad_cam.html``.

The folder says the kind of a file to whoever works on the book; a reader's address need not repeat
it, and the landing page ``book/index.md`` is the real ``/index.html``, not a redirect to it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from dlexp import paths
from dlexp.site import alone, search, search_index

FOLDER = "book/"
"""The folder of the pages, as it starts their Sphinx names."""

_BEFORE, _AFTER = "Search.setIndex(", ")"


def address(docname: str) -> str:
    """Return the address, without suffix, of a page of the site.

    Examples
    --------
    >>> address("book/grad_cam")
    'grad_cam'
    >>> address("genindex")
    'genindex'
    """
    return docname.removeprefix(FOLDER)


def chapter(env: BuildEnvironment, docname: str = "") -> str:
    """Return the chapter to which a page belongs, or that which is read: it, or what it continues.

    What continues ``grad_cam`` is called ``grad_cam_tests``, and states claims of ``grad_cam``.
    """
    return paths.chapter(address(docname or env.docname), map(address, env.found_docs))


def absolute(base: str, docname: str) -> str:
    """Return the address of a page on the web; empty where the site has none.

    Parameters
    ----------
    base : str
        Where the site is, as ``html_baseurl`` says; empty where it is a folder.
    docname : str

    Examples
    --------
    >>> absolute("https://example.org/nets", "book/grad_cam")
    'https://example.org/nets/grad_cam.html'
    >>> absolute("https://example.org/", "book/index"), absolute("", "book/index")
    ('https://example.org/', '')
    """
    if not base:
        return ""
    name = address(docname)
    return f"{base.rstrip('/')}/" + ("" if name == "index" else f"{name}.html")


def in_order(env: BuildEnvironment) -> list[str]:
    """Return the pages below the first, as one reads them in the contents of the book."""
    contents: dict[str, list[str]] = getattr(env, "toctree_includes", {})

    def below(docname: str) -> Iterator[str]:
        for page in contents.get(docname, ()):
            yield page
            yield from below(page)

    return list(below(env.config.root_doc))


def readdress_index(script: str) -> str:
    """Return a search index whose page names are addresses.

    The search page makes its links from these names, so they must be the addresses.

    Raises
    ------
    ValueError
        If the script is not the call that Sphinx writes.

    Examples
    --------
    >>> readdress_index('Search.setIndex({"docnames": ["book/a", "book/index"]})')
    'Search.setIndex({"docnames":["a","index"]})'
    """
    if not (script.startswith(_BEFORE) and script.endswith(_AFTER)):
        raise ValueError(f"a search index is {_BEFORE}...{_AFTER}; got {script[:40]!r}")
    index: dict[str, Any] = json.loads(script[len(_BEFORE) : -len(_AFTER)])
    index["docnames"] = [address(name) for name in index["docnames"]]
    written = json.dumps(index, separators=(",", ":"), sort_keys=True)
    # As a plain key, this word would set the prototype of the object and be no property of it.
    return _BEFORE + written.replace('"__proto__":', '["__proto__"]:') + _AFTER


class BookBuilder(StandaloneHTMLBuilder):
    """Sphinx's HTML builder with the addresses of the book."""

    name = "html"

    def get_outfilename(self, pagename: str) -> str:
        """Return the file that a page is written to."""
        return super().get_outfilename(address(pagename))

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the target of links to a page."""
        return super().get_target_uri(address(docname), typ)

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        """Copy what the theme brings, with a search that finds any word."""
        super().copy_theme_static_files(context)
        search.mend(Path(self.outdir, "_static", "searchtools.js"))

    def load_indexer(self, docnames: Any) -> None:
        """Start from what is known of the pages that are not written; most builds write all."""
        if self.indexer is not None and alone.are_written(self.env):
            search_index.load(self.indexer, self._collected, self.env.found_docs - set(docnames))

    @property
    def _collected(self) -> Path:
        return Path(self.doctreedir, "search_index.json")

    def dump_search_index(self) -> None:
        """Write the search index, with addresses."""
        if self.indexer is not None:
            search_index.save(self.indexer, self._collected)
        super().dump_search_index()
        file = Path(self.outdir, self.searchindex_filename or "searchindex.js")
        file.write_text(readdress_index(file.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the builder in place of Sphinx's own."""
    app.add_builder(BookBuilder, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

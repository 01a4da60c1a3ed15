"""The list of chapters beside a page is made of titles, and once for pages that are not in it.

For each page Sphinx copies the contents of all pages, with every function of the package, and
drops what is no title afterwards. And where a page is not in the list, as those of source code are
not, nothing in it is marked: its addresses differ with the depth of the page's folder only.
"""

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_LISTS: dict[tuple[int, str], str] = {}
"""The lists of this build, by depth and by what the theme asked for."""

_TITLES: dict[str, nodes.bullet_list] = {}
"""The contents of all pages in this build, as far as they are titles or name other pages."""


def begin(_app: Sphinx) -> None:
    """Start with none."""
    _LISTS.clear()
    _TITLES.clear()


def lighten(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Have the list of a page made with less work."""
    make = _of_titles(app.env, context["toctree"])
    if pagename not in app.env.found_docs:
        make = _once(make, app.builder.get_target_uri(pagename))
    context["toctree"] = make


def _of_titles(env: BuildEnvironment, make: Callable[..., str]) -> Callable[..., str]:
    def toctree(**how: Any) -> str:
        if not how.get("titles_only"):
            return make(**how)
        if not _TITLES:
            _TITLES.update({page: titles(contents) for page, contents in env.tocs.items()})
        whole, env.tocs = env.tocs, _TITLES
        try:
            return make(**how)
        finally:
            env.tocs = whole

    return toctree


def titles(contents: nodes.bullet_list) -> nodes.bullet_list:
    """Return the contents of a page without its sections, but with the pages that it lists."""
    cut = contents.copy()
    cut += [_title(e) if isinstance(e, nodes.list_item) else e.deepcopy() for e in contents]
    return cut


def _title(entry: nodes.list_item) -> nodes.list_item:
    """Return an entry with its title, and a list of lists of pages if it has some."""
    cut = entry.copy()
    cut += [child.deepcopy() for child in entry.children[:1]]
    if pages := [each.copy() for each in entry.findall(addnodes.toctree)]:
        cut += nodes.bullet_list("", *pages)
    return cut


def _once(make: Callable[..., str], address: str) -> Callable[..., str]:
    def toctree(**how: Any) -> str:
        key = (address.count("/"), repr(sorted(how.items())))
        if key not in _LISTS:
            _LISTS[key] = make(**how)
        return _LISTS[key]

    return toctree


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, before the theme, which asks for the list."""
    app.connect("builder-inited", begin)
    app.connect("html-page-context", lighten, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

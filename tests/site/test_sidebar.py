"""The list of chapters beside a page: as Sphinx makes it, of titles only, and not too often."""

import sys
from types import ModuleType
from typing import Any

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from dlexp.site import sidebar

MODULES = "".join(
    f".. automodule:: dlexp.lab.{name}\n   :members:\n" for name in ("again", "blame")
)
PAGES = {
    "index": "# Title\n\n## Contents\n\n```{toctree}\nother\n```\n\n```{toctree}\nhidden\n```",
    "other": f"# Other\n\n## Part\n\n```{{eval-rst}}\n{MODULES}```",
    "hidden": "# With pages\n\n## Part\n\n### Deeper\n\n```{toctree}\n:hidden:\ndeep\n```",
    "deep": "# Deep\n\n## Part\n\n# A second title",
}
TITLES = {"collapse": False, "titles_only": True, "includehidden": True}
KINDS: tuple[dict[str, bool], ...] = ({"collapse": False}, TITLES, {**TITLES, "collapse": True})


def test_lists_are_those_of_sphinx_and_made_once_for_each_depth(
    build, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, lists, own = [], {}, {}
    real = StandaloneHTMLBuilder._get_local_toctree

    def counted(builder: StandaloneHTMLBuilder, page: str, **how: Any) -> str:
        contents = [toc for toc in builder.env.tocs.values() if how.get("titles_only")]
        assert not ["Part" for toc in contents if "Part" in toc.astext()]  # nothing to be dropped
        made.append(page)
        return real(builder, page, **how)

    def ask(app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
        lists[page] = [context["toctree"](**how) for how in KINDS]
        own[page] = [real(app.builder, page, **how) for how in KINDS]

    theme = ModuleType("asking_theme")
    theme.setup = lambda app: app.connect("html-page-context", ask) and {}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, theme.__name__, theme)
    monkeypatch.setattr(StandaloneHTMLBuilder, "_get_local_toctree", counted)
    build(["dlexp.site.unloaded", "dlexp.site.sidebar", theme.__name__], **PAGES)
    assert {"genindex", "search", "_modules/index", "_modules/dlexp/lab/again"} < lists.keys()
    assert lists == own
    assert "Deep" in lists["other"][1]
    outside = [page for page in lists if page not in PAGES]
    depths = {page.count("/") for page in outside}
    assert depths == {0, 1, 3}
    assert len(made) == len(KINDS) * (len(PAGES) + len(depths))


def test_titles_leave_the_contents_as_they_are(build) -> None:
    contents = build("dlexp.site.sidebar", index="# Title\n\n## Part").app.env.tocs["index"]
    cut = sidebar.titles(contents)
    assert isinstance(cut, nodes.bullet_list)
    assert (cut.astext().split(), contents.astext().split()) == (["Title"], ["Title", "Part"])

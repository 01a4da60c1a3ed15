"""Links that have a preview, and what they say before a reader follows them."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from demo import ADDRESS, COUNTED, REGISTER, box, page
from dlexp.site import previews
from dlexp.site.addresses import address

pytestmark = pytest.mark.usefixtures("chapter")

EXTENSIONS = ["dlexp.site.addresses", "dlexp.site.claim", "dlexp.site.previews"]
LINKS = f"""[See](#{ADDRESS}), [there](#claim-demo-never), {{term}}`kernel`, [other](other.md).
"""
WORDS = '```{glossary}\nkernel\n  A *small* grid of `"w"` & 1 < 2.\n```\n'
MEANING = 'A small grid of "w" & 1 < 2.'
PAGES = {
    "book/index": page(LINKS, box()),
    "book/other": page(COUNTED, LINKS, "$$\na\n$$ (one)\n\n{eq}`one` is it.\n", title="Another"),
    "book/words": page(WORDS, title="Words"),
    "book/claims": page(REGISTER, title="Claims"),
    "book/reading": page(title="Reading"),
}


def previewed(markup: str) -> dict[str, Tag]:
    """Return the links of a page that have a preview, by their text."""
    return {a.get_text(): a for a in BeautifulSoup(markup, "html.parser").select("a.previewed")}


def test_links_say_what_stands_on_other_pages(build: Callable[..., Any]) -> None:
    built = build(EXTENSIONS, **PAGES)
    first, second = previewed(built.page("index")), previewed(built.page("other"))
    assert built.warnings == []
    assert [(a, first[a].get("title")) for a in ("See", "there", "kernel")] == [
        ("See", None), ("there", "It never fails."), ("kernel", MEANING)
    ]  # fmt: skip
    assert [(a, second[a].get("title")) for a in ("See", "there", "kernel", "(1)")] == [
        ("See", "A is better & faster than B."),  # without its verdict
        ("there", None), ("kernel", MEANING), ("(1)", None),
    ]  # fmt: skip
    assert "other" not in {*first, *second}
    assert "&quot;w&quot; &amp; 1 &lt; 2" in built.page("index")
    with_script = {name for name in PAGES if "aria-describedby" in built.page(address(name))}
    assert with_script == {"book/index", "book/other"}
    # What another page says lies in the environment, where `alone` sees that it changed.
    assert previews.definitions(built.app.env) == {"book/words": {"term-kernel": MEANING}}
    previews.purge(built.app, built.app.env, "book/words")
    assert previews.definitions(built.app.env) == {}

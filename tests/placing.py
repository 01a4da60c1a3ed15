"""What the cells of a real page publish, and what its prose places."""

import re
from typing import Any

import pytest

from dlexp import chapters, paths
from dlexp.draw import publish

CALL = re.compile(r"^(page\w*)\.(\w+)\((runs)?\)$", re.MULTILINE)
PLACE = re.compile(r"\{glue(?::\w+)?\}[` ](\w+)")


def collected(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return a collection into which all goes that is published from now on, by its name."""
    items: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: items.update({name: value}))
    return items


def check(slug: str, monkeypatch: pytest.MonkeyPatch, *, calls: int) -> None:
    """Run a page's so many calls with the chapter's records: all that they publish is placed."""
    text = (paths.BOOK / f"{slug}.md").read_text("utf-8")
    found = CALL.findall(text)
    published, runs = collected(monkeypatch), chapters.load(slug)
    for module, name, argument in found:
        getattr(chapters.module(slug, module), name)(*[runs] * bool(argument))
    assert sorted(published) == sorted(set(PLACE.findall(text)))
    assert len(found) == calls

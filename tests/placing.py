"""What the cells of a real page publish, and what its prose places."""

import re
from typing import Any

import pytest

from dlexp import chapters, paths
from dlexp.draw import publish

CALL = re.compile(r"^(page\w*)\.(\w+)\((runs)?\)$", re.MULTILINE)
PLACE = re.compile(r"\{glue(?::\w+)?\}[` ](?:[\w.]+::)?(\w+)")
"""What is published on this page, or on another one: ``grad_cam.md::peak``."""


def collected(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return a collection into which all goes that is published from now on, by its name."""
    items: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: items.update({name: value}))
    return items


def chapter_text(slug: str) -> str:
    """Return the text of a chapter: that of its page, and of those that continue it."""
    pages = {page.stem: page for page in sorted(paths.BOOK.glob("*.md"))}
    own = [page for name, page in pages.items() if paths.chapter(name, pages) == slug]
    return "".join(page.read_text("utf-8") for page in own)


def check(slug: str, monkeypatch: pytest.MonkeyPatch, *, calls: int) -> None:
    """Run a chapter's so many calls with its records: all that they publish is placed."""
    text = chapter_text(slug)
    found = CALL.findall(text)
    published, runs = collected(monkeypatch), chapters.load(slug)
    for module, name, argument in found:
        getattr(chapters.module(slug, module), name)(*[runs] * bool(argument))
    assert sorted(published) == sorted(set(PLACE.findall(text)))
    assert len(found) == calls

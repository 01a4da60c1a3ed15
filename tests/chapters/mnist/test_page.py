"""The page on measuring: what it places is what its functions publish."""

import re
from typing import Any

import pytest

from dlexp import paths
from dlexp.chapters.mnist import measure, page, page_chance
from dlexp.draw import publish
from dlexp.lab.runs import load

TEXT = (paths.BOOK / "mnist.md").read_text("utf-8")


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = load(measure.units())
    published: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: published.update({name: value}))

    calls = re.findall(r"^(page\w*)\.(\w+)\((runs)?\)$", TEXT, re.MULTILINE)
    for module, name, argument in calls:
        modules = {"page": page, "page_chance": page_chance}
        getattr(modules[module], name)(*[runs] * bool(argument))

    placed = re.findall(r"\{glue(?::\w+)?\}[` ](\w+)", TEXT)
    assert sorted(published) == sorted(set(placed))
    assert len(calls) == 11


def test_a_lead_of_seven_images_is_told_among_nine_at_most() -> None:
    assert page_chance.told(7, 7)
    assert not page_chance.told(25, 7)

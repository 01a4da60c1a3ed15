"""The page on weight decay: what it places is what its functions publish."""

import re
from typing import Any

import pytest

from dlexp import paths
from dlexp.chapters.weight_decay import measure, page
from dlexp.draw import publish
from dlexp.lab.runs import load

TEXT = (paths.BOOK / "weight_decay.md").read_text("utf-8")


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = load(measure.units())
    published: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: published.update({name: value}))

    calls = re.findall(r"^page\.(\w+)\((runs)?\)$", TEXT, re.MULTILINE)
    for name, argument in calls:
        getattr(page, name)(*[runs] * bool(argument))

    placed = re.findall(r"\{glue(?::\w+)?\}[` ](\w+)", TEXT)
    assert sorted(published) == sorted(set(placed))
    assert len(calls) == 7


def test_the_paired_test_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """By `scipy.stats.binomtest`: 42 of 67 have p = 0.0498, 43 of 69 have p = 0.0533."""
    published: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: published.update({name: value}))

    page.reported()

    assert str(published["disagree"]) == "67"

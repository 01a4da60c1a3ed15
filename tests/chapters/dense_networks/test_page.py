"""The page on dense networks: what it places is what its functions publish."""

import re
from typing import Any

import pytest

from dlexp import paths
from dlexp.chapters.dense_networks import measure, page, page_contests
from dlexp.draw import publish
from dlexp.lab.runs import load

TEXT = (paths.BOOK / "dense_networks.md").read_text("utf-8")


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = load(measure.units())
    published: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: published.update({name: value}))

    calls = re.findall(r"^(page\w*)\.(\w+)\(runs\)$", TEXT, re.MULTILINE)
    for module, name in calls:
        getattr({"page": page, "page_contests": page_contests}[module], name)(runs)

    placed = re.findall(r"\{glue(?::\w+)?\}[` ](\w+)", TEXT)
    assert sorted(published) == sorted(set(placed))
    assert len(calls) == 11

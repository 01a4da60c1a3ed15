"""The page on pooling and dropout: what it places is what its functions publish."""

import re
from typing import Any

import pytest

from dlexp import paths
from dlexp.chapters.pooling_dropout import measure, page, page_cures, page_dropout
from dlexp.draw import publish
from dlexp.lab.runs import load

TEXT = (paths.BOOK / "pooling_dropout.md").read_text("utf-8")


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = load(measure.units())
    published: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: published.update({name: value}))

    modules = {"page": page, "page_cures": page_cures, "page_dropout": page_dropout}
    calls = re.findall(r"^(page\w*)\.(\w+)\((runs)?\)$", TEXT, re.MULTILINE)
    for module, name, argument in calls:
        getattr(modules[module], name)(*[runs] * bool(argument))

    placed = re.findall(r"\{glue(?::\w+)?\}[` ](\w+)", TEXT)
    assert sorted(published) == sorted(set(placed))
    assert len(calls) == 18

"""The page on batch normalisation: it publishes what it places, from any runs."""

import re

import numpy as np
import pytest

from dlexp import paths
from dlexp.chapters.batch_norm import page
from dlexp.draw import publish
from dlexp.lab.runs import Runs


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    items: dict[str, object] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: items.setdefault(name, value))
    return items


def test_the_page_publishes_what_it_places(made_up: Runs, published: dict[str, object]) -> None:
    x = np.random.default_rng(0).normal(size=(12, 3))
    text = (paths.PROJECT / "book" / "batch_norm.md").read_text("utf-8")

    page.steps(x, np.ones(3), np.zeros(3))
    for publishes in (page.sharing, page.conventions, page.law):
        publishes()
    for publishes_runs in (
        page.counts, page.biases, page.rates, page.race, page.scales, page.batches, page.lags,
        page.noise,
    ):  # fmt: skip
        publishes_runs(made_up)

    placed = re.findall(r"\{glue:text\}`(\w+)`|^```\{glue(?::figure)?\} (\w+)", text, re.MULTILINE)
    assert set(published) == {number or block for number, block in placed}


def test_numbers_are_those_of_the_runs(made_up: Runs, published: dict[str, object]) -> None:
    page.law()
    page.rates(made_up)
    page.biases(made_up)

    assert published["law_Keras"] == "9%"
    assert published["seeds"] == "3"
    assert published["differ_biased"] == "1.0%"


def test_the_recorded_values_are_those_the_module_was_written_for() -> None:
    assert page.recorded()["parameters"] == {"dense": 220, "norm": 40, "running": 40}

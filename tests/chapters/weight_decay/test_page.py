"""The page on weight decay: what it places is what its functions publish."""

import pytest

import placing
from dlexp.chapters.weight_decay import page


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("weight_decay", monkeypatch, calls=8)


def test_the_paired_test_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """By `scipy.stats.binomtest`: 42 of 67 have p = 0.0498, 43 of 69 have p = 0.0533."""
    published = placing.collected(monkeypatch)

    page.reported()

    assert str(published["disagree"]) == "67"

"""The page on LSTM windows: what it places is what its functions publish."""

import pytest

import placing
from dlexp.chapters.lstm_windows import page_further, rules


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("lstm_windows", monkeypatch, calls=16)


def test_every_mistake_has_words() -> None:
    assert tuple(page_further.MISTAKES) == rules.MISTAKES

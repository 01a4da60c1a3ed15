"""The page on logistic regression: what it places is what its functions publish."""

import pytest

import placing


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("logistic_regression", monkeypatch, calls=16)

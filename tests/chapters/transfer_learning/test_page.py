"""The page on transfer learning: what it places is what its functions publish."""

import pytest

import placing


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("transfer_learning", monkeypatch, calls=8)

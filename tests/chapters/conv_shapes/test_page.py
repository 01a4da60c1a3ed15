"""The page on shapes: what it places is what its functions publish."""

import pytest

import placing


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("conv_shapes", monkeypatch, calls=26)

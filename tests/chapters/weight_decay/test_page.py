"""The page on weight decay: what it places is what its functions publish."""

import pytest

import placing
from dlexp import chapters
from dlexp.chapters.weight_decay import claims, page, travels


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("weight_decay", monkeypatch, calls=8)


def test_a_loss_saved_is_told_as_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of means has 0.05664 without a penalty, and 0.05467 with report C's."""
    published = placing.collected(monkeypatch)

    page.strengths(chapters.load("weight_decay"))

    assert str(published["loss_saved"]) == "3.5"


def test_on_clothes_two_verdicts_would_be_open_if_corrected() -> None:
    """The page says so of dropout and of stopping."""
    asked = len(list(claims.claims(chapters.load("weight_decay"))))

    settled = travels.claims(chapters.load_elsewhere("weight_decay"))

    opened = {claim.name for claim in settled if not claim.holds_among(asked)}
    assert opened == {"dropout_ahead", "beats_stopping"}

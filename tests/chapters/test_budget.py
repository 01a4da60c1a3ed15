"""What the records cost: no more than each chapter may."""

import pytest

from dlexp import chapters
from dlexp.site import provenance


@pytest.mark.parametrize("slug", chapters.slugs())
def test_a_chapter_computed_from_nothing_stays_within_its_budget(slug: str) -> None:
    assert provenance.minutes(chapters.load(slug)) <= chapters.budget(slug)


def test_more_than_usual_is_a_chapters_own_word(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = chapters.module("conv_shapes", "measure")
    usual = chapters.budget("conv_shapes")
    monkeypatch.setattr(measure, "BUDGET", 7, raising=False)

    assert (usual, chapters.budget("conv_shapes")) == (chapters.BUDGET, 7)

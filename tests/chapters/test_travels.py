"""What is asked again on Fashion-MNIST: the same claims, of the same bounds, on records there."""

import pytest

from dlexp import chapters
from dlexp.lab.elsewhere import FASHION
from dlexp.site import provenance
from shaking import decided_by_outcome, unshaken

TRAVELLING = [slug for slug in chapters.slugs() if chapters.travels(slug)]
IGNORED = "ignore:invalid value encountered:RuntimeWarning"


def test_some_chapters_travel() -> None:
    assert len(TRAVELLING) > 3


@pytest.mark.parametrize("slug", TRAVELLING)
def test_all_units_are_on_the_second_data_set_and_no_published_claim_reads_them(slug: str) -> None:
    assert {record.name for record in chapters.load(slug)}.isdisjoint(
        record.name for record in chapters.load_elsewhere(slug)
    )
    away = [unit for unit in chapters.units(slug) if unit.data != "mnist"]
    assert {unit.data for unit in away} == {FASHION}
    assert all(need.data == FASHION for unit in away for need in unit.needs)


@pytest.mark.parametrize("slug", TRAVELLING)
def test_what_is_asked_again_is_what_was_asked(slug: str) -> None:
    at_home = {claim.id: claim for claim in chapters.claims(chapters.load(slug))}

    for claim in chapters.claims_elsewhere(chapters.load_elsewhere(slug)):
        asked = at_home[claim.id]
        assert (claim.asserted, claim.measure) == (asked.asserted, asked.measure)
        assert (claim.scale, claim.is_paired) == (asked.scale, asked.is_paired)


@pytest.mark.parametrize("slug", TRAVELLING)
@pytest.mark.filterwarnings(IGNORED)
def test_what_came_out_there_rests_on_its_records_and_on_no_outcome(slug: str) -> None:
    runs, settle = chapters.load_elsewhere(slug), chapters.module(slug, "travels").claims

    assert unshaken(runs, settle) == []
    assert decided_by_outcome(runs, settle) == []


def test_all_of_it_stays_within_its_budget() -> None:
    minutes = sum(provenance.minutes(chapters.load_elsewhere(slug)) for slug in TRAVELLING)

    assert minutes <= chapters.TRAVELS_BUDGET


def test_a_chapter_that_does_not_travel_has_nothing_there() -> None:
    assert len(chapters.load_elsewhere("conv_shapes")) == 0
    assert chapters.claims_elsewhere(chapters.load_elsewhere("conv_shapes")) == []

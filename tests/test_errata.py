"""Editions and errata: they say what the changelog says, and what the claims say today."""

import re
from functools import cache

import pytest

from dlexp import chapters, paths
from dlexp.site import errata, placed
from dlexp.site.evidence import evidence
from dlexp.site.numerals import numerals

LISTED = errata.load()


@cache
def changelog() -> str:
    return " ".join(errata.CHANGELOG.read_text("utf-8").split())


@pytest.mark.parametrize("each", LISTED["corrections"], ids=lambda each: each["was"][:30])
def test_a_correction_stands_in_the_changelog_and_its_claim_bears_it(each: dict[str, str]) -> None:
    assert each["changelog"] in changelog()
    assert each["page"] in chapters.slugs()
    if "claim" in each:
        claim = evidence(each["claim"].partition(".")[0]).claims[each["claim"]]
        assert claim.verdict.value == each["verdict"]


@pytest.mark.parametrize("each", LISTED["corrections"], ids=lambda each: each["was"][:30])
def test_what_a_correction_says_now_is_not_typed(each: dict[str, str]) -> None:
    typed = re.sub(r"\{effect\}`[^`]+`", "", f"{each['now']} {each['why']}")

    assert numerals(typed) == []
    said = placed.plain(each["now"], each["page"])
    for number in re.findall(r"\d+\.\d+", said):  # where the changelog has it, it has it so
        assert f"{number} " in each["changelog"]


def test_the_verdicts_that_moved_are_those_of_the_changelog() -> None:
    told = changelog()[changelog().index("Settled now, in the direction") :]
    told = told[: told.index("`rows_carry_order`.") + len("`rows_carry_order`")]
    settled, lost = told.split("No longer settled")
    moved = LISTED["verdicts"]
    names = {each["claim"].partition(".")[2]: each for each in moved}

    assert sorted(re.findall(r"`(\w+)`", told)) == sorted(names)
    assert f"{len(moved)} of 165 verdicts are others" in changelog()
    for name in re.findall(r"`(\w+)`", settled):
        assert (names[name]["was"], names[name]["became"] != "inconclusive") == (
            "inconclusive",
            True,
        )
    assert {names[name]["became"] for name in re.findall(r"`(\w+)`", lost)} == {"inconclusive"}
    assert {each["claim"].partition(".")[0] for each in moved} <= {*chapters.slugs()}


def test_a_verdict_of_today_is_that_of_its_claim() -> None:
    assert errata.verdict_now("keras_tuner.test_chosen_flatters") == (
        evidence("keras_tuner").claims["keras_tuner.test_chosen_flatters"].verdict.value
    )
    assert errata.verdict_now("keras_tuner.nosuch") == errata.GONE


def test_each_heading_of_the_changelog_is_an_edition_and_every_entry_is_counted() -> None:
    text = errata.CHANGELOG.read_text("utf-8")
    found = list(errata.editions(text))

    assert [name for name, _ in found] == re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sum(sum(counts) for _, counts in found) == len(re.findall(r"^- ", text, re.MULTILINE))
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= {*errata.KINDS}


def test_the_page_places_all_three_tables() -> None:
    page = (paths.BOOK / "editions.md").read_text("utf-8")

    assert re.findall(r"\{errata\} (\w+)", page) == ["editions", "corrections", "verdicts"]

"""What the four reports ask and say: nothing is left out, and each verdict goes with its claims."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from docutils.nodes import make_id

import placing
from dlexp import chapters, paths, reports
from dlexp.reports import Item
from dlexp.site import placed
from dlexp.site.evidence import evidence
from dlexp.site.numerals import numerals

ITEMS = reports.load()
INVENTORY = """
000-1.1.1 000-1.1.2a 000-1.1.2b 000-1.1.2c 000-1.1.2d 000-1.1.2e 000-1.1.3a 000-1.1.3b
000-1.1.3c 000-1.1.3d 000-1.1.3e 000-1.1.3f 000-1.1.3g 000-1.2.1 000-1.2.2 000-1.2.3a 000-1.2.3b
000-1.2.3c 000-1.2.3d 000-1.2.3e 000-1.2.3f 000-1.3.1a 000-1.3.1b 000-1.3.1c 000-1.3.1d
000-1.3.1e 000-1.3.1f 000-1.3.1g 000-1.3.1h 000-1.3.1i 000-1.3.1j 000-1.3.2a 000-1.3.2b
000-1.3.2c 000-1.3.3 000-1.3.3b 000-4 000-4.1a 000-4.1b 000-4.1c 000-4.2a 000-4.2b 000-4.2c
000-4.2d 000-5.1a 000-5.1c 000-5.1d 000-5.2 000-6.1i 000-6.1ii 000-6.1iii 000-6.2 000-6.3
000-6.4 000-6.5 000-7a 000-7b 000-7c 000-7d 000-7e 000-7f 000-7g 000-7h 000-Q2 000-Q3a 000-Q3b
000-Q3c 000-Q3d 001-1.1 001-1.1a 001-1.1b 001-1.1c 001-1.2 001-1.2d 001-1.2e 001-1.3a 001-1.3b
001-1.3c 001-1.3d 001-1.3e 001-1.3f 001-4 001-4.1 001-4.2a 001-4.2b 001-5.1a 001-5.1b 001-5.1c
001-5.1d 001-5.1e 001-5.2 001-6.1 001-6.2 001-6.3 001-6.4 001-6.5 001-7a 001-7b 001-7c 001-7d
001-7e 001-7f 001-Q2 001-Q2b 001-Q3 003-0a 003-0b 003-0c 003-1.1a 003-1.1b 003-1.1c 003-1.1d
003-2.1 003-2.1b 003-2.1c 003-2.2 003-2.3 003-2.4a 003-2.4b 003-2.4c 003-2.4d 003-2.4e 003-2.4f
003-2.4g 003-2.4h 003-3.1a 003-3.1b 003-3.1c 003-3.1d 003-3.2 004-P1a1 004-P1a2 004-P1a3
004-P1a4 004-P1a5 004-P1a6 004-P1a7 004-P1b 004-P1e 004-P1r 004-P2a 004-P2b 004-P2c 004-P2d
004-P2e 004-P2f 004-P2g 004-P2o 004-Q0 004-Q0b 004-Qa 004-Qa2 004-Qabc 004-Qb 004-Qb2 004-Qc
004-Qd 004-helpers all
"""
"""The items that a reading of the four documents found, and no others."""

_FENCE = re.compile(r"^(?P<fence>[`:]{3,}).*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)


@cache
def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings."""
    text = (paths.BOOK / f"{page}.md").read_text("utf-8")
    return {make_id(title) for title in re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.M)}


@cache
def verdicts() -> dict[str, str]:
    """Return the verdicts of all claims, by their ids."""
    settled = [claim for slug in chapters.slugs() for claim in evidence(slug).claims.values()]
    return {claim.id: claim.verdict.value for claim in settled}


def item(**given: object) -> Item:
    """Return an item with some fields, and others that are in order."""
    usual = {"question": "1", "says": "So.", "answer": "No.", "pages": ("mnist#pitfalls",)}
    return Item(**{"key": "000-1", "verdict": "wrong", **usual, **given})  # type: ignore[arg-type]


def test_no_item_of_the_reports_is_left_out() -> None:
    assert sorted(each.key for each in ITEMS) == INVENTORY.split()


def test_each_item_has_an_address_of_its_own() -> None:
    addresses = [each.anchor for each in ITEMS]

    assert len(set(addresses)) == len(addresses)
    assert {make_id(address) for address in addresses} == set(addresses)


@pytest.mark.parametrize("each", ITEMS, ids=lambda each: each.key)
def test_each_answer_stands_in_the_book(each: Item) -> None:
    places = [page.partition("#") for page in each.pages]

    assert [f"{page}#{name}" for page, _, name in places if name not in anchors(page)] == []


def test_each_verdict_goes_with_its_claims() -> None:
    known = verdicts()

    assert [problem for each in ITEMS for problem in reports.contradictions(each, known)] == []


@pytest.mark.parametrize("each", ITEMS, ids=lambda each: each.key)
def test_no_number_of_an_answer_is_typed(each: Item) -> None:
    """Those of a report are its own; ours come from claims, as the build says of all prose."""
    assert numerals(re.sub(r"\{effect\}`[^`]+`|`[^`]+`", "", each.answer)) == []
    assert "{" not in placed.plain(each.answer, each.chapter)


@pytest.mark.parametrize(
    ("verdict", "claims", "problem"),
    [
        ("wrong", {"against": {"a.b": "supported"}}, None),
        ("right", {"for": {"a.b": "supported"}, "beside": {"a.c": "inconclusive"}}, None),
        ("misleading", {"for": {"a.b": "supported"}, "against": {"a.d": "refuted"}}, None),
        ("right", {"against": {"a.b": "supported"}}, "must not speak against it"),
        ("wrong", {"for": {"a.b": "supported"}}, "must not speak for it"),
        ("never answered", {"for": {"a.b": "supported"}}, "must not speak for it"),
        ("wrong", {"against": {"a.b": "refuted"}}, "takes a.b for refuted; got supported"),
        ("wrong", {"against": {"a.c": "inconclusive"}}, "must stand beside"),
        ("wrong", {"against": {"a.z": "supported"}}, "must name claims that there are; got a.z"),
    ],
)
def test_a_verdict_that_does_not_go_with_a_claim_is_named(
    verdict: str, claims: dict[str, dict[str, str]], problem: str | None
) -> None:
    known = {"a.b": "supported", "a.c": "inconclusive", "a.d": "refuted"}
    found = list(reports.contradictions(item(verdict=verdict, claims=claims), known))

    assert len(found) == (problem is not None)
    assert all(problem in each for each in found if problem)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "odd"}, "001-1 must be right, incomplete"),
        ({"pages": []}, r"001-1 must name a page that answers it; got \[\]"),
        ({"why": "?"}, "001-1 must have answer, pages, question, says, verdict; got"),
    ],
)
def test_a_malformed_item_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    whole = {"question": "1", "says": "", "verdict": "right", "answer": "", "pages": ["a#b"]}
    file = tmp_path / "reports.json"
    file.write_text(json.dumps({"001-1": {**whole, **change}}))

    with pytest.raises(ValueError, match=message):
        reports.load(file)


def test_an_item_knows_its_report_and_its_place() -> None:
    one, of_all = item(key="003-1.1b"), item(key="all")

    assert (one.letters, one.anchor, one.chapter) == ("C", "report-c-1-1b", "mnist")
    assert (of_all.letters, of_all.anchor) == ("ABCD", "report-all")


def test_chapters_lead_to_their_items() -> None:
    """And the items lead back, by the sections that bear them."""
    answering = {each.chapter for each in ITEMS} & set(chapters.slugs())
    pages = {slug: placing.chapter_text(slug) for slug in answering}

    assert [slug for slug, text in pages.items() if f"](#reports-{slug})" not in text] == []

"""What the four reports ask and say: nothing is left out, and each verdict goes with its claims."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from docutils.nodes import make_id

from dlexp import chapters, paths, reports
from dlexp.reports import Item
from dlexp.site import placed
from dlexp.site.evidence import evidence
from dlexp.site.numerals import numerals

ITEMS = reports.load()
INVENTORY = (Path(__file__).parent / "inventory.txt").read_text().split()
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
    assert sorted(each.key for each in ITEMS) == sorted(INVENTORY)
    assert len(set(INVENTORY)) == len(INVENTORY)


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

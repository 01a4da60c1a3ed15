"""What a claim says of chance: seeds, repetitions, and cases that are all there are."""

import json

import pytest
from bs4 import BeautifulSoup

import demo
from dlexp.lab.claims import POINTS, Scale
from dlexp.site import claim_html, claim_words, register_html


def test_repetitions_are_no_seeds():
    runs = demo.runs(1.5, 2.0, 2.5)
    claim = runs.above("better", "gain", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], repeated="searches")
    before, after = claim_html.box(claim, {r.name: r for r in runs}, reading="r", source=None)

    words = BeautifulSoup(before + after, "html.parser").find(class_="claim-measure").text
    assert ", 6 searches, 3 seeds: gain." in words
    assert "<dd>0: 1.0 2.0, 1: 3.0 4.0, 2: 5.0 6.0</dd>" in after
    assert "Student&#x27;s t interval of the mean over searches" in after
    assert claim_words.alt_text(claim).endswith("; searches from 1.0 to 6.0.")


def test_what_rests_on_no_record_shows_none():
    claim = demo.runs().none.never("all", "share", failures=0, trials=9, exhaustive="all squares")
    after = claim_html.box(claim, {}, reading="r", source=None)[1]

    assert "0 of 9</strong>, all squares: share" in after
    assert "each build, from no record" in after
    assert "Records of" not in after


def test_only_a_bound_below_zero_is_said_to_let_zero_pass():
    asserted = [claim_words.in_words((bound, None)) for bound in (-1.0, 0.0, 1.0)]

    assert asserted == ["above −1, which zero is too", "above 0", "above 1"]


def test_cases_that_are_all_there_are_say_of_what():
    claim = demo.runs().none.never("all", "share", failures=0, trials=9, exhaustive="all squares")

    assert "<td>all squares</td>" in claim_html.counted_row(claim)[1]


def test_verdict_that_many_questions_unsettle_says_so():
    runs = demo.runs(1.0, 2.0, 3.0)
    claim = runs.above("better", "gain", [1.0, 2.0, 3.0], threshold=-1.0)
    records = {r.name: r for r in runs}
    alone = "".join(claim_html.box(claim, records, reading="r", source=None))
    among = "".join(claim_html.box(claim, records, reading="r", source=None, questions=10))

    # 2 ± 4.303 / √3, and, at 99.5 %, 2 ± 14.09 / √3
    assert (claim.verdict, "as the only question" in alone) == ("supported", False)
    assert "as the only question" in among
    assert "asks 10 questions" in among


def test_register_counts_what_chance_may_have_settled():
    runs = demo.runs(1.0, 2.0, 3.0)
    claim = runs.above("better", "gain", [1.0, 2.0, 3.0], threshold=-1.0)
    entries = [
        register_html.Entry(claim, "A wins.", "a", "One", is_uncorrected=number < 2)
        for number in range(4)
    ]

    words = register_html.by_chance(entries)
    assert "decides 4 of these" in words
    assert "at most 2.5% of cases, so that up to 0.1 verdicts" in words
    assert "Of the 4 that are settled, 2 stay so" in words
    assert "the other 2 are marked" in words


@pytest.mark.parametrize(
    ("scale", "size"),
    [
        (POINTS, {"in": "points", "asserted": [1, None], "effect": 2, "interval": [0.76, 3.24]}),
        (Scale(), None),
    ],
)
def test_what_can_be_guessed_has_its_size_beside_it(scale, size):
    runs = demo.runs(0.015, 0.02, 0.025)
    claim = runs.above("better", "gain", runs.numbers("value"), threshold=0.01, scale=scale)
    opening, _ = claim_html.box(claim, {r.name: r for r in runs.records}, reading="", source=None)

    found = BeautifulSoup(opening, "html.parser").find("details").get("data-size")
    assert json.loads(found or "null") == (size and {"of": "gain", **size})

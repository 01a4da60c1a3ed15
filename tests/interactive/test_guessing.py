"""What a page hides of the claims that a reader has not guessed, and how guesses are counted."""

import json

import calls

KINDS = {"h": "heading", "t": "text", "r": "result", "o": "open", "a": "answered"}
FATES = {"": "-", "veiled": "v", "blotted": "b"}
CLAIMS = [
    {"id": "a", "verdict": "supported"},
    {"id": "b", "verdict": "supported"},
    {"id": "c", "verdict": "refuted"},
    {"id": "d", "verdict": "inconclusive"},
]


SECTIONS = {
    "htrotr": "-bv-vv",  # an open claim hides what is behind, and what was measured before
    "htratr": "------",  # an answered one does not
    "hroatrt": "-v--vvv",  # side by side, both must be answered
    "hraotrt": "-v--vvv",
    "htatrot": "----v-v",  # what explains a claim that is answered is whole
    "hototh": "--v-v-",  # a heading ends it
    "trtho": "-----",
    "tr": "--",
}
"""The parts of sections, and what becomes of each."""


def test_what_gives_an_answer_away_is_hidden() -> None:
    asked = [["veils", [KINDS[letter] for letter in section]] for section in SECTIONS]
    found = calls.values(asked, "guess_claims")
    assert ["".join(FATES[fate] for fate in fates) for fates in found] == list(SECTIONS.values())


def test_guesses_are_counted_and_right_ones_too() -> None:
    said = {"a": "supported", "b": "refuted", "d": "inconclusive", "gone": "refuted"}
    asked = [[f"guessing.{name}", CLAIMS, said] for name in ("score", "spoken", "always")]
    score, spoken, always = calls.values(asked, "guessing")
    assert score == {"all": 4, "guessed": 3, "right": 2}
    assert spoken == "3 of 4 guessed, 2 right."
    assert always == "Always saying “supported” would have got 2 right."


def test_without_guesses_there_is_no_score() -> None:
    asked = [["guessing.spoken", CLAIMS, {}], ["guessing.always", CLAIMS, {}]]
    assert calls.values(asked, "guessing") == ["None of 4 guessed yet.", ""]


def test_what_is_not_ours_counts_as_nothing() -> None:
    kept = [None, "", "{", "null", "3"]
    found = calls.values([["guessing.remembered", each] for each in kept], "guessing")
    assert found == [{"every": False, "pages": {}, "said": {}, "sizes": {}}] * len(kept)


def test_a_page_may_differ_from_the_book() -> None:
    kept = json.dumps({"every": True, "pages": {"one.html": False}})
    [state] = calls.values([["guessing.remembered", kept]], "guessing")
    pages = ["one.html", "two.html"]
    asked = [["guessing.isAsked", state, page] for page in pages]
    assert calls.values(asked, "guessing") == [False, True]


def test_the_slider_reaches_all_sizes_and_has_room_for_small_ones() -> None:
    places = [-100, -50, -10, 0, 10, 46, 50, 100]
    found = calls.values([["guessing.sizeAt", place] for place in places], "guessing")
    assert found == [-100, -13, -0.1, 0, 0.1, 9.7, 13, 100]


def test_a_size_is_a_verdict_on_what_is_asserted() -> None:
    asserted = [[0, None], [None, -0.5], [-1, 1]]
    asked = [["guessing.verdictOf", size, ends] for ends in asserted for size in (-0.6, 0.9, 2)]
    said = ["refuted", "supported", "supported", "supported", "refuted", "refuted"]
    assert calls.values(asked, "guessing") == [*said, "supported", "supported", "refuted"]


def test_a_guessed_size_hears_how_far_off_it_is() -> None:
    measured = {"effect": 2.04, "interval": [0.8, 3.2], "in": "points"}
    asked = [["guessing.away", size, measured] for size in (3, -1.5)]
    assert calls.values(asked, "guessing") == [
        "1 points off, inside the interval",
        "3.5 points off, outside the interval",
    ]

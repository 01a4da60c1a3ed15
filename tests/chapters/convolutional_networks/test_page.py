"""The page on convolutional networks: what it places is what its functions publish."""

import pytest

import placing
from dlexp import chapters
from dlexp.chapters.convolutional_networks import contenders, page_recipes, readers, reports
from dlexp.chapters.convolutional_networks.claims import claims
from dlexp.lab.claims import Verdict
from dlexp.lab.intervals import proportion_interval


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("convolutional_networks", monkeypatch, calls=11)


def test_the_page_names_the_verdicts_that_stand_among_all_questions() -> None:
    asked = list(claims(chapters.load("convolutional_networks")))
    supported = [claim for claim in asked if claim.verdict is Verdict.SUPPORTED]

    stand = {claim.name for claim in supported if claim.holds_among(len(asked))}

    assert stand == {"locality", "shifts_hurt", "wider_than_one", "falling"}


def test_for_new_digits_the_goal_is_just_within_what_the_images_leave_open() -> None:
    share = readers.followed(chapters.load("convolutional_networks"), contenders.FAST)
    right = round(reports.TESTED * share.numbers("test").mean())

    low, _ = proportion_interval(int(right), reports.TESTED)
    assert reports.GOAL - 0.001 < low < reports.GOAL


def test_a_report_of_two_digits_has_no_interval() -> None:
    assert page_recipes._stated("D") == "98"
    assert page_recipes._stated("A").startswith("99.14 (")

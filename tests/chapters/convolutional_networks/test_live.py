"""Two contenders side by side: what the live figure draws and says is what the records have."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import calls
from dlexp import chapters
from dlexp.chapters.convolutional_networks import live
from dlexp.chapters.convolutional_networks.claims import claims
from dlexp.chapters.convolutional_networks.contenders import KINDS, SIZES, is_run
from dlexp.lab.claims import Claim
from dlexp.lab.intervals import mean_interval
from live_elements import inside, said, shown

CHOICES = {"conv": 0, "local": 2, "narrow": 6}


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return live.trainings()


@pytest.fixture(scope="module")
def sharing() -> Claim:
    found = claims(chapters.load("convolutional_networks"))
    return next(claim for claim in found if claim.name == "sharing")


def after(asked: Path, data: dict[str, Any], **choices: object) -> Any:
    """Return the figure after some choices, by their labels with _ for spaces."""
    moves = [[label.replace("_", " "), value] for label, value in choices.items()]
    return shown(asked, "side_by_side", {"trainings": data}, *moves)[-1]


def told(words: str) -> list[float]:
    """Return the difference that a figure says, and the ends of its interval."""
    found = re.search(r": ([−\d.]+) points \(([−\d.]+) to ([−\d.]+)\)", words)
    assert found is not None
    return [float(number.replace("−", "-")) for number in found.groups()]


def test_each_contender_has_what_it_was_trained_with(data: dict[str, Any]) -> None:
    in_place = [each for each in data["networks"] if "permuted" not in each["name"]]

    assert [[*map(int, each["trained"])] for each in in_place] == [
        [size for size in SIZES if is_run(kind, size)] for kind in KINDS
    ]
    assert [each["trained"].keys() for each in data["networks"] if each not in in_place] == [
        {"1000"}
    ] * 3
    for network in data["networks"]:
        for trained in network["trained"].values():
            assert str(len(trained["test"])) in data["halves"]
            assert trained["test"] == [moved[0] for moved in trained["moved"]]


@pytest.mark.parametrize("questions", [1, 18])
def test_differences_and_their_intervals_are_those_of_the_package(questions: int) -> None:
    first, second = np.random.default_rng(0).random((2, 5))
    asked = [["pairs.difference", first.tolist(), second.tolist(), live.half(5, questions)]]

    [found] = calls.values(asked, "charts", "side_by_side")

    apart = first - second
    assert found == pytest.approx([apart.mean(), *mean_interval(apart, questions=questions)])


def test_what_is_said_is_what_the_claim_says(
    data: dict[str, Any], sharing: Claim, tmp_path: Path
) -> None:
    plain, wider = (
        told(said(after(tmp_path / "asked.json", data, interval=among))) for among in (0, 1)
    )

    ends = mean_interval(sharing.values, questions=data["questions"])
    assert plain == pytest.approx([100 * x for x in (sharing.effect, *sharing.interval)], abs=0.051)
    assert wider == pytest.approx([100 * x for x in (sharing.effect, *ends)], abs=0.051)


def test_shifted_digits_are_drawn_where_both_were_shifted(
    data: dict[str, Any], tmp_path: Path
) -> None:
    counts = [
        len(inside(after(tmp_path / "asked.json", data, training_images=n), "div", "dlx-chart"))
        for n in (1_000, 10_000)
    ]

    assert counts == [1, 2]


def test_what_was_not_trained_is_said_to_be_missing(data: dict[str, Any], tmp_path: Path) -> None:
    one = after(tmp_path / "asked.json", data, training_images=100)
    none = after(tmp_path / "asked.json", data, training_images=100, first=CHOICES["local"])
    same = after(tmp_path / "asked.json", data, second=CHOICES["conv"])

    assert "own weights: not trained with so many images." in said(one)
    assert [len(inside(each, "div", "dlx-chart")) for each in (one, none, same)] == [1, 0, 1]
    assert "The first less the second" not in said(one) + said(none) + said(same)


def test_a_network_that_is_clearly_better_is_ahead(data: dict[str, Any], tmp_path: Path) -> None:
    asked = tmp_path / "asked.json"
    ahead = after(asked, data, second=CHOICES["narrow"])
    behind = after(asked, data, first=CHOICES["narrow"], second=CHOICES["conv"])

    assert said(ahead).endswith(", ahead.")
    assert said(behind).endswith(", behind.")

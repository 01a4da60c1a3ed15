"""The live figure on measuring computes what the package does, of what was recorded."""

import numpy as np
import pytest

import calls
from dlexp.chapters.mnist import live, measure, readers
from dlexp.chapters.mnist.chance import Sources
from dlexp.chapters.mnist.figures import Z
from dlexp.lab.runs import load

PARTS = Sources(networks=1e-5, images=0.09, rest=0.02)
CASES = [(n, s, p) for n in (100, 5_000) for s in (1, 7) for p in (True, False)]


def test_its_sources_are_those_of_the_records() -> None:
    recorded = readers.sources(readers.rivals(load(measure.units()), alike=True))

    assert live.sources()["images"] == pytest.approx(np.mean([one.images for one in recorded]))
    assert set(live.sources()) == set(Sources._fields)


def test_its_variance_is_that_of_the_package() -> None:
    asked = [["telling.variance", PARTS._asdict(), *case] for case in CASES]
    expected = [PARTS.of_difference(n, paired=p, networks=s) for n, s, p in CASES]

    assert calls.values(asked, "telling_apart") == pytest.approx(expected)


@pytest.mark.parametrize("paired", [True, False])
def test_the_images_that_it_takes_are_just_enough(paired: bool) -> None:
    asked = ["telling.needed", PARTS._asdict(), 0.01, 5, paired]
    [images] = calls.values([asked], "telling_apart")

    halves = [
        Z * np.sqrt(PARTS.of_difference(n, paired=paired, networks=5)) for n in (images, images - 1)
    ]
    assert halves[0] <= 0.01 < halves[1]


def test_no_number_of_images_is_enough_against_the_luck_of_the_seed() -> None:
    asked = ["telling.needed", PARTS._asdict(), 0.005, 1, True]

    assert calls.values([asked], "telling_apart") == [None]

"""The chapter on measuring: tiny, from end to end."""

from dataclasses import replace

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.mnist import candidates, measure, nets, passes, scaling

from .conftest import TINY

pytestmark = pytest.mark.usefixtures("small_data")

WATCHED = replace(passes.Watching(size=100), **TINY["watch"])
RIVALS = replace(candidates.Competing(), **TINY["compete"])


def test_images_that_are_drawn_are_in_one_part_and_keep_their_labels() -> None:
    drawn = nets.draw(500, 300, seed=3)

    assert not np.intersect1d(drawn.train.indices, drawn.unseen.indices).size
    whole = data.mnist().train
    for part in (drawn.train, drawn.unseen):
        places = [int(np.flatnonzero(whole.indices == index)[0]) for index in part.indices[:20]]
        assert (whole.images[places] == part.images[:20]).all()
        assert (whole.labels[places] == part.labels[:20]).all()
    assert (nets.draw(500, 300, seed=4).train.indices != drawn.train.indices).any()


def test_more_images_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="there must be 2001 images to draw; got 2000"):
        nets.draw(2_000, 1, seed=0)


def test_a_training_that_is_watched_tells_of_every_pass() -> None:
    numbers = passes.watch(WATCHED, 0).numbers

    for part in ("running", "leaked", "validation", "judges"):
        assert len(numbers[part]["accuracy"]) == len(numbers[part]["loss"]) == 3
    assert numbers["leaked"]["loss"][-1] < numbers["leaked"]["loss"][0]
    assert np.shape(numbers["optimism"]) == (2, 2)
    validated = numbers["validation"]["accuracy"]
    assert validated[numbers["chosen"]["accuracy"]] == max(validated)


def test_the_test_images_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlexp import training

    looks: list[int] = []
    score = training.score
    monkeypatch.setattr(
        training, "score", lambda model, part: looks.append(len(part)) or score(model, part)
    )
    passes.watch(WATCHED, 0)

    assert looks == [len(data.mnist().test)]


def test_each_bin_holds_the_judges() -> None:
    bins = passes.watch(WATCHED, 0).numbers["reliability"]

    assert sum(bins["last"]["images"]) == sum(bins["chosen"]["images"]) == WATCHED.judges


def test_networks_of_one_recipe_differ_by_their_seed_alone() -> None:
    numbers = candidates.compete(RIVALS, 0).numbers

    assert numbers["rates"] == [1e-3] * 4
    assert len(set(numbers["accuracy"])) > 1
    assert numbers["agreed_by_all"] <= numbers["missed_by_all"]
    missed = numbers["hardest"]
    assert all(a != b for a, b in zip(missed["labels"], missed["answers"], strict=True))


def test_rates_are_drawn_within_their_range() -> None:
    rates = candidates.compete(replace(RIVALS, rates=(1e-4, 1e-2)), 0).numbers["rates"]

    assert 1e-4 <= min(rates) < max(rates) <= 1e-2


def test_pixels_are_on_the_scale_that_is_asked_for() -> None:
    drawn = nets.draw(500, 100, seed=0)

    raw, standard = (scaling.scaled(drawn, name).train.images for name in ("raw", "standardised"))
    assert raw.max() == scaling.LARGEST_PIXEL
    assert abs(standard.mean()) < 1e-3 > abs(standard.std() - 1)
    assert (scaling.scaled(drawn, "divided").train.images == drawn.train.images).all()
    with pytest.raises(ValueError, match="`name` must be one of divided, raw, standardised"):
        scaling.scaled(drawn, "cooked")


def test_what_overflows_is_a_finite_number() -> None:
    config = scaling.Scaling(rates=(0.1, 3e3), size=100, passes=2, unseen=100)
    numbers = scaling.scale(config, 0).numbers

    for scale in scaling.SCALES:
        assert np.isfinite(numbers[scale]["first_loss"]).all()
    assert numbers["raw"]["first_loss"][1] > 1e4 > numbers["divided"]["first_loss"][0]


def test_each_unit_has_a_name_of_its_own() -> None:
    names = [unit.name for unit in measure.units()]

    assert len(set(names)) == len(names)

"""The page on measuring: what it places is what its functions publish."""

from typing import Any

import numpy as np
import pytest

import placing
from dlexp.chapters.mnist import figures, measure, page, page_chance, readers, reports
from dlexp.draw import publish
from dlexp.lab.runs import load


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("mnist", monkeypatch, calls=13)


def test_the_page_says_in_words_what_the_records_say(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = load(measure.units())
    told: dict[str, float] = {}
    monkeypatch.setattr(publish, "number", lambda name, value, _: told.update({name: value}))
    for show in ("figure", "table"):
        monkeypatch.setattr(publish, show, lambda *_, **__: None)

    page.passes(runs)
    page_chance.two_sources(runs)
    page_chance.scales(runs)

    assert told["lowest_over"] > 1
    assert told["raw_lowest"] < told["raw_best"]
    assert told["reports_discordant"] == 25, "the last line that the cell before it prints"


def test_the_page_says_of_loss_and_accuracy_what_the_records_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = load(measure.units())
    tables: dict[str, Any] = {}
    monkeypatch.setattr(publish, "number", lambda *_: None)
    monkeypatch.setattr(publish, "figure", lambda *_: None)
    monkeypatch.setattr(publish, "table", lambda name, _, rows, **__: tables.update({name: rows}))

    page_chance.losses(runs)

    rows = tables["loss_choice"]
    assert all(float(row[1]) > 1 for row in rows)
    for column in (2, 3):
        ends = [[float(n.replace("−", "-")) for n in row[column].split(" ± ")] for row in rows]
        assert [mean > half for mean, half in ends] == [False, True, True, False, False]
        assert all(mean + half > 0 for mean, half in ends)


def test_the_best_pass_flatters_less_than_by_the_root_of_the_images() -> None:
    near = readers.watched(load(measure.units()), readers.NEAREST)
    choosers = near.config["choosers"]

    gains = [readers.optimism(near, n, near.config["passes"]).mean() for n in choosers]

    scaled = gains * np.sqrt(choosers)
    assert (np.diff(scaled) < 0).all()


def test_networks_are_enough_on_shared_images_and_never_on_others() -> None:
    parts = readers.mean_sources(load(measure.units()))
    half, enough = page_chance.HALF_POINT, page_chance.networks_for(parts, page_chance.HALF_POINT)

    def width(networks: int, *, paired: bool) -> float:
        spread = parts.of_difference(reports.IMAGES, paired=paired, networks=networks)
        return figures.Z * float(np.sqrt(spread))

    assert width(enough, paired=True) <= half < width(enough - 1, paired=True)
    assert width(10**9, paired=False) > half


def test_the_test_scores_are_above_the_unseen_ones_at_each_size() -> None:
    runs = load(measure.units())
    for size in page.SIZES:
        watches = readers.watched(runs, size)
        unseen = readers.at_chosen(watches, "accuracy", "judges", "accuracy")
        assert watches.numbers("test").mean() > unseen.mean()


def test_a_lead_of_seven_images_is_told_among_nine_at_most() -> None:
    assert page_chance.told(7, 7)
    assert not page_chance.told(25, 7)

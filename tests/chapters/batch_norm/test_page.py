"""The page on batch normalisation: it publishes what it places, from any runs."""

import pytest

import placing
from dlexp.chapters.batch_norm import page, page_experiment, page_noise, page_race, page_runs
from dlexp.lab.runs import Runs


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    return placing.collected(monkeypatch)


def test_the_page_publishes_what_it_places(made_up: Runs, published: dict[str, object]) -> None:
    text = placing.chapter_text("batch_norm")

    for publishes in (page.steps, page.sharing, page.kinds, page.conventions, page.law):
        publishes()
    experiments = ("biases", "courses", "scales", "plateaus", "batches", "ones", "lags")
    page.counts(made_up)
    page_runs.what_was_run(made_up)
    for publishes_runs in (
        page_race.rates,
        page_race.optimisers,
        page_race.brakes,
        page_race.race,
        page_race.depths,
    ):
        publishes_runs(made_up)
    for name in experiments:
        getattr(page_experiment, name)(made_up)
    page_noise.noise(made_up)

    assert set(published) == set(placing.PLACE.findall(text))


def test_numbers_are_those_of_the_runs(made_up: Runs, published: dict[str, object]) -> None:
    page.law()
    page_experiment.biases(made_up)

    assert published["law_Keras"] == "9%"
    assert published["apart_conv_biased"] == "3"


def test_the_recorded_values_are_those_the_module_was_written_for() -> None:
    assert page.recorded()["parameters"] == {"dense": 220, "norm": 40, "running": 40}


def test_the_nets_that_are_listed_are_those_that_are_trained() -> None:
    pytest.importorskip("keras")
    from dlexp.byhand import shapes
    from dlexp.chapters.batch_norm import nets

    for kind, stack in page_runs.STACKS.items():
        by_hand = sum(row.parameters for row in shapes.walk(stack, nets.IMAGE))
        assert by_hand == nets.network(kind).count_params()

"""The experiment on Keras Tuner: tiny, from end to end, and its parts."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.keras_tuner import measure as experiment
from dlexp.lab.results import Measurement, Record, plain
from dlexp.tuning import spaces

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module", autouse=True)
def only_small_data() -> Iterator[None]:
    mnist = data.load("mnist")
    few = np.arange(200)
    small = replace(
        mnist.subset(1_000), validation=mnist.validation.take(few), test=mnist.test.take(few)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", lambda _: small)
        patch.setattr(experiment, "TESTED", 200)
        yield


def record(measure: str, config: Any, seed: int, found: Measurement) -> Record:
    plain(dict(found.numbers), measure)
    return Record(
        slug="keras_tuner", name=f"{measure}-seed={seed}", key="", seed=seed,
        config={name: getattr(config, name) for name in config.__dataclass_fields__},
        numbers=dict(found.numbers), arrays=dict(found.arrays), provenance={},
    )  # fmt: skip


def made_up_table() -> list[Record]:
    """Scores that fall with the distance from a learning rate, and noise."""
    generator = np.random.default_rng(0)
    every = spaces.configurations()
    good = np.array([0.9 - 0.1 * abs(np.log10(v["learning_rate"]) + 2) for v in every])  # type: ignore[arg-type]
    growth = np.linspace(0.7, 1.0, 9)
    records = []
    for seed in experiment.TABLE_SEEDS:
        for chunk in experiment.CHUNKS:
            places = experiment.chunk_places(chunk)
            share = good[places][:, np.newaxis] * growth
            hits = generator.binomial(10, share[..., np.newaxis].repeat(20, axis=2))
            found = Measurement(
                numbers={"places": places, "scored": 100},
                arrays={"validation": generator.binomial(100, share), "test": hits},
            )
            records.append(record("rows", experiment.Rows(chunk=chunk), seed, found))
    return records


TABLE = made_up_table()


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Everything that claims need, from tiny configurations."""
    found = list(TABLE)
    tiny: list[tuple[Any, Any, int, list[Record]]] = [
        (experiment.worth, experiment.Worth(train_size=200, scored=50, epochs=1), 3, TABLE)
    ]
    small = replace(experiment.Leak(), size=300, held=50, epochs=2)
    for seed in experiment.SEEDS:
        tiny += [
            (experiment.laws, experiment.Laws(listened=18, orders=1, repetitions=50), seed, []),
            (experiment.luck, experiment.Luck(repetitions=100), seed, TABLE),
        ]
    for measure, config, seed, needs in tiny:
        found.append(record(measure.__name__, config, seed, measure(config, seed, *needs)))
    leak = experiment.leak(small, 0)
    found.append(record("leak", small, 0, leak))
    return found


def numbers(records: list[Record], measure: str) -> list[Any]:
    return [each.numbers for each in experiment.of(records, measure)]


def test_a_part_of_the_table_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "chunk_places", lambda _: [0, 1, 36])
    config = experiment.Rows(train_size=100, scored=50, epochs=2, blocks=4)

    found = experiment.rows(config, 0)

    assert found.numbers["places"] == [0, 1, 36]
    assert found.arrays["validation"].shape == (3, 2)
    assert found.arrays["test"].shape == (3, 2, 4)
    assert found.arrays["test"].max() <= 50
    again = experiment.rows(config, 0)
    np.testing.assert_array_equal(found.arrays["test"], again.arrays["test"])


def test_the_parts_cover_the_space_once() -> None:
    places = [place for chunk in experiment.CHUNKS for place in experiment.chunk_places(chunk)]

    assert sorted(places) == list(range(216))
    table = experiment.table_of(TABLE)
    assert table.score.shape == table.test.shape == (3, 216, 9)
    assert 0 < table.score.min() < table.score.max() <= 1
    assert 0 < table.test.min() < table.test.max() <= 1


def test_laws_are_those_of_the_oracles(records: list[Record]) -> None:
    for found in numbers(records, "laws"):
        assert found["changed"] == {"random": 0, "grid": 0, "bayesian": 1, "hyperband": 1}
        assert found["shared_near"] > 0.7 > 0.4 > found["shared_far"]


def test_luck_without_noise_follows_the_formula(records: list[Record]) -> None:
    for found in numbers(records, "luck"):
        assert found["top"] == 11 / 216
        assert found["ideal"] == sorted(found["ideal"])
        assert found["noisy"][-1] < found["ideal"][-1]


def test_the_slip_validates_on_training_images(records: list[Record]) -> None:
    (found,) = numbers(records, "leak")

    assert (found["seen_leaked"], found["seen_honest"]) == (50, 0)
    assert len(found["leaked"]) == 2


def test_the_slip_is_the_one_of_the_report() -> None:
    x = np.arange(60, dtype=np.int64)
    part = data.Split(np.zeros((60, 28, 28, 1), np.float32), x.copy(), x.copy())
    cut = x[:-10]

    train, leaked, honest = experiment.split_both(part, 10)

    np.testing.assert_array_equal(train.labels, cut)
    np.testing.assert_array_equal(leaked.labels, cut[-10:])
    np.testing.assert_array_equal(honest.labels, x[-10:])


def test_four_nets_are_trained_afresh(records: list[Record]) -> None:
    (found,) = numbers(records, "worth")

    assert set(found) == {"score", "default", "found", "guess", "best"}
    assert found["default"]["place"] == spaces.place(spaces.DEFAULT)
    assert all(0 < found[name]["test"] < 1 for name in ("default", "found", "guess", "best"))


@pytest.mark.parametrize("tuner", experiment.TUNERS)
def test_a_search_against_the_table_costs_what_all_cost(tuner: str) -> None:
    found = experiment.bakeoff(experiment.Bakeoff(tuner=tuner, repetitions=1), 1, *TABLE)

    assert found.numbers["cost"] == 225
    assert found.arrays["worth"].shape == (1, 25)
    assert found.arrays["worth"][0, -1] > 0.5


def test_bayesian_optimisation_begins_as_the_random_search_of_its_seed() -> None:
    table = experiment.table_of(TABLE)

    random, bayesian = (experiment.run_tuner(t, table, 3, 17) for t in ("random", "bayesian"))

    assert random[:15] == bayesian[:15]


def test_what_cannot_exist_is_counted() -> None:
    found = experiment.waste(experiment.Waste(searches=1), 0).numbers

    assert found["same"]["unforeseen"] == found["valid"]["unforeseen"] == 0
    assert found["same"]["trials"] == 3


def test_a_live_search_goes_on_in_a_second_sitting() -> None:
    config = experiment.Live(trials=2, train_size=100, scored=50, epochs=1)

    found = experiment.live_search(config, 0).numbers

    assert (found["kept"], found["first_sitting"], len(found["trials"])) == (1, 1, 2)
    assert 0 < found["test"] < 1


def test_the_published_units_have_names_of_their_own() -> None:
    names = [unit.name for unit in experiment.units()]

    assert len(names) == len(set(names))
    assert all(unit.slug == "keras_tuner" for unit in experiment.units())


def test_optimism_grows_with_the_number_of_candidates() -> None:
    found = experiment.optimism_curve(TABLE, [1, 10, 100], splits=50)

    assert found.shape == (3, 3)
    assert found[:, 2].mean() > found[:, 0].mean()


def test_the_best_tenth_is_chosen_by_one_seed_and_judged_by_two_others() -> None:
    assert len(experiment.among_the_best(experiment.table_of(TABLE))) == 3


def test_times_are_kept_apart_from_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlexp.tuning import distributed

    times = {"starting": 1.0, "searching": 2.0, "trial": 0.5}
    killed = {**times, "completed": 8, "repeated": 1, "lost": 0, "seconds_lost": 3.0}
    found = {
        "two": [times] * 3, "speed_up": [1.5] * 3, "speed_up_whole": [1.2] * 3,
        "killed": killed, "same": True, "load": 0.1,
    }  # fmt: skip
    monkeypatch.setattr(distributed, "measure_speed_up", lambda *_, **__: found)

    measured = experiment.crowd(experiment.Crowd(), 0)

    assert measured.numbers == {"completed": 8, "repeated": 1, "lost": 0, "same": 1}
    assert measured.arrays["lost"].tolist() == [3.0, 0.5]
    assert measured.arrays["speed_up"].shape == (3,)

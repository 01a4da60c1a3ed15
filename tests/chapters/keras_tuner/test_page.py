"""What the page on searching for hyperparameters places."""

from typing import Any

import numpy as np
import pytest

import placing
from dlexp import chapters
from dlexp.byhand import shapes
from dlexp.chapters.keras_tuner import page, page_contest, page_table
from dlexp.chapters.keras_tuner.measure import Worth
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.chapters.keras_tuner.trainings import Longer, Parts
from dlexp.draw import publish
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement
from dlexp.tuning import spaces


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is published, by its name."""
    return placing.collected(monkeypatch)


def test_sizes_end_with_a_cross_where_a_net_cannot_exist() -> None:
    assert page._sizes(1, "same") == "28 14"
    assert page._sizes(5, "same").endswith(" ✗")
    assert not page._sizes(3, "valid").endswith("✗")


def test_a_net_that_was_not_trained_has_a_dash(as_record: Any) -> None:
    little, much = Worth(), Worth(train_size=20_000)
    records = [
        as_record("worth", little, seed, Measurement(numbers={"default": {"test": test}}))
        for seed, test in enumerate((0.5, 0.75))
    ]
    records.append(as_record("parts", Parts(), 0, Measurement(numbers={"rate": 0.5})))
    runs = Runs("keras_tuner", tuple(records))

    assert page._accuracy(runs, "default", little.train_size) == "62.5% (50.0% to 75.0%)"
    assert page._accuracy(runs, "rate", little.train_size) == "50.0% (50.0% to 50.0%)"
    assert page._accuracy(runs, "rate", much.train_size) == "–"


def test_the_network_that_is_listed_is_the_one_that_is_trained() -> None:
    for values in (spaces.DEFAULT, {**spaces.DEFAULT, "filters": 4, "units": 16}):
        walk = shapes.walk(page_table._stack(values), spaces.IMAGE)

        assert sum(row.parameters for row in walk) == spaces.network(values).count_params()


def test_a_weight_of_a_convolution_multiplies_once_per_output() -> None:
    walk = shapes.walk(page_table._stack(spaces.DEFAULT), spaces.IMAGE)

    # 9 weights and 8 filters at 14 x 14 places; then 7 x 7 x 8 x 32, and 32 x 10.
    assert page_table._multiplications(walk) == [9 * 8 * 14 * 14, 0, 0, 392 * 32, 320]


def test_places_are_those_of_the_values() -> None:
    places = page_table._places()

    assert places.shape == (216, 5)
    assert places.max(axis=0).tolist() == [len(v) - 1 for v in spaces.GRID.values()]


def test_versions_are_those_that_the_records_note() -> None:
    noted = [{"keras": "3.1", "optuna": "5.0"}, {"keras": "3.1", "keras_tuner": "1.4"}]
    records = [
        Record("keras_tuner", f"rows-seed={seed}", "", {}, seed, {}, {}, {"versions": versions})
        for seed, versions in enumerate(noted)
    ]

    told = page_table._versions(Runs("keras_tuner", tuple(records)))

    assert told == "Keras Tuner 1.4, Keras 3.1, Optuna 5.0"


@pytest.mark.usefixtures("only_small_data")
def test_the_table_is_shown(made_up: Runs, placed: dict[str, Any]) -> None:
    page_table.parallel(made_up)
    page_table.space(made_up)
    page_table.curves(made_up)
    page_table.process(made_up)
    page_table.ran(made_up)
    page_table.agreement(made_up)

    assert placed["configurations"] == "216"
    assert placed["kt_best_count"] == "22"
    assert {"kt_parallel", "kt_space", "kt_curves", "kt_process", "kt_ran", "kt_agreement"} <= set(
        placed
    )


def test_hyperbands_schedule_is_listed(placed: dict[str, Any]) -> None:
    page.schedule()
    page.projection()

    assert placed["kt_cost"] == "75"
    assert np.all([name in placed for name in ("kt_schedule", "kt_projection")])


def test_what_is_open_takes_as_many_seeds_as_its_spread_asks_for(
    as_record: Any, placed: dict[str, Any]
) -> None:
    much = Worth(train_size=20_000)
    records = [
        as_record(
            "worth", much, seed,
            Measurement(numbers={"found": {"test": gain}, "default": {"test": 0.0}}),
        )
        for seed, gain in enumerate((1.0, 2.0, 3.0, -1.0))
    ]  # fmt: skip

    page_table.unsettled(Runs("keras_tuner", tuple(records)))

    assert placed["kt_seeds_needed"] == "10"


def test_a_default_that_catches_up_gains_as_much_in_the_end(
    as_record: Any, placed: dict[str, Any]
) -> None:
    config, epochs = Longer(epochs=100), np.arange(100)
    arrays = {"default": np.where(epochs < 50, 0.5, 0.75), "found": np.full(100, 0.75)}
    records = [
        as_record("longer", config, seed, Measurement(numbers={}, arrays=arrays))
        for seed in range(3)
    ]

    page.longer(Runs("keras_tuner", tuple(records)))

    assert (placed["kt_gain_nine"], placed["kt_gain_long"]) == ("25.0", "0.0")


def test_images_that_choose_flatter_less_the_more_there_are(
    contests: Any, made_up: Runs, placed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Any] = []
    monkeypatch.setattr(
        publish, "table", lambda _, header, found, **__: rows.extend([header, *found])
    )
    runs = made_up + contests(random=[[range(20), range(100, 120)]])

    page_contest.few_images(runs, splits=20)
    page_contest.winner(runs)

    assert rows[0][1:] == ["200", "500", "1,000"]
    few, more, half = map(float, rows[1][1:])
    assert few > more > half > 0
    assert placed["kt_leading"] == "2"


def test_early_scores_rank_all_better_than_the_best(made_up: Runs, placed: dict[str, Any]) -> None:
    page_contest.ranks(made_up)

    assert float(placed["kt_rank_all_one"]) > float(placed["kt_rank_best_one"])
    assert float(placed["kt_rank_low_three"]) < float(placed["kt_rank_high_three"])


def test_a_search_that_has_not_begun_to_learn_is_still_guessing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: dict[str, Any] = {}
    monkeypatch.setattr(
        publish, "table", lambda _, __, found, **___: rows.update({r[0]: r[1:] for r in found})
    )

    page_contest.ahead(chapters.load("keras_tuner"))

    guesses = {
        name: [cell == "still guessing" for cell in row]
        for name, row in rows.items()
        if "first" in name
    }
    assert guesses == {
        "Gaussian process, 5 first": [True, False, False],
        "Gaussian process, 15 first": [True, True, False],
        "TPE, 5 first": [True, False, False],
    }


def test_the_best_guess_by_a_score_without_noise_is_as_lucky_as_the_formula_says() -> None:
    score = np.arange(20.0)
    top = score >= 18

    assert page_table.chance_of_good(score, top, 5) == pytest.approx(1 - 0.9**5)
    assert page_table.chance_of_good(np.zeros(20), top, 5) == pytest.approx(0.1)


def test_each_training_scores_alone(
    made_up: Runs, placed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Any] = []
    monkeypatch.setattr(
        publish, "table", lambda _, header, found, **__: rows.extend([header, *found])
    )

    page_contest.by_training(made_up)

    assert rows[0] == ["search", "training 1", "training 2", "training 3"]
    assert [row[0] for row in rows[1:]] == [
        *(f"all stop after {epochs}" for epochs in (1, 2, 3)), "Hyperband, simulated",
    ]  # fmt: skip
    assert float(placed["kt_training_low"].replace("−", "-")) < float(placed["kt_training_high"])


def test_six_rates_cost_six_trainings(made_up: Runs, placed: dict[str, Any]) -> None:
    page_table.rates(table_of(made_up))

    assert placed["kt_rates_epochs"] == "54"
    assert float(placed["kt_rates_low"]) <= float(placed["kt_rates_high"])


def test_searches_with_the_largest_rate_are_told_apart(
    as_record: Any, placed: dict[str, Any]
) -> None:
    much = Worth(train_size=20_000)
    records = [
        as_record(
            "worth", much, seed,
            Measurement(
                numbers={
                    "found": {"test": 0.5 + gain, "values": {"learning_rate": rate}},
                    "default": {"test": 0.5},
                }
            ),
        )
        for seed, (rate, gain) in enumerate([(0.01, 0.02), (0.03, -0.01), (0.01, 0.04)])
    ]  # fmt: skip

    page.rates(Runs("keras_tuner", tuple(records)))

    assert (placed["kt_far_rate"], placed["kt_edge_rate"]) == ("0.01", "0.03")
    assert (placed["kt_far_low"], placed["kt_far_high"]) == ("2.0", "4.0")
    assert (placed["kt_edge_count"], placed["kt_edge_most"]) == ("1", "1.0")


def test_the_searches_that_lose_found_one_net() -> None:
    much = chapters.load("keras_tuner")("worth", train_size=20_000)
    found = [record.numbers["found"] for record in much]
    lost = [
        f["place"]
        for f, r in zip(found, much, strict=True)
        if f["test"] < r.numbers["default"]["test"]
    ]

    assert len(lost) == 2
    assert len(set(lost)) == 1

"""The experiments on pooling and dropout: tiny, from end to end, and the laws behind them."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from dlexp import data
from dlexp.chapters.pooling_dropout import measure as experiment
from dlexp.lab.results import Measurement, Record, Unit
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, random

TINY_RATES = experiment.Rates(rates=(0.0, 0.5), size=300, epochs=2, units=16)


@pytest.fixture(scope="module", autouse=True)
def only_small_data() -> Any:
    mnist, few = data.load("mnist"), np.arange(400)
    small = replace(
        mnist.subset(2_000), validation=mnist.validation.take(few), test=mnist.test.take(few)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", lambda _: small)
        yield


# --- From end to end ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Return tiny records in the places of all published ones, three trainings of each kind."""
    made: dict[str, Measurement] = {}
    return [as_record(unit, made) for unit in experiment.units()]


def as_record(unit: Unit, made: dict[str, Measurement]) -> Record:
    """Measure a tiny unit once per configuration; the seeds get the same numbers."""
    tiny: dict[str, Any] = {
        "move": lambda config: replace(config, size=300, epochs=1),
        "cross": lambda config: replace(config, size=300, epochs=2),
        "vary": lambda config: replace(config, size=300, epochs=1, units=16),
        "average": lambda config: replace(config, masks=(1, 100), members=2, training=TINY_RATES),
        "commute": lambda config: replace(config, images=20),
        "count": lambda config: config,
    }
    kind = unit.measure.__name__
    key = f"{kind} {tiny[kind](unit.config)}"
    if key not in made:
        made[key] = unit.measure(tiny[kind](unit.config), 0)
    return Record(
        slug=unit.slug, name=unit.name, key="", config=unit.settings, seed=unit.seed,
        numbers=dict(made[key].numbers), arrays={}, provenance={},
    )  # fmt: skip


def test_every_claim_can_be_settled_from_records(records: list[Record]) -> None:
    found = experiment.claims(records)

    assert len({each.id for each in found}) == len(found) > 40
    verdicts = {each.id.partition(".")[2]: each.verdict.value for each in found}
    # What needs no training is settled even by tiny records.
    for name, verdict in {
        "convolution_commutes": "supported",
        "pooling_commutes_odd": "refuted",
        "global_max_ignores_steps": "supported",
        "global_max_ignores_all": "refuted",
        "counts_agree": "supported",
        "pooling_saves_everywhere": "refuted",
    }.items():
        assert verdicts[name] == verdict, name


def test_records_hold_what_the_page_reads(records: list[Record]) -> None:
    seeds = len(experiment.SEEDS)

    for architecture, (kind, amounts) in product(
        experiment.ARCHITECTURES, experiment.MOVES.items()
    ):
        values = experiment.accuracies(records, architecture, kind)
        assert values.shape == (seeds, len(amounts))
        assert ((values > 0) & (values < 1)).all()
    for size, name in product(experiment.SIZES, experiment.OUTCOMES):
        assert experiment.effects(records, size, name).interaction.shape == (seeds,)
    assert len(experiment.varied(records, experiment.RATES_AT, 0.8)) == seeds
    assert experiment.pooled_reliability(records, "scaled")["count"].sum() == seeds * 400
    assert len(experiment.excess(records, "ensemble")) == seeds
    assert len(experiment.judged(records, "masks 100", "calibration_error")) == seeds


def test_learning_happens_and_dropout_is_off_where_it_should_be() -> None:
    config = experiment.Factorial(size=1_000, epochs=6)

    numbers = experiment.cross(config, 0).numbers

    assert numbers["test"] > 0.6
    assert numbers["train"][-1] > numbers["reported"][-1] + 0.05


def test_two_runs_of_one_seed_are_the_same_numbers() -> None:
    first, second = (experiment.average(as_tiny(), 1).numbers for _ in range(2))

    assert first == second


def as_tiny() -> experiment.Averaging:
    return experiment.Averaging(masks=(1, 3), members=2, training=TINY_RATES)


# --- Networks -----------------------------------------------------------------------------------


def test_the_networks_that_are_compared_have_nearly_as_many_parameters() -> None:
    counts = [experiment.network(name).count_params() for name in experiment.ARCHITECTURES]

    assert max(counts) / min(counts) < 1.02


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be one of dense, strided.*; got 'lenet'"):
        experiment.network("lenet")


def test_one_seed_gives_the_same_first_weights_at_every_rate() -> None:
    from keras import utils

    def first_weights(rate: float) -> list[np.ndarray]:
        utils.set_random_seed(3)
        weights: list[np.ndarray] = experiment.perceptron(8, rate).get_weights()
        return weights

    for without, dropped in zip(first_weights(0.0), first_weights(0.5), strict=True):
        assert_agree(dropped, without, tolerance=EXACT)


def test_with_all_units_kept_the_head_by_hand_is_that_of_keras() -> None:
    from dlexp import training

    model = experiment.perceptron(16, 0.5)
    images = data.load("mnist").test.images[:50]
    hidden, kernel, bias = experiment.head_of(model, images)

    means, geometric = experiment.masked(hidden, kernel, bias, 0.0, (1, 2), 0)

    expected = experiment.softmax(training.predict(model, images))
    for found in (means[1], means[2], geometric):
        assert_agree(found, expected, tolerance=FLOAT32)


def test_masks_by_hand_spread_as_dropout_in_keras_does() -> None:
    """Mean and spread of each probability over many masks, within seven standard errors."""
    from keras import utils

    utils.set_random_seed(0)
    model, count = experiment.perceptron(16, 0.5), 2_000
    image = data.load("mnist").test.images[:1]
    hidden, kernel, bias = experiment.head_of(model, image)

    in_keras = experiment.softmax(np.asarray(model(np.repeat(image, count, axis=0), training=True)))
    repeated = np.repeat(hidden, count, axis=0)
    by_hand = experiment.masked(repeated, kernel, bias, 0.5, (1,), 0)[0][1]

    spread = in_keras.std(axis=0)
    assert (np.abs(in_keras.mean(axis=0) - by_hand.mean(axis=0)) < 7 * spread / count**0.5).all()
    np.testing.assert_allclose(by_hand.std(axis=0), spread, rtol=0.15)


@given(st.integers(0, 1000), st.floats(0.1, 0.9))
@settings(derandomize=True, max_examples=30, deadline=None)
def test_weight_scaling_is_the_geometric_mean_over_all_masks(seed: int, rate: float) -> None:
    """The law of a single layer before the softmax, with every mask of six units."""
    from dlexp.byhand import dropout

    hidden, kernel, bias = random(seed, 6), random(seed + 1, 6, 3), random(seed + 2, 3)
    masks = np.array(list(product((False, True), repeat=6)))
    chance = np.where(masks, 1 - rate, rate).prod(axis=1)
    logits = dropout.forward(np.tile(hidden, (64, 1)), rate, masks) @ kernel + bias
    mean = np.exp(chance @ np.log(experiment.softmax(logits)))

    assert_agree(mean / mean.sum(), experiment.softmax(hidden @ kernel + bias), tolerance=FLOAT64)


# --- Moves --------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [0, 1, 4])
def test_a_shift_is_exact_and_goes_in_every_direction(amount: int) -> None:
    images = np.random.default_rng(0).random((8, 28, 28, 1)).astype(np.float32)
    padded = np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)))

    found = experiment.moved(images, "shift", amount)

    for index, (down, right) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0)) * 2):
        y, x = 4 - amount * down, 4 - amount * right
        assert_agree(found[index], padded[index, y : y + 28, x : x + 28], tolerance=EXACT)


@pytest.mark.parametrize(("kind", "amount"), [("zoom", 0.8), ("zoom", 1.2), ("rotation", 20)])
def test_zooms_and_rotations_are_those_of_scipy(kind: str, amount: float) -> None:
    images = data.load("mnist").test.images[:4]
    angle = np.radians(amount) if kind == "rotation" else 0.0

    found = experiment.moved(images, kind, amount)

    for index, image in enumerate(images):
        turn = angle * (-1) ** index
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        matrix /= amount if kind == "zoom" else 1
        expected = ndimage.affine_transform(
            np.pad(image[:, :, 0], 1), matrix, 14.5 - matrix @ [14.5, 14.5], order=1
        )[1:-1, 1:-1]
        assert_agree(found[index, :, :, 0], expected, tolerance=FLOAT32)


def test_a_zoom_keeps_the_middle_and_grows_the_digit() -> None:
    images = data.load("mnist").test.images[:50]

    small, large = (experiment.moved(images, "zoom", by).sum() for by in (0.8, 1.2))

    assert abs(small / images.sum() - 0.64) < 0.02
    assert abs(large / images.sum() - 1.44) < 0.02


def test_no_shift_loses_much_ink() -> None:
    """The margin of MNIST is about as wide as the largest shift."""
    images = data.load("mnist").test.images

    assert experiment.moved(images, "shift", 4).sum() / images.sum() > 0.99


def test_an_unknown_move_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of shift, zoom, rotation; got 'shear'"):
        experiment.moved(np.zeros((1, 28, 28, 1), np.float32), "shear", 1)


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [("shift", 4, 4.0), ("zoom", 1.2, 0.2 * 5), ("rotation", 20, 2 * np.sin(np.radians(10)) * 5)],
)
def test_displacement_of_ink_five_pixels_from_the_middle(
    kind: str, amount: float, expected: float
) -> None:
    """The middle lies between pixels: (13.5 - 3.5, 13.5) is off by half a pixel to the side."""
    images = np.zeros((1, 28, 28, 1))
    images[0, [8, 8, 19, 19], [13, 14, 13, 14]] = 1

    factor = np.hypot(5.5, 0.5) / 5 if kind != "shift" else 1
    assert abs(experiment.displacement(images, kind, amount) - factor * expected) < 1e-9


# --- Judgements ---------------------------------------------------------------------------------


def test_honest_predictions_are_calibrated_and_overconfident_ones_are_not() -> None:
    generator = np.random.default_rng(0)
    probabilities = experiment.softmax(generator.normal(size=(20_000, 3)))
    labels = (generator.random((20_000, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)

    honest = experiment.judge(probabilities, labels)
    sharpened = experiment.softmax(3 * np.log(probabilities))
    too_sure = experiment.judge(sharpened, labels)

    assert honest["calibration_error"] < 0.02 < 0.1 < too_sure["calibration_error"]
    assert honest["accuracy"] == too_sure["accuracy"]
    assert honest["log_likelihood"] > too_sure["log_likelihood"]


def test_bins_hold_every_prediction() -> None:
    probabilities = experiment.softmax(random(0, 500, 10))
    labels = np.zeros(500, int)

    bins = experiment.reliability(probabilities, labels)

    assert sum(bins["count"]) == 500
    right = np.dot(bins["count"], bins["accuracy"]) / 500
    assert abs(right - experiment.judge(probabilities, labels)["accuracy"]) < 1e-9


def test_a_probability_of_zero_is_finite() -> None:
    sure = np.array([[0.0, 1.0]])

    assert np.isfinite(experiment.log_likelihood(sure, np.array([0])))


# --- Counts -------------------------------------------------------------------------------------


def test_the_first_dense_layer_of_the_report_has_a_quarter_of_the_parameters() -> None:
    with_pooling, without = (
        [row["parameters"] for row in experiment.counted_by_hand("one convolution", pooled=pooled)]
        for pooled in (True, False)
    )

    assert (with_pooling[3], without[2]) == (2_408_544, 9_633_888)
    assert with_pooling == [1_280, 0, 0, 2_408_544, 24_832, 49_344, 6_176, 330]


# --- What the live figure shows -----------------------------------------------------------------


def test_watched_networks_answer_at_every_place() -> None:
    tiny = experiment.Watching(
        architectures=("max", "global_max"),
        images=(0, 2),
        reach=1,
        training=experiment.Moving(size=300, epochs=1),
    )
    found = experiment.watch(tiny, 0)
    probabilities = found.arrays["probabilities"]
    assert probabilities.shape == (2, 2, 3, 3, 10)
    assert np.allclose(probabilities.sum(axis=-1), 1, atol=1e-5)
    assert np.abs(np.diff(probabilities, axis=2)).max() > 0
    assert found.numbers["labels"] == data.load("mnist").test.labels[[0, 2]].tolist()


def test_a_pushed_image_is_the_one_that_the_moves_shift() -> None:
    images = np.random.default_rng(0).random((4, 28, 28, 1)).astype(np.float32)
    by_turns = experiment.moved(images, "shift", 3)
    ways = [(0, 3), (3, 0), (0, -3), (-3, 0)]
    for image, expected, way in zip(images, by_turns, ways, strict=True):
        assert np.allclose(experiment.pushed(image[np.newaxis], *way)[0], expected)
    assert not experiment.pushed(images, 28, 0).any()


# --- What is published --------------------------------------------------------------------------


def test_the_published_units_have_names_of_their_own() -> None:
    units = experiment.units()

    assert len({unit.name for unit in units}) == len(units) == 30 + 40 + 20 + 5 + 5 + 1

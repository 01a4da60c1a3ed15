"""The experiment on recurrent nets and convolutions: tiny, from end to end, and its parts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import laws as sequence_laws
from dlexp.chapters.rnn_vs_cnn import measure as experiment
from dlexp.chapters.rnn_vs_cnn import sequences
from dlexp.lab.results import Measurement, Record, plain

SMALL = (128, 64, 64)
TINY: dict[str, tuple[Any, Any]] = {
    "laws": (experiment.laws, experiment.Laws(cases=5)),
    "clock": (
        experiment.clock,
        experiment.Clock(settings=((1, 4), (2, 8)), rounds=2, seconds=0.001),
    ),
    "pictures": (
        experiment.pictures,
        experiment.Pictures(order="pixels", train_size=128, validation_size=64, epochs=1),
    ),
    "recalls": (
        experiment.recalls,
        experiment.Recalls(kind="lstm_open", distances=(1, 3), profile=3, sizes=SMALL, epochs=1),
    ),
    "lengths": (
        experiment.lengths,
        experiment.Lengths(shortest=3, longest=6, padded=(6, 9), sizes=SMALL, epochs=1),
    ),
}


@pytest.fixture(scope="module", autouse=True)
def only_small_data() -> Any:
    mnist = data.load("mnist")
    few = np.arange(500)
    small = replace(
        mnist.subset(1_000), validation=mnist.validation.take(few), test=mnist.test.take(few)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", lambda _: small)
        yield


@pytest.fixture(scope="module")
def measured() -> dict[str, Measurement]:
    return {name: measure(config, 0) for name, (measure, config) in TINY.items()}


def test_every_measure_runs_and_gives_numbers_that_can_be_stored(
    measured: dict[str, Measurement],
) -> None:
    for name, found in measured.items():
        plain(dict(found.numbers), name)


def test_laws_hold_in_keras(measured: dict[str, Measurement]) -> None:
    found = measured["laws"].numbers

    assert found["agreement"] == found["miscounted"] == found["fields"] == 0
    assert found["by_length"]["lstm"] == [1600] * 3
    assert found["by_length"]["gru"] == [1248] * 3
    assert found["by_length"]["gru_before"] == [1200] * 3
    assert found["by_length"]["simple"] == found["by_length"]["conv1d"] == [400] * 3
    assert found["by_length"]["dense"] == [656, 6416, 64016]
    assert found["shifts"]["moved"] == found["shifts"]["pooled"] == 0
    assert found["shifts"]["changed"] == 5
    assert found["leaks"]["lstm_masked"] == found["leaks"]["mean_masked_at_each_layer"] == 0
    assert found["leaks"]["causal_masked_at_the_end"] == 0
    assert found["leaks"]["mean_by_masking_layer"] > 0


def test_a_formula_that_does_not_hold_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: a GRU with one bias too few."""
    count = experiment.recurrent.recurrent_parameters
    monkeypatch.setattr(
        sequence_laws.recurrent,
        "recurrent_parameters",
        lambda kind, features, units, biases=1: count(kind, features, units, biases=min(biases, 1)),
    )

    assert sequence_laws.miscounted(np.random.default_rng(0), 10) == 2


def test_nets_that_are_compared_are_of_one_size(measured: dict[str, Measurement]) -> None:
    for counts, budget in (
        (measured["clock"].numbers["parameters"], experiment.Clock().budget),
        (
            {n: net["parameters"] for n, net in measured["pictures"].numbers.items()},
            TINY["pictures"][1].budget,
        ),
    ):
        assert all(abs(count - budget) <= budget / 20 for count in counts.values()), counts


def test_times_are_arrays_of_rounds_and_nets(measured: dict[str, Measurement]) -> None:
    arrays = measured["clock"].arrays

    assert set(arrays) == {"forward_1_4", "forward_2_8", "train_1_4", "train_2_8"}
    assert all(each.shape == (2, len(experiment.TIMED)) for each in arrays.values())
    assert all((each > 0).all() for each in arrays.values())


def test_gradients_are_followed_back_before_and_after(measured: dict[str, Measurement]) -> None:
    found = measured["recalls"]

    assert len(found.numbers["test"]) == 2
    assert found.arrays["before"].shape == (4,)
    assert set(found.numbers["log10_reach"]) == {"before", "after"}
    assert not np.array_equal(found.arrays["before"], found.arrays["after"])


def test_masked_nets_answer_the_same_however_far_they_are_padded(
    measured: dict[str, Measurement],
) -> None:
    found = measured["lengths"].numbers

    assert found["lstm_masked"]["changed"] == found["mean_masked"]["changed"] == [0, 0]


def test_the_same_seed_gives_the_same_numbers(measured: dict[str, Measurement]) -> None:
    measure, config = TINY["lengths"]

    assert measure(config, 0).numbers == measured["lengths"].numbers


def test_the_profile_is_the_gradient_of_keras() -> None:
    import tensorflow as tf

    x = np.random.default_rng(1).normal(size=(3, 6, 2)).astype(np.float32)
    model = sequences.build("lstm_open", (6, 2), 4, 5)
    upstream = np.random.default_rng(0).normal(size=(3, 5))
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        state = model.layers[0](inputs)
    gradient = tape.gradient(state, inputs, tf.constant(upstream.astype(np.float32)))

    found = experiment.gradient_profile("lstm_open", model.get_weights(), x)

    expected = np.linalg.norm(gradient, axis=2).mean(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_the_recorded_values_are_those_the_module_was_written_for() -> None:
    assert experiment.pytorch()["parameters"]["lstm"] == 1664


def test_the_published_units_have_names_of_their_own() -> None:
    names = [unit.name for unit in experiment.units()]

    assert len(names) == len(set(names)) == 5 * (1 + 3 + 4 + 1 + 1)


# --- Tasks and nets -----------------------------------------------------------------------------


def test_blocks_hold_the_pixels_of_their_place() -> None:
    image = np.zeros((1, 28, 28, 1))
    image[0, 4:8, 24:28] = 1  # second row of blocks, last block

    blocks = sequences.arranged(image, "blocks")[0]

    assert blocks[13].all()
    assert blocks.sum() == 16


@pytest.mark.parametrize("order", ["rows", "pixels"])
def test_an_order_is_one_for_all_images_and_loses_nothing(order: Any) -> None:
    images = data.load("mnist").test.images[:4]

    moved = sequences.reordered(images, order, seed=3)
    again = sequences.reordered(images[2:3], order, seed=3)

    np.testing.assert_array_equal(moved[2:3], again)
    np.testing.assert_array_equal(np.sort(moved.ravel()), np.sort(images.ravel()))
    assert not np.array_equal(moved, sequences.reordered(images, order, seed=4))
    if order == "rows":
        np.testing.assert_array_equal(
            np.sort(moved.sum(axis=2), axis=1), np.sort(images.sum(axis=2), axis=1)
        )


def test_sequences_differ_in_their_padding_alone() -> None:
    tasks = [
        sequences.majority(SMALL, steps, symbols=4, shortest=5, longest=9, seed=2)
        for steps in (9, 15)
    ]

    short, long = (task.test for task in tasks)
    np.testing.assert_array_equal(short.labels, long.labels)
    np.testing.assert_array_equal(short.images, long.images[:, :9])
    assert not long.images[:, 9:].any()
    lengths = short.images.sum(axis=(1, 2))
    assert (lengths.min(), lengths.max()) == (5, 9)


@pytest.mark.parametrize("kind", [*sequences.RECURRENT, "conv1d", "pooled", "causal", "dilated"])
def test_a_net_has_the_parameters_of_the_formula(kind: str) -> None:
    model = sequences.build(kind, (12, 3), 4, 5)

    assert model.count_params() == sequences.parameters(kind, (12, 3), 4, 5)
    assert model(np.zeros((2, 12, 3), np.float32)).shape == (2, 4)


@pytest.mark.parametrize("kind", ["conv2d", "dense"])
def test_a_net_for_images_has_the_parameters_of_the_formula(kind: str) -> None:
    model = sequences.build(kind, (28, 28, 1), 10, 7)

    assert model.count_params() == sequences.parameters(kind, (28, 28, 1), 10, 7)


def test_open_gates_are_the_second_block_of_the_bias() -> None:
    bias = sequences.build("lstm_open", (4, 3), 2, 5).layers[0].get_weights()[2]

    assert bias.tolist() == [0] * 5 + [sequences.OPEN] * 5 + [0] * 10


def test_messages() -> None:
    images = np.zeros((1, 28, 28, 1))

    with pytest.raises(ValueError, match="`form` must be one of rows, blocks, image; got 'x'"):
        sequences.arranged(images, "x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`order` must be one of natural, rows, pixels"):
        sequences.reordered(images, "x", seed=0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"`kind` must be one of .*dense; got 'rnn'"):
        sequences.build("rnn", (4, 3), 2, 5)
    with pytest.raises(ValueError, match="`masked` must be one of no, end, each; got 'yes'"):
        sequences.reader("lstm", 3, 2, 5, masked="yes")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="within a twentieth; got budget=100, and 805 parameters"):
        sequences.width_for("dense", (28, 28, 1), 10, 100)


# --- Claims -------------------------------------------------------------------------------------


def record(name: str, numbers: Any = None, arrays: Any = None, **config: Any) -> Record:
    return Record(
        slug="rnn_vs_cnn", name=name, key="", config=config, seed=0, numbers=numbers or {},
        arrays=arrays or {}, provenance={},
    )  # fmt: skip


def test_slopes_and_ratios_come_from_medians() -> None:
    table = np.array([[1.0, 2, 3, 1, 1], [1, 4, 3, 2, 1], [9, 9, 9, 9, 9]])
    arrays = {"train_32_256": table, "train_32_1024": 4 * table}
    records = [record("clock-seed=0", arrays=arrays)]

    assert experiment.slopes(records, "train", 32, "lstm") == pytest.approx(1)
    assert experiment.slower(records, "train", 32, 256, "lstm").tolist() == [2]


def test_batch_gain_counts_sequences_per_second() -> None:
    arrays = {"forward_1_256": np.full((2, 5), 1.0), "forward_32_256": np.full((2, 5), 2.0)}

    assert experiment.batch_gain([record("clock-seed=0", arrays=arrays)], "lstm", 256) == [16]


def test_records_are_picked_by_measure_and_settings() -> None:
    records = [
        record("pictures-order=rows-seed=0", {"dense": {"test": 0.5}}, order="rows"),
        record("pictures-order=natural-seed=0", {"dense": {"test": 0.9}}, order="natural"),
    ]

    assert experiment.digits(records, "dense").tolist() == [0.9]
    assert experiment.digits(records, "dense", "rows").tolist() == [0.5]

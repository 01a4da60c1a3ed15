"""What is measured of recurrent nets and convolutions: tiny, from end to end, and its parts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp.byhand import recurrent
from dlexp.chapters.rnn_vs_cnn import (
    agreement,
    clock,
    further,
    laws,
    measure,
    memory,
    nets,
    reaching,
)
from dlexp.lab.units import Measurement, plain
from small import only_small_mnist

SMALL = (128, 64, 64)
TINY: dict[str, tuple[Any, Any]] = {
    "laws": (measure.laws, measure.Laws(cases=5)),
    "counts": (measure.counts, measure.Counts()),
    "clock": (
        measure.clock,
        measure.Clock(lengths=(4, 8), batch=2, steps=4, rounds=2, seconds=0.001),
    ),
    "pictures": (
        measure.pictures,
        measure.Pictures(order="rows", train_size=128, validation_size=64, epochs=1),
    ),
    "recalls": (
        measure.recalls,
        memory.Recalls(kind="lstm_open", distance=3, rate=0.01, sizes=SMALL, epochs=2),
    ),
    "gated": (
        measure.gated,
        memory.Recalls(kind="gru", distance=3, rate=0.01, sizes=SMALL, epochs=2),
    ),
    "furthers": (
        measure.furthers,
        further.Further(kind="gru_open", distance=3, rate=0.01, sizes=SMALL, epochs=2),
    ),
    "reaches": (
        measure.reaches,
        reaching.Reaches(starts=2, distance=3, sequences=4),
    ),
    "lengths": (
        measure.lengths,
        measure.Lengths(shortest=3, longest=6, padded=(6, 9), sizes=SMALL, epochs=1),
    ),
}


@pytest.fixture(scope="module", autouse=True)
def only_small_data() -> Any:
    with only_small_mnist(1_000, 500):
        yield


@pytest.fixture(scope="module")
def measured() -> dict[str, Measurement]:
    return {name: run(config, 0) for name, (run, config) in TINY.items()}


def test_every_measure_runs_and_gives_numbers_that_can_be_stored(
    measured: dict[str, Measurement],
) -> None:
    for name, found in measured.items():
        plain(dict(found.numbers), name)


def test_laws_hold_in_keras(measured: dict[str, Measurement]) -> None:
    found = measured["laws"].numbers

    assert found["agreement"] == {"values": 0, "gradients": 0}
    assert found["miscounted"] == found["fields"] == 0
    assert found["shifts"]["moved"] == found["shifts"]["pooled"] == 0
    assert found["shifts"]["changed"] == 5
    assert found["leaks"]["lstm_masked"] == found["leaks"]["mean_masked_at_each_layer"] == 0
    assert found["leaks"]["causal_masked_at_the_end"] == 0
    assert found["leaks"]["mean_by_masking_layer"] > 0


def test_keras_counts_parameters_by_length(measured: dict[str, Measurement]) -> None:
    found = measured["counts"].numbers

    assert found["stacks"] == {"plain": [1184, 5888, 24704], "dilated": [1184, 2752, 4320]}
    assert found["by_length"]["lstm"] == [1600] * 3
    assert found["by_length"]["gru"] == [1248] * 3
    assert found["by_length"]["gru_before"] == [1200] * 3
    assert found["by_length"]["simple"] == found["by_length"]["conv1d"] == [400] * 3
    assert found["by_length"]["dense"] == [656, 6416, 64016]


def test_a_formula_that_does_not_hold_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: a GRU with one bias too few."""
    count = recurrent.recurrent_parameters
    monkeypatch.setattr(
        laws.recurrent,
        "recurrent_parameters",
        lambda kind, features, units, biases=1: count(kind, features, units, biases=min(biases, 1)),
    )

    assert laws.miscounted(np.random.default_rng(0), 10) == 2


def test_a_gradient_that_is_not_that_of_keras_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: a bias gradient that leaves a step out."""
    right = recurrent.gru_gradients
    monkeypatch.setattr(
        agreement.recurrent,
        "gru_gradients",
        lambda x, weights, upstream, **options: right(x, weights, upstream, **options)._replace(
            bias=right(x[:, 1:], weights, upstream[:, 1:], **options).bias
        ),
    )

    found = laws.disagreements(np.random.default_rng(0), 5, 1e-4)

    assert found == {"values": 0, "gradients": 2}  # both forms of the GRU


def test_nets_that_are_compared_are_of_one_size(measured: dict[str, Measurement]) -> None:
    by_kind = measured["clock"].numbers["parameters"]
    for counts, budget in (
        ({(k, n): c for k, all_ in by_kind.items() for n, c in enumerate(all_)}, 8_000),
        (
            {n: net["parameters"] for n, net in measured["pictures"].numbers.items()},
            TINY["pictures"][1].budget,
        ),
    ):
        assert all(abs(count - budget) <= budget / 20 for count in counts.values()), counts


def test_times_are_arrays_of_rounds_and_nets(measured: dict[str, Measurement]) -> None:
    arrays = measured["clock"].arrays

    assert arrays["train"].shape == (2, len(clock.TIMED))
    read = {f"{run}_{steps}" for run in clock.RUN for steps in (4, 8)}
    assert set(arrays) == {"train"} | read
    assert all(arrays[name].shape == (2, len(clock.READ)) for name in read)
    assert all((each > 0).all() for each in arrays.values())


def test_gradients_are_followed_back_before_and_after(measured: dict[str, Measurement]) -> None:
    found = measured["recalls"]

    assert len(found.numbers["validation"]) == 2
    assert found.arrays["before"].shape == (4,)
    assert set(found.numbers["log10_reach"]) == {"before", "after"}
    assert not np.array_equal(found.arrays["before"], found.arrays["after"])


@pytest.mark.parametrize("clip", [0.001, None])
def test_gradients_are_clipped_where_the_configuration_says_so(clip: float | None) -> None:
    config = replace(TINY["recalls"][1], kind="dilated", clip=clip)

    loop, _, _ = memory.trained(config, lambda: memory._built(config, 4), 0)

    assert loop._optimizer.global_clipnorm == clip
    assert not memory.recalls(config, 0).arrays  # no gradients are followed through time


@pytest.mark.parametrize("kind", list(further.KINDS))
def test_controls_are_of_the_size_and_the_task_of_what_they_are_compared_with(kind: str) -> None:
    config = next(each for each in measure.FURTHER if each.kind == kind)
    parameters = further.built(config).count_params()
    compared = memory.Recalls(kind=kind, distance=config.distance, rate=0.1)

    assert abs(parameters - config.budget) <= config.budget / 20
    assert config.distance == memory.FAR < nets.field(further.DEEPER)
    for name in ("clip", "symbols", "sizes", "batch_size", "budget"):
        assert getattr(config, name) == getattr(compared, name)


def test_update_gates_of_an_open_gru_keep_nearly_all() -> None:
    gru = further.built(measure.FURTHER[0]).layers[0]
    width = gru.units

    biases = gru.get_weights()[2]

    assert (biases[0, :width] == nets.OPEN).all()  # update, reset, candidate
    assert biases.sum() == nets.OPEN * width


def test_the_last_output_of_the_convolutions_that_are_timed_sees_all_steps() -> None:
    for steps in (16, 64, 256, 1024):
        for kind in ("dilated", "strided"):
            assert nets.field(clock.stack_of(kind, steps)) == steps


def test_strided_convolutions_give_the_last_output_of_the_dilated_ones() -> None:
    config = clock.Clock()
    x = np.random.default_rng(0).normal(size=(3, 64, config.features)).astype(np.float32)
    dilated, strided = (clock._built(config, 64, kind) for kind in ("dilated", "strided"))
    strided.set_weights(dilated.get_weights())

    np.testing.assert_allclose(strided(x), dilated(x)[:, -1], atol=1e-6)
    assert strided.layers[0](x).shape[1] == 32


def test_nets_that_are_timed_answer_at_each_step_or_at_the_last() -> None:
    x = np.zeros((2, 16, 16), np.float32)

    for kind, model in clock.built(clock.Clock(), 16).items():
        assert model(x).shape == ((2, 16, 2) if kind in clock.EACH else (2, 2))


# --- How far gradients reach --------------------------------------------------------------------


def test_profiles_are_kept_by_start_and_step(measured: dict[str, Measurement]) -> None:
    found = measured["reaches"]

    assert set(found.arrays) == {f"{i}_{k}" for i in reaching.INPUTS for k in reaching.LAYERS}
    assert all(profiles.shape == (2, 4) for profiles in found.arrays.values())
    np.testing.assert_array_equal(
        found.numbers["log10_reach"]["numbers_lstm"],
        np.log10(found.arrays["numbers_lstm"][:, 0] / found.arrays["numbers_lstm"][:, -1]),
    )


def test_a_cut_lstm_has_the_same_states_and_one_way_back() -> None:
    generator = np.random.default_rng(0)
    draw = generator.normal
    weights = recurrent.Weights(draw(size=(3, 8)), draw(size=(2, 8)), draw(size=8))
    x = draw(size=(2, 5, 3))
    joined, alone = reaching.cut(x, weights)
    whole, one_way = recurrent.lstm(x, weights), recurrent.lstm(joined, alone)
    upstream = np.zeros((2, 5, 2))
    upstream[:, -1] = 1

    np.testing.assert_allclose(one_way.shown, whole.shown)
    found = recurrent.lstm_gradients(joined, alone, upstream).x[:, 0, :3]

    i, f, g, o = np.split(joined @ alone.kernel + alone.bias, 4, axis=2)
    i, f, o, g = *(1 / (1 + np.exp(-each)) for each in (i, f, o)), np.tanh(g)
    down = o[:, -1] * (1 - np.tanh(whole.cell[:, -1]) ** 2) * f[:, 1:].prod(axis=1)
    kernels = np.split(weights.kernel, 4, axis=1)
    expected = (down * g[:, 0] * i[:, 0] * (1 - i[:, 0])) @ kernels[0].T
    expected += (down * i[:, 0] * (1 - g[:, 0] ** 2)) @ kernels[2].T
    np.testing.assert_allclose(found, expected)


def test_a_profile_is_that_which_trained_nets_were_asked_for() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=(3, 6, 2))
    for kind, gates in (("simple", 1), ("lstm", 4)):
        shapes = (2, 5 * gates), (5, 5 * gates), (5 * gates,)
        weights = recurrent.Weights(*(generator.normal(size=shape) for shape in shapes))

        found = reaching.profile(kind, weights, x, np.random.default_rng(0))

        np.testing.assert_allclose(found, memory.gradient_profile(kind, [*weights], x))


def test_masked_nets_answer_the_same_however_far_they_are_padded(
    measured: dict[str, Measurement],
) -> None:
    found = measured["lengths"].numbers

    assert found["lstm_masked"]["changed"] == found["mean_masked"]["changed"] == [0, 0]


def test_the_same_seed_gives_the_same_numbers(measured: dict[str, Measurement]) -> None:
    run, config = TINY["lengths"]

    assert run(config, 0).numbers == measured["lengths"].numbers


def test_the_profile_is_the_gradient_of_keras() -> None:
    import tensorflow as tf

    x = np.random.default_rng(1).normal(size=(3, 6, 2)).astype(np.float32)
    model = nets.build("lstm_open", (6, 2), 4, 5)
    upstream = np.random.default_rng(0).normal(size=(3, 5))
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        state = model.layers[0](inputs)
    gradient = tape.gradient(state, inputs, tf.constant(upstream.astype(np.float32)))

    found = memory.gradient_profile("lstm_open", model.get_weights(), x)

    expected = np.linalg.norm(gradient, axis=2).mean(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_the_published_units_have_names_of_their_own() -> None:
    names = [unit.name for unit in measure.units()]

    assert len(names) == len(set(names)) == 5 * (1 + 2 + 1 + 1 + 1) + 3 * (8 + 2) + 6 + 1

"""The chapter on weight decay: tiny, from end to end, and its pieces on paper."""

from collections.abc import Iterator
from dataclasses import replace

import keras
import numpy as np
import pytest

from dlexp import data
from dlexp.byhand.sgd import sgd_decay_step
from dlexp.chapters.weight_decay import measure, nets
from dlexp.chapters.weight_decay.trainings import Training, drawn, look, train
from small import only_small_mnist

TINY = Training(hidden=(8, 6), size=100, batch_size=10, passes=4, looks=4)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with only_small_mnist(200, 100):
        yield


def tiny_network() -> keras.Model:
    keras.utils.set_random_seed(1)
    return nets.network((8, 6), activation="relu", initializer="glorot_uniform", dropout=0.0)


def step(optimizer: keras.optimizers.Optimizer, gradient: float) -> list[np.ndarray]:
    """Return the weights of a tiny network after a step with one gradient for all of them."""
    model = tiny_network()
    variables = model.trainable_variables
    gradients = [keras.ops.full(variable.shape, gradient) for variable in variables]
    optimizer.apply(gradients, variables)
    return [np.asarray(weights) for weights in model.get_weights()]


def test_a_step_shrinks_hidden_kernels_and_nothing_else() -> None:
    before = tiny_network().get_weights()

    after = step(nets.Penalised(0.5, l2=0.1), 0.0)

    factors = (0.9, 1, 0.9, 1, 1, 1)  # kernel, bias of two hidden layers, then of the logits
    for old, new, factor in zip(before, after, factors, strict=True):
        np.testing.assert_allclose(new, factor * old, rtol=1e-6)


def test_the_logits_shrink_if_they_are_to() -> None:
    before = tiny_network().get_weights()

    after = step(nets.Penalised(0.5, l2=0.1, output_too=True), 0.0)

    np.testing.assert_allclose(after[4], 0.9 * before[4], rtol=1e-6)
    np.testing.assert_allclose(after[5], before[5])


def test_the_step_is_that_of_a_loss_with_keras_own_penalty() -> None:
    l2, model = 0.1, tiny_network()
    kernel = model.get_layer("hidden_1").kernel
    own = keras.ops.convert_to_numpy(kernel)

    by_hand = sgd_decay_step(
        own, np.full_like(own, 0.3), np.zeros_like(own), rate=0.5, decay=2 * l2
    ).weights

    np.testing.assert_allclose(step(nets.Penalised(0.5, l2=l2), 0.3)[0], by_hand, rtol=1e-6)
    assert float(keras.regularizers.L2(l2)(kernel)) == pytest.approx(l2 * np.sum(own**2))


def test_without_strength_it_is_plain_descent() -> None:
    plain = step(keras.optimizers.SGD(0.5), 0.3)

    for one, other in zip(step(nets.Penalised(0.5, l2=0.0), 0.3), plain, strict=True):
        np.testing.assert_array_equal(one, other)


def test_squares_are_those_of_hidden_kernels() -> None:
    weights = (model := tiny_network()).get_weights()

    assert nets.squares(model) == pytest.approx(sum(np.sum(w**2) for w in (weights[0], weights[2])))


def test_a_short_training_learns() -> None:
    done = train(TINY, 1).numbers

    assert done["training_loss"][-1] < done["training_loss"][0]
    assert {len(done[name]) for name in ("accuracy", "loss", "confidence", "squares")} == {4}
    assert done["last"]["squares"] == done["squares"][-1]


def test_the_chosen_weights_are_those_of_the_lowest_validation_loss() -> None:
    done = train(replace(TINY, rate=0.5, passes=40, falls=False), 1).numbers

    place = int(np.argmin(done["loss"]))
    assert place < 3
    assert done["chosen"]["squares"] == done["squares"][place]


def test_a_strong_penalty_leaves_shorter_weights() -> None:
    free, held = (train(replace(TINY, l2=l2), 1).numbers for l2 in (0.0, 0.03))

    assert held["squares"][-1] < 0.6 * free["squares"][-1]


def test_the_loss_that_is_looked_at_has_no_penalty_in_it() -> None:
    part = data.mnist().validation
    model = tiny_network()
    before = look(model, part)
    model.get_layer("hidden_1").kernel.assign(0 * model.get_layer("hidden_1").kernel)

    after = look(model, part)

    assert after["loss"] == pytest.approx(np.log(10))  # nothing is seen any more
    assert after["confidence"] == pytest.approx(0.1)
    assert after["squares"] < before["squares"]


def test_all_images_are_those_of_both_parts() -> None:
    both = drawn(300, 1)

    assert len(both.train) == 300
    assert set(both.validation.indices) <= set(both.train.indices)
    assert len(drawn(100, 1).train) == 100
    assert not np.array_equal(drawn(100, 1).train.indices, drawn(100, 2).train.indices)


@pytest.mark.parametrize("config", measure.FACTORS)
def test_every_factor_is_one_change_or_two_of_the_rate(config: Training) -> None:
    changed = {name for name, value in vars(config).items() if value != getattr(measure.BASE, name)}

    assert len(changed) == 1 or changed == {"rate", "falls"}


def test_units_are_those_of_the_page() -> None:
    configs = [unit.config for unit in measure.units()]

    counts = {config: configs.count(config) for config in configs}
    assert counts[measure.RECIPE] == 3
    assert counts[measure.BASE] == 5
    assert sum(counts.values()) == 3 + 6 * 5 + 4 * 5 + 7 * 5 + 3 + 5

"""The one door to fitting: seeded, measured in inference mode, and chosen by validation."""

import keras
import numpy as np
import pytest
from keras import layers

from dlexp import data, training

PLAN = training.Plan(epochs=3, batch_size=16, learning_rate=0.01)


def split(size: int, seed: int) -> data.Split:
    """Make images whose label is the brighter half."""
    generator = np.random.default_rng(seed)
    images = generator.random((size, 4, 4, 1)).astype(np.float32)
    labels = (images[:, :2].sum(axis=(1, 2, 3)) > images[:, 2:].sum(axis=(1, 2, 3))).astype(
        np.int64
    )
    return data.Split(images, labels, np.arange(size))


@pytest.fixture(scope="module")
def halves() -> data.Dataset:
    return data.Dataset(split(400, 0), split(100, 1), split(100, 2), num_classes=2)


def build() -> keras.Model:
    images = keras.Input((4, 4, 1))
    return keras.Model(images, layers.Dense(2)(layers.Flatten()(images)))


def with_dropout() -> keras.Model:
    images = keras.Input((4, 4, 1))
    x = layers.Dropout(0.5)(layers.Flatten()(images))
    return keras.Model(images, layers.Dense(2)(x))


def test_one_seed_gives_one_network_and_another_seed_another(halves: data.Dataset) -> None:
    first, again, other = (training.fit(build, halves, PLAN, seed=s) for s in (0, 0, 1))

    assert first.history == again.history
    for a, b in zip(first.model.get_weights(), again.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first.model.get_weights()[0], other.model.get_weights()[0])


def test_the_model_returned_is_that_of_the_chosen_look(halves: data.Dataset) -> None:
    """With a learning rate that destroys what it learnt, the last epoch is not the best."""
    wild = training.Plan(epochs=6, batch_size=16, learning_rate=3.0)

    fitted = training.fit(build, halves, wild, seed=0)

    validation = fitted.history.accuracy["validation"]
    logits = training.predict(fitted.model, halves.validation.images)
    assert training.accuracy(logits, halves.validation.labels) == max(validation)
    assert fitted.history.chosen == validation.index(max(validation))


def test_what_is_watched_is_written_down_and_used_for_nothing(halves: data.Dataset) -> None:
    alone = training.fit(build, halves, PLAN, seed=0)
    watched = training.fit(build, halves, PLAN, seed=0, watch={"test": halves.test})

    assert len(watched.history.accuracy["test"]) == PLAN.epochs
    for a, b in zip(alone.model.get_weights(), watched.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_accuracy_is_measured_without_dropout(halves: data.Dataset) -> None:
    """Keras's running figure has dropout on; the one of the epoch's end does not."""
    fitted = training.fit(with_dropout, halves, PLAN, seed=0, watch={"train": halves.train})

    assert fitted.history.accuracy["train"][-1] > fitted.history.running_accuracy[-1]
    first, second = (training.predict(fitted.model, halves.test.images) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_plan_of_steps_looks_when_it_says_and_at_the_end(halves: data.Dataset) -> None:
    plan = training.Plan(steps=30, batch_size=16, learning_rate=0.01, optimizer="sgd", look_every=7)

    history = training.fit(build, halves, plan, seed=0).history

    assert history.steps == [7, 14, 21, 28, 30]
    assert {len(values) for values in (history.running_loss, history.accuracy["validation"])} == {5}


def test_a_descent_repeats_itself_on_one_loop(halves: data.Dataset) -> None:
    loop = training.Loop(with_dropout, halves.train, optimizer="adam", seed=2)

    first, again = (training.descend(loop, halves, PLAN, seed=2) for _ in range(2))

    assert first == again == training.fit(with_dropout, halves, PLAN, seed=2).history


def test_passes_train_afresh_from_a_seed(halves: data.Dataset) -> None:
    loop = training.Loop(with_dropout, halves.train, optimizer="adam", seed=2)
    scores = []
    for _ in range(2):
        for number in training.passes(loop, PLAN, seed=5):
            scores.append((number, training.score(loop.model, halves.test)))

    assert [number for number, _ in scores] == [0, 1, 2, 0, 1, 2]
    assert scores[:3] == scores[3:]


@pytest.mark.parametrize("lengths", [{}, {"steps": 1, "epochs": 1}])
def test_a_plan_has_steps_or_epochs(lengths: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a plan must have `steps` or `epochs`; got"):
        training.Plan(batch_size=1, learning_rate=1.0, **lengths).stops(10)


def test_accuracy_counts_the_largest_logit() -> None:
    logits = np.array([[0.0, 1.0], [2.0, 1.0], [0.0, 3.0], [5.0, 4.0]])

    assert training.accuracy(logits, np.array([1, 0, 0, 1])) == 0.5

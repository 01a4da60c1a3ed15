"""The loop: its steps are those of Keras's optimisers, and it can begin again."""

import itertools

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp import data, training


@pytest.fixture(scope="module")
def part() -> data.Split:
    return data.load("mnist").subset(110).train


def build() -> keras.Model:
    images = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(2, 3, strides=4)(images)
    x = keras.layers.Flatten()(keras.layers.BatchNormalization()(x))
    return keras.Model(images, keras.layers.Dense(10)(keras.layers.Dropout(0.3)(x)))


def plain() -> keras.Model:
    images = keras.Input((28, 28, 1))
    return keras.Model(images, keras.layers.Dense(10)(keras.layers.Flatten()(images)))


def rows(count: int, size: int = 16, seed: int = 0) -> list[np.ndarray]:
    return list(itertools.islice(training.batches(110, size, seed=seed), count))


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_step_of_plain_descent_is_the_gradient_times_the_rate(part: data.Split) -> None:
    """By hand for the biases: softmax minus label, mean over the batch."""
    loop = training.Loop(plain, part, optimizer="sgd", seed=3)
    loop.begin(learning_rate=0.5)
    (row,) = rows(1)
    batch = part.take(row)
    logits = np.asarray(loop.model(batch.images))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)

    loss, accuracy = loop.advance([row])

    expected = -0.5 * (shares - np.eye(10)[batch.labels]).mean(axis=0)
    np.testing.assert_allclose(loop.model.get_weights()[-1], expected, atol=1e-6)
    np.testing.assert_allclose(loss, -np.log(shares[np.arange(16), batch.labels]).mean(), rtol=1e-5)
    assert accuracy == np.mean(logits.argmax(axis=1) == batch.labels)


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop", "adagrad", "nadam"])
def test_steps_are_those_of_keras(part: data.Split, name: str) -> None:
    """Batch normalisation and all: the same batches, one by one, through Keras itself."""

    def without_chance() -> keras.Model:
        images = keras.Input((28, 28, 1))
        x = keras.layers.BatchNormalization()(keras.layers.Flatten()(images))
        return keras.Model(images, keras.layers.Dense(10)(x))

    loop = training.Loop(without_chance, part, optimizer=name, seed=3)
    loop.begin(learning_rate=0.01)
    loop.advance(rows(5))

    keras.utils.set_random_seed(3)
    model = without_chance()
    optimizer = keras.optimizers.get(name)
    optimizer.learning_rate = 0.01
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for row in rows(5):
        model.train_on_batch(part.images[row], part.labels[row])
    for ours, theirs in zip(loop.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["sgd", "adam", "adagrad", "nadam"])
def test_it_begins_again_as_if_it_were_new(part: data.Split, name: str) -> None:
    """Whatever it did before: weights, moments, moving statistics, what dropout draws."""
    loop = training.Loop(build, part, optimizer=name, seed=3)
    loop.begin(learning_rate=0.01)
    loop.advance(rows(6))
    first = loop.model.get_weights()
    loop.begin(seed=4, learning_rate=0.1)
    loop.advance(rows(3, seed=9))
    loop.begin(learning_rate=0.01)
    loop.advance(rows(6))
    assert same(first, loop.model.get_weights())


def test_a_seed_gives_the_weights_of_a_new_loop(part: data.Split) -> None:
    used = training.Loop(build, part, optimizer="adam", seed=3)
    used.advance(rows(3))
    used.begin(seed=7)
    new = training.Loop(build, part, optimizer="adam", seed=7)
    assert same(used.model.get_weights(), new.model.get_weights())
    used.advance(rows(4))
    new.advance(rows(4))
    assert same(used.model.get_weights(), new.model.get_weights())


def test_steps_in_pieces_are_the_steps_in_one(part: data.Split) -> None:
    loop = training.Loop(build, part, seed=3)
    whole = loop.advance(rows(6))
    weights = loop.model.get_weights()
    loop.begin()
    pieces = [loop.advance(rows(6)[start : start + 2]) for start in (0, 2, 4)]
    assert same(weights, loop.model.get_weights())
    np.testing.assert_allclose(np.mean(pieces, axis=0), whole, rtol=1e-6)


def test_a_schedule_is_followed_and_begins_again(part: data.Split) -> None:
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.1, 0.0])
    loop = training.Loop(plain, part, optimizer=keras.optimizers.SGD(schedule), seed=3)
    loop.advance(rows(3))
    after_three = loop.model.get_weights()
    loop.advance(rows(3))
    assert same(after_three, loop.model.get_weights())  # its rate is nought by then
    loop.begin()
    loop.advance(rows(3))
    assert same(after_three, loop.model.get_weights())


def test_masked_steps_change_nothing() -> None:
    """A net that reads sequences with padding learns the same, whatever stands in the padding."""

    def reader() -> keras.Model:
        steps = keras.Input((6, 1))
        x = keras.layers.Masking()(steps)
        return keras.Model(steps, keras.layers.Dense(2)(keras.layers.LSTM(3)(x)))

    generator = np.random.default_rng(0)
    short = generator.normal(size=(20, 4, 1)).astype(np.float32)
    labels = generator.integers(2, size=20)
    padded = np.concatenate([short, np.zeros((20, 2, 1), np.float32)], axis=1)
    loop = training.Loop(reader, data.Split(padded, labels, np.arange(20)), seed=1)
    unpadded = training.Loop(
        lambda: keras.Sequential(
            [keras.Input((4, 1)), keras.layers.LSTM(3), keras.layers.Dense(2)]
        ),
        data.Split(short, labels, np.arange(20)),
        seed=1,
    )
    unpadded.begin(weights=loop.first)
    for each in (loop, unpadded):
        each.advance([np.arange(20)])
    for ours, theirs in zip(loop.model.get_weights(), unpadded.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@given(st.integers(1, 40), st.integers(1, 12), st.booleans(), st.integers(0, 5))
def test_a_pass_takes_each_image_once(size: int, batch: int, keep_rest: bool, seed: int) -> None:
    batch = min(batch, size)
    count = -(-size // batch) if keep_rest else size // batch
    taken = list(
        itertools.islice(training.batches(size, batch, seed=seed, keep_rest=keep_rest), count)
    )
    images = np.concatenate(taken)
    assert len(images) == len(set(images)) == (size if keep_rest else count * batch)
    assert {len(row) for row in taken[:-1]} <= {batch}


def test_logits_that_overflow_are_wrong_answers() -> None:
    logits = np.array([[np.nan, 1.0], [np.inf, 0.0], [1.0, 0.0]])
    assert training.accuracy(logits, np.array([1, 0, 0])) == 1 / 3


def test_no_step_says_nothing(part: data.Split) -> None:
    assert np.isnan(training.Loop(plain, part, seed=0).advance([])).all()

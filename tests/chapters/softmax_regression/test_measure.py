"""The chapter on softmax regression: tiny, from end to end, and its pieces on paper."""

from collections.abc import Iterator

import numpy as np
import pytest

from dlexp.byhand.softmax import cross_entropy
from dlexp.chapters.softmax_regression import measure
from dlexp.chapters.softmax_regression.linear import (
    BINS,
    CLASSES,
    PIXELS,
    LinearWeights,
    answers,
    glorot,
    objective,
    pixels,
)
from dlexp.chapters.softmax_regression.optimum import (
    Settling,
    descended,
    restart,
    settle,
    shuffle,
    start,
)
from dlexp.chapters.softmax_regression.recipe import Training, train
from dlexp.data import Split
from small import only_small_mnist


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with only_small_mnist(200, 100):
        yield


def part(labels: list[int]) -> Split:
    images = np.zeros((len(labels), 28, 28, 1), np.float32)
    images.reshape(len(labels), -1)[range(len(labels)), labels] = 1
    return Split(images, np.array(labels), np.arange(len(labels)))


def seeing_its_pixel(strength: float) -> LinearWeights:
    """Weights by which each class wants the pixel of its own number."""
    kernel = np.zeros((PIXELS, CLASSES))
    kernel[range(CLASSES), range(CLASSES)] = strength
    return LinearWeights(kernel, np.zeros(CLASSES))


def test_answers_of_a_classifier_that_knows() -> None:
    known = answers(seeing_its_pixel(50.0), part([3, 1, 3]))

    assert known.accuracy == 1
    assert known.confidence == pytest.approx(1)
    assert known.confusion[3, 3] == 2
    assert known.confusion.sum() == 3
    np.testing.assert_allclose(known.bins[-1], [3, 3, 3])


def test_answers_of_a_classifier_that_knows_nothing() -> None:
    ignorant = answers(seeing_its_pixel(0.0), part([0, 1]))

    assert ignorant.loss == pytest.approx(np.log(CLASSES))
    assert ignorant.accuracy == 0.5  # the first of equal classes is answered
    np.testing.assert_allclose(ignorant.bins[:2].sum(axis=0), [2, 0.2, 1], atol=1e-9)
    assert len(ignorant.bins) == BINS


def test_the_penalty_is_half_the_squared_weights() -> None:
    weights, some = seeing_its_pixel(2.0), part([4])
    x = pixels(some).astype(np.float64)

    loss, gradient = objective(weights, x, some.labels, l2=0.1)

    without, bare = objective(weights, x, some.labels)
    assert loss - without == pytest.approx(0.05 * 4 * CLASSES)
    np.testing.assert_allclose(gradient.kernel - bare.kernel, 0.1 * weights.kernel)
    np.testing.assert_allclose(gradient.bias, bare.bias)


def test_first_weights_are_those_of_keras() -> None:
    drawn = glorot(1)

    assert np.abs(drawn.kernel).max() < np.sqrt(6 / 794)
    assert drawn.kernel.std() == pytest.approx(np.sqrt(2 / 794), rel=0.03)
    assert not np.array_equal(drawn.kernel, glorot(2).kernel)


def test_a_short_recipe_learns() -> None:
    tiny = Training(epochs=2, size=200, looked=100, batch_size=8, rate=0.1)

    done = train(tiny, 1)

    assert done.numbers["loss"][-1] < done.numbers["loss"][0]
    assert len(done.numbers["validation"]) == 3
    assert done.arrays["confusion"].sum() == len(done.arrays["guesses"])
    assert done.numbers["test"] == pytest.approx(
        np.trace(done.arrays["confusion"]) / done.arrays["confusion"].sum()
    )


def test_a_descent_ends_where_the_gradient_is_nothing() -> None:
    config, some = Settling(l2=0.1, steps=200, size=20), part([0, 1, 2, 2])

    end = descended(start(1), some, config)

    x = pixels(some).astype(np.float64)
    _, gradient = objective(end, x, some.labels, config.l2)
    assert max(np.abs(gradient.kernel).max(), np.abs(gradient.bias).max()) < 1e-6


def test_looks_go_on_where_a_descent_has_ended() -> None:
    done = settle(Settling(l2=1.0, size=50, steps=60), 1)

    assert done.numbers["steps"] < 60
    assert len(done.numbers["validation"]) == 60
    assert done.numbers["loss"][-1] == done.numbers["loss"][done.numbers["steps"] - 1]


def test_who_stops_early_stops_at_the_first_best_look() -> None:
    config = Settling(size=50, steps=40)

    done = settle(config, 1)

    looked = np.array(done.numbers["validation"])
    shorter = settle(Settling(size=50, steps=int(looked.argmax()) + 1), 1)
    for name in ("train", "test", "test_loss", "confidence", "length"):
        assert done.numbers[f"early_{name}"] == shorter.numbers[name]


def test_labels_that_are_dealt_out_are_harder_to_fit() -> None:
    config = Settling(size=200, steps=10)

    assert shuffle(config, 1).numbers["loss"] > 2 * settle(config, 1).numbers["loss"][-1]


def test_without_a_penalty_few_images_are_all_fitted() -> None:
    done = settle(Settling(size=50, steps=100), 1)

    assert done.numbers["train"] == 1
    assert done.numbers["loss"][-1] < 1e-4


def test_two_descents_with_a_penalty_end_at_one_place() -> None:
    done = restart(Settling(l2=0.1, size=50, steps=500), 1)

    assert done.numbers["apart"] < 1e-3 * done.numbers["apart_before"]
    assert done.numbers["losses"][0] == pytest.approx(done.numbers["losses"][1])


def test_units_are_those_of_the_page() -> None:
    kinds = [unit.measure.__name__ for unit in measure.units()]

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "train": 5, "settle": 20, "restart": 5, "shuffle": 5,
    }  # fmt: skip


def test_cross_entropy_of_the_objective_is_by_hand() -> None:
    weights, some = seeing_its_pixel(1.0), part([1, 2])
    x = pixels(some).astype(np.float64)

    assert objective(weights, x, some.labels)[0] == cross_entropy(weights.logits(x), some.labels)

"""The experiment on Grad-CAM: tiny, from end to end, and its maps' laws on a real network."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.grad_cam import explanations, measure, nets, pictures, scores
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from small import only_small_mnist

TINY = measure.Config(epochs=1)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[data.Dataset]:
    with only_small_mnist(2_000, 500) as small:
        yield small


@pytest.fixture(scope="module")
def record() -> Record:
    return as_record(measure.train(TINY, 0), "train-seed=0", {"filters": TINY.filters})


def as_record(measured: Measurement, name: str, config: dict[str, Any]) -> Record:
    return Record(
        slug="grad_cam", name=name, key="", config=config, seed=0, numbers=dict(measured.numbers),
        arrays=measured.arrays, provenance={},
    )  # fmt: skip


@pytest.mark.parametrize(("filters", "parameters"), [(128, 241_546), (64, 130_890)])
def test_networks_have_the_parameters_of_the_reports(filters: int, parameters: int) -> None:
    assert nets.network(filters).model.count_params() == parameters


def test_training_learns_and_chooses_its_epoch_by_validation(record: Record) -> None:
    history = record.numbers["history"]

    assert record.numbers["test_accuracy"] > 0.3  # three times chance, after one short epoch
    assert history["chosen"] == np.argmax(history["accuracy"]["validation"])
    assert all(len(values) == TINY.epochs for values in history["accuracy"].values())


def test_the_stored_weights_are_small_and_are_what_was_measured(
    record: Record, small: data.Dataset
) -> None:
    from dlexp import training

    logits = training.predict(nets.trained(record).model, small.test.images)

    assert sum(array.nbytes for array in record.arrays.values()) < 1_000_000
    np.testing.assert_array_equal(logits.argmax(axis=1), record.arrays["predictions"])
    assert training.accuracy(logits, small.test.labels) == record.numbers["test_accuracy"]


def test_two_runs_of_one_seed_are_the_same_bits(record: Record) -> None:
    again = measure.train(TINY, 0)

    assert again.numbers == record.numbers
    for name, array in again.arrays.items():
        np.testing.assert_array_equal(array, record.arrays[name])


def test_explaining_measures_every_method_and_changes_no_prediction(record: Record) -> None:
    measured = explanations.explain(
        explanations.Explanation(fractions=(0.1, 0.3)), 0, record
    ).numbers

    assert measured["changed_predictions"] == 0
    for test in ("deletion", "insertion", "ink_deletion"):
        assert set(measured[test]) == {"right", "reported", "borrowed", "random", "ink"}
        assert all(0 <= share <= 1 for curve in measured[test].values() for share in curve)
    assert -1 <= measured["untrained_agrees"] < 0.9


def test_the_gallery_has_what_the_page_draws(record: Record) -> None:
    shown = pictures.gallery(pictures.Gallery(num_first=10, num_errors=5), 0, record)

    assert shown.arrays["first_activations"].shape == (10, 7, 7, 128)
    assert shown.arrays["errors_true"].shape == (5, 7, 7, 128)
    assert set(shown.numbers) == {
        "sequential_output", "added_output", "listed_gradient", "added_gradient", "mean_exists",
        "tf_mean_exists", "gradient_inside_tape_differs_by",
    }  # fmt: skip
    assert "never been called" in shown.numbers["added_output"]
    assert shown.numbers["listed_gradient"]
    assert not shown.numbers["added_gradient"]  # the quiet trap: cut, and nothing comes back
    assert shown.numbers["gradient_inside_tape_differs_by"] == 0


def test_the_exported_network_answers_as_the_page_will(record: Record, small: data.Dataset) -> None:
    measured = measure.export(measure.Browser(num_first=3, num_errors=2), 0, record)
    numbers, arrays = measured.numbers, measured.arrays

    assert abs(numbers["test_accuracy"] - record.numbers["test_accuracy"]) < 0.02
    assert numbers["changed_predictions"] < 0.05 * len(small.test)
    assert arrays["indices"][:3].tolist() == [0, 1, 2]
    assert arrays["maps"].shape == arrays["hires"].shape == (5, 10, 7, 7)
    assert (np.diff(arrays["typical"], axis=1) >= 0).all()
    wrong = arrays["indices"][3:]
    assert (arrays["logits"][3:].argmax(axis=1) != small.test.labels[wrong]).all()


@pytest.fixture(scope="module")
def explained(record: Record, small: data.Dataset) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return a head, the activations of twenty images, and their predicted classes."""
    net = nets.trained(record)
    activations = np.asarray(net.trunk(small.test.images[:20], training=False))
    return net.head, activations, np.asarray(net.head(activations)).argmax(axis=1)


def maps(head: Any, activations: np.ndarray, classes: np.ndarray) -> np.ndarray:
    return nets.coarse_map(activations, nets.gradients(head, activations, classes))


def test_fault_one_each_image_has_its_own_map(explained: Any) -> None:
    head, activations, classes = explained

    first, second = maps(head, activations, classes)[:2]

    assert not np.allclose(first, second)


def test_faults_two_and_five_a_map_does_not_depend_on_its_company(explained: Any) -> None:
    head, activations, classes = explained

    together = maps(head, activations, classes)
    alone = np.concatenate(
        [maps(head, activations[[i]], classes[[i]]) for i in range(len(classes))]
    )

    np.testing.assert_allclose(together, alone, atol=1e-5 * together.max())


def test_fault_five_the_reports_map_depends_on_its_company(explained: Any) -> None:
    """The test of the test: the fault that it looks for is found."""
    head, activations, _ = explained

    in_one_company = nets.reported_map(head, activations[:10])[0]
    in_another = nets.reported_map(head, activations[[0, *range(11, 20)]])[0]

    assert not np.allclose(in_one_company, in_another, atol=1e-3 * in_one_company.max())


def test_fault_three_reordering_the_batch_reorders_the_maps(explained: Any) -> None:
    head, activations, classes = explained
    order = np.random.default_rng(0).permutation(len(classes))

    reordered = maps(head, activations[order], classes[order])

    expected = maps(head, activations, classes)[order]
    np.testing.assert_allclose(reordered, expected, atol=1e-5 * expected.max())


def test_fault_three_another_class_has_another_map(explained: Any) -> None:
    head, activations, classes = explained

    assert not np.allclose(
        maps(head, activations, classes), maps(head, activations, (classes + 1) % 10)
    )


def test_fault_four_gradients_are_of_the_logit(explained: Any) -> None:
    """Checked by differences: a small step along the gradient moves the logit as it says."""
    head, activations, classes = explained
    # Off the kink where pooled positions tie at zero: there, no derivative exists.
    noise = np.random.default_rng(0).random(activations.shape)
    activations = activations + noise.astype(np.float32)
    gradient = nets.gradients(head, activations, classes)
    norms = np.sum(gradient.astype(np.float64) ** 2, axis=(1, 2, 3))
    rows = np.arange(len(classes))
    step = 1e-3 / np.sqrt(norms)[:, None, None, None]

    up = np.asarray(head(activations + step * gradient))[rows, classes]
    down = np.asarray(head(activations - step * gradient))[rows, classes]

    np.testing.assert_allclose((up - down) / (2 * step[:, 0, 0, 0]), norms, rtol=2e-2)


def test_fault_four_gradients_of_all_probabilities_cancel_and_those_of_logits_do_not(
    explained: Any,
) -> None:
    head, activations, _ = explained
    sums = {
        of: sum(
            nets.gradients(head, activations, np.full(len(activations), label), of=of)
            for label in range(10)
        )
        for of in ("logit", "probability")
    }

    largest = {of: np.abs(total).max() for of, total in sums.items()}
    assert largest["probability"] < 1e-5 < 1e-2 < largest["logit"]


def test_gradients_refuse_an_unknown_score(explained: Any) -> None:
    head, activations, classes = explained

    with pytest.raises(ValueError, match='"logit" or "probability"; got \'softmax\''):
        nets.gradients(head, activations, classes, of="softmax")


def test_ranks_are_a_permutation_and_follow_the_scores() -> None:
    drawn = np.random.default_rng(0).random((3, 4, 5))

    rank = scores.ranks(drawn)

    np.testing.assert_array_equal(np.sort(rank, axis=1), np.tile(np.arange(20), (3, 1)))
    np.testing.assert_array_equal(
        np.take_along_axis(drawn.reshape(3, -1), rank.argsort(axis=1), axis=1),
        -np.sort(-drawn.reshape(3, -1), axis=1),
    )


def test_ties_are_broken_by_chance_not_by_position() -> None:
    rank = scores.ranks(np.zeros((400, 2, 2)))

    assert np.abs(rank.mean(axis=0) - 1.5).max() < 0.3


def test_deleting_and_inserting_keep_what_they_should() -> None:
    image = np.array([[0.0, 0.2, 0.4, 0.6]])
    rank = np.array([[0, 1, 2, 3]])

    np.testing.assert_array_equal(scores.deleted(image, rank, 0.5), [[0, 0, 0.4, 0.6]])
    np.testing.assert_array_equal(scores.inserted(image, rank, 0.5), [[0, 0.2, 0, 0]])
    np.testing.assert_array_equal(scores.ink_deleted(image, rank, 0.3), [[0, 0, 0.4, 0.6]])


def test_the_published_units_need_what_they_explain() -> None:
    units = measure.units()
    names = [unit.name for unit in units]

    assert len(names) == len(set(names))
    assert sum(name.startswith("train") for name in names) == 10
    for kind in ("explain", "judge"):
        explained = [unit for unit in units if unit.name.startswith(kind)]
        assert [unit.needs[0].seed for unit in explained] == [unit.seed for unit in explained]
    for unit in (unit for unit in units if unit.measure is measure.shuffle):
        assert [needed.seed for needed in unit.needs] == [unit.seed, unit.seed + 1]
    [exported] = [unit for unit in units if unit.measure is measure.export]
    assert exported.needs == (units[0],)  # stale when the published network is

"""What is asked of the methods, tiny, from end to end; and their laws on a real network."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.grad_cam import judging, labels, measure, methods, nets, scores, twins
from dlexp.lab.records import Record
from small import only_small_mnist

FEW = 60


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[data.Dataset]:
    with only_small_mnist(600, FEW) as small:
        yield small


@pytest.fixture(scope="module")
def record() -> Record:
    measured = measure.train(measure.Config(epochs=1, batch_size=32), 0)
    return Record(
        "grad_cam", "train-seed=0", "", {"filters": 128}, 0, dict(measured.numbers),
        measured.arrays, {},
    )  # fmt: skip


@pytest.fixture(scope="module")
def asked(record: Record, small: data.Dataset) -> tuple[nets.Network, methods.Question]:
    net, images = nets.trained(record), small.test.images[:8]
    chosen = np.asarray(net.model(images)).argmax(axis=1)
    return net, methods.ask(net, images, chosen)


@pytest.fixture(scope="module")
def judged(record: Record) -> Any:
    tiny = judging.Judgement(fractions=(0.1, 0.3), num_all=40, num_some=20)
    return judging.judge(tiny, 0, record).numbers


def test_every_method_is_put_to_every_test(judged: Any) -> None:
    assert set(judged["all"]) == set(judging.RIVALS)
    assert set(judged["some"]) == set(judged["truth"]) == set(methods.METHODS)
    for method in judged["some"].values():
        assert set(method) == set(judging.TESTS)
        assert all(0 <= share <= 1 for curve in method.values() for share in curve)


def test_what_is_measured_of_maps_is_in_its_range(judged: Any) -> None:
    assert all(0 <= judged["blank"][name] <= 1 for name in judging.RIVALS)
    assert 0 < judged["blank_cells"] < 1
    assert -1 <= judged["alike"]["grad_cam"]["any"] <= 1
    assert 0 <= judged["signs"]["lost"] <= 1
    assert 0.1 <= judged["torn"]["median"] <= 1


def test_layers_forget_alone_and_one_after_another(judged: Any) -> None:
    forgetting = judged["forgetting"]

    assert forgetting["layers"] == ["logits", "dense", "conv_3", "conv_2", "conv_1"]
    first = {way: forgetting[way]["grad_cam"][0] for way in ("independent", "cascading")}
    assert first["independent"] == first["cascading"]  # only the last layer has forgotten
    assert forgetting["independent"]["gradient"] != forgetting["cascading"]["gradient"]


def test_maps_have_no_negative_value_and_fit_the_image(asked: Any) -> None:
    net, question = asked
    for name, method in methods.METHODS.items():
        maps = method(net, question)
        assert maps.shape in {(8, 7, 7), (8, 28, 28)}, name
        assert maps.min() >= 0, name
        assert maps.max() > 0, name


def test_what_is_not_read_is_marked_by_grad_cam_and_not_by_its_cure(asked: Any) -> None:
    """The pooling after the last convolution drops the last row and the last column."""
    net, question = asked

    assert methods.grad_cam(net, question)[:, 6].max() > 0
    assert methods.hires_cam(net, question)[:, 6].max() == 0
    assert np.abs(methods.blanking(net, question)[:, 6]).max() == 0


def test_grad_cam_plus_is_its_formula(asked: Any) -> None:
    net, question = asked
    g, a = question.slopes[0], question.activations[0]
    weights = np.zeros(g.shape[2])
    for c in range(g.shape[2]):
        for i, j in np.ndindex(g.shape[:2]):
            below = 2 * g[i, j, c] ** 2 + a[..., c].sum() * g[i, j, c] ** 3
            if below:
                weights[c] += g[i, j, c] ** 2 / below * max(g[i, j, c], 0)

    expected = np.maximum((a * weights).sum(axis=2), 0)
    found = methods.grad_cam_plus(net, question)[0]
    np.testing.assert_allclose(found, expected, atol=1e-3 * expected.max())


def test_integrated_gradients_add_up_to_the_change_of_the_logit(asked: Any) -> None:
    """Completeness, up to the steps of the sum: with signs, nothing is left over."""
    net, question = asked
    total = np.zeros_like(question.images)
    for step in range(100):
        at = question.images * ((step + 0.5) / 100)
        total += question.images * nets.gradients(net.model, at, question.classes) / 100
    rows = np.arange(8)
    ends = [np.asarray(net.model(x)) for x in (question.images, 0 * question.images)]
    change = ends[0][rows, question.classes] - ends[1][rows, question.classes]

    np.testing.assert_allclose(total.sum(axis=(1, 2, 3)), change, rtol=0.02)
    found = methods.integrated_gradients(net, question)
    assert (found[question.images[..., 0] == 0] == 0).all()


def test_covering_an_empty_patch_changes_nothing(asked: Any) -> None:
    net, question = asked
    empty = judging.coarse(question.images[..., 0]) == 0

    assert methods.occlusion(net, question)[empty].max() == 0


def test_torn_digits_keep_their_pieces() -> None:
    images = np.random.default_rng(0).random((3, 8, 8, 1))

    mixed = judging.torn(images, 2, 0)

    corners = {images[0, y : y + 4, x : x + 4].sum() for y in (0, 4) for x in (0, 4)}
    assert {mixed[0, y : y + 4, x : x + 4].sum() for y in (0, 4) for x in (0, 4)} == corners
    assert not np.array_equal(images, mixed)
    np.testing.assert_array_equal(mixed, judging.torn(images, 2, 0))


def test_rank_correlation_is_blind_to_scale_and_knows_ties() -> None:
    first = np.array([[[0.0, 0.0], [1.0, 5.0]]])

    assert scores.mean_rank_correlation(first, first**3) == pytest.approx(1)
    assert scores.mean_rank_correlation(first, 9 - first) == pytest.approx(-1)


TINY = {"num_train": 300, "num_test": 40, "epochs": 2, "num_shown": 2}


@pytest.mark.parametrize(
    ("head", "apart"), [("flatten", True), ("average_flatten", True), ("average", False)]
)
def test_only_under_an_average_of_all_places_the_two_maps_are_one(head: str, apart: bool) -> None:
    measured = twins.twin(twins.Twin(head=head, **TINY), 0)
    numbers = measured.numbers

    assert (numbers["apart"] > 1e-4) is apart
    assert all(0 <= share <= 1 for share in numbers["mass"].values())
    assert all(-1 <= each <= 1 for each in numbers["agrees"].values())
    assert measured.arrays["pictures"].shape == (2, 28, 56)
    assert measured.arrays["map_hires_cam"].shape == (2, 7, 14)


def test_the_whole_digit_stands_where_it_is_said_to(small: data.Dataset) -> None:
    pictures, left = twins.beside(small.test, 4, 0)

    for image, digit, is_left in zip(pictures.images, small.test.images, left, strict=True):
        half = image[:, :28] if is_left else image[:, 28:]
        np.testing.assert_array_equal(half, digit)
    assert 0 < left.mean() < 1


def test_other_pieces_leave_the_digit_where_it_was(small: data.Dataset) -> None:
    first, left = twins.beside(small.test, 4, 0)
    second, again = twins.beside(small.test, 4, 1, left)

    np.testing.assert_array_equal(left, again)
    for one, two, is_left in zip(first.images, second.images, left, strict=True):
        half = slice(0, 28) if is_left else slice(28, 56)
        np.testing.assert_array_equal(one[:, half], two[:, half])
        assert not np.array_equal(one, two)


def test_twins_refuse_an_unknown_head() -> None:
    with pytest.raises(ValueError, match='"average_flatten", "average"; got \'max\''):
        twins.network((2, 2, 2), "max")


def test_mass_and_top_are_those_of_the_digits_half() -> None:
    maps = np.array([[[3.0, 0, 1, 0]], [[0, 0, 0, 0]]])
    left = np.array([True, False])

    assert twins._mass(maps, left) == (0.75 + 0.5) / 2
    assert twins._top(maps, left) == 0.5


def test_labels_at_random_are_compared_with_another_taught_network(record: Record) -> None:
    tiny = labels.Shuffled(num_train=40, epochs=2, true_epochs=2, num_images=20)

    numbers = labels.shuffle(tiny, 0, record, record).numbers

    assert numbers["agreement"]["grad_cam"]["other"] == pytest.approx(1)  # the same network
    assert numbers["agreement"]["grad_cam"]["shuffled"] < 0.9
    assert numbers["agreement"]["grad_cam"]["small"] < 1

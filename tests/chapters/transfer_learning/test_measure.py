"""The chapter on transfer learning: tiny, from end to end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from dlexp.chapters.transfer_learning import measure, nets, showings, tasks, transfers
from dlexp.chapters.transfer_learning.collapses import Collapse, collapse, task
from dlexp.chapters.transfer_learning.norms import MODES, Norms, normalise
from dlexp.chapters.transfer_learning.pretraining import Pretraining, pretrain
from dlexp.chapters.transfer_learning.transfers import FROZEN, Transfer, transfer
from dlexp.data import DataError
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from small import only_small_mnist

TINY = Pretraining(size=100, passes=1, batch_size=50)

FEW = Transfer(sizes=(5, 20), rates=(0.01,), steps=8, batch_size=5, looks=4, looked=30, read=30)

SMALL = Collapse(size=60, tested=30, passes=1, batch_size=20)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with only_small_mnist(600, 100):
        yield


def record(measured: Measurement) -> Record:
    return Record("transfer_learning", "pretrain", "", {}, 1, measured.numbers, measured.arrays, {})


@pytest.fixture(scope="module")
def learnt() -> Record:
    return record(pretrain(TINY, 1))


def test_a_base_is_kept_without_its_head(learnt: Record) -> None:
    shapes = [each.shape for _, each in sorted(learnt.arrays.items())]

    assert shapes == [(3, 3, 1, 8), (8,), (3, 3, 8, 16), (16,), (3, 3, 16, 32), (32,)]
    assert len(learnt.numbers["learnt"]) == TINY.passes


def test_what_is_taken_along_is_where_it_begins(learnt: Record) -> None:
    who = transfers.learner(FEW, 1, learnt)

    for place, (_, kept) in enumerate(sorted(learnt.arrays.items())):
        np.testing.assert_array_equal(who.first[place], kept)
    assert [each.shape for each in who.first[-2:]] == [(512, 5), (5,)]


@pytest.mark.parametrize("way", [FROZEN, *transfers.SHARES])
def test_every_way_ends_with_numbers_for_each_size(way: str, learnt: Record) -> None:
    done = transfer(replace(FEW, way=way), 1, learnt).numbers

    assert {len(values) for values in done.values()} == {2}
    assert [len(curve) for curve in done["curve"]] == [FEW.looks] * 2
    assert (min(done["moved"]) > 0) == (way != FROZEN)


def test_features_once_are_a_base_without_a_share(learnt: Record) -> None:
    config = replace(FEW, way=FROZEN)
    alone, whole = (
        transfers.learner(replace(config, way=way), 1, learnt) for way in (FROZEN, "tuned")
    )
    only_head = partial(whole.share, (0, 0, 0, 1))
    whole = replace(whole, share=lambda _: only_head())

    ends = [transfers._trained(config, who, 20, 0.01, 1)["weights"][-2:] for who in (alone, whole)]

    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_layer_moves_by_its_share() -> None:
    import keras

    keras.utils.set_random_seed(1)
    model, optimizer = nets.network(), nets.Layered()
    optimizer.build(model.trainable_variables)
    optimizer.share((0, 0.5, 1, 1))
    before = model.get_weights()
    slopes = [keras.ops.ones(variable.shape) for variable in model.trainable_variables]

    optimizer.apply(slopes, model.trainable_variables)

    moved = [float((a - b).max()) for a, b in zip(before, model.get_weights(), strict=True)]
    np.testing.assert_allclose(moved, [0, 0, 0.005, 0.005, 0.01, 0.01, 0.01, 0.01], atol=1e-6)


def test_smaller_sets_of_images_take_classes_in_turn() -> None:
    drawn = transfers.drawn(FEW, 1).train

    assert sorted(drawn.labels[:5].tolist()) == [0, 1, 2, 3, 4]
    assert len(drawn) == 20


@pytest.mark.parametrize("other", [(5,), (5, 60), (20,)])
def test_images_of_a_seed_are_the_same_whatever_the_other_sizes(other: tuple[int, ...]) -> None:
    some, others = (
        transfers.drawn(replace(FEW, sizes=sizes), 1).train.indices for sizes in (FEW.sizes, other)
    )

    both = min(len(some), len(others))
    assert some[:both].tolist() == others[:both].tolist()


def test_another_seed_has_other_images() -> None:
    some, others = (transfers.drawn(FEW, seed).train.indices for seed in (1, 2))

    assert set(some) != set(others)


def test_more_images_than_there_are_is_an_error() -> None:
    with pytest.raises(DataError, match="`size` must be in 1"):
        transfers.drawn(replace(FEW, sizes=(5, 1_000)), 1)


def test_each_phase_has_as_many_steps(learnt: Record) -> None:
    who = transfers.learner(replace(FEW, way="gradual"), 1, learnt)
    phases: list[tuple[float, ...]] = []
    seen = replace(who, share=lambda shares: phases.append(tuple(shares)))

    transfers.tuned(replace(FEW, way="gradual"), seen, 5, 1)

    assert phases == list(transfers.SHARES["gradual"])


def test_looks_that_miss_a_phase_are_an_error(learnt: Record) -> None:
    config = replace(FEW, way="gradual", looks=3)

    with pytest.raises(ValueError, match="multiple of 4, the phases of 'gradual'; got looks=3"):
        transfer(config, 1, learnt)


def test_halves_have_five_classes_each() -> None:
    upper = tasks.target("digits")
    lower = tasks.source("digits", 50, 1)

    assert set(upper.train.labels) == set(lower.train.labels) == set(range(5))
    assert not set(upper.train.indices) & set(lower.train.indices)


def test_shuffled_labels_leave_the_images() -> None:
    plain, spoilt = (tasks.source(kind, 50, 1).train for kind in ("digits", "labels"))

    np.testing.assert_array_equal(plain.images, spoilt.images)
    assert sorted(plain.labels) == sorted(spoilt.labels)
    assert plain.labels.tolist() != spoilt.labels.tolist()


@pytest.mark.parametrize(
    ("shown", "low", "high"), [("inverted", 0, 1), ("bytes", 0, 255), ("centred", -1, 1)]
)
def test_images_are_shown_in_their_range(shown: str, low: float, high: float) -> None:
    images = tasks.target("digits", shown).train.images

    assert (images.min(), images.max()) == (low, high)
    assert images.dtype == np.float32


def test_a_task_has_the_share_of_the_report() -> None:
    (_, y), (_, truth) = task(SMALL, 1)

    assert (y.sum(), truth.sum()) == (round(60 * 10_803 / 16_261), round(30 * 2_747 / 4_066))


def test_behind_a_softmax_the_loss_is_that_of_a_sigmoid() -> None:
    healthy, blind, hidden = (
        collapse(replace(SMALL, fault=fault), 1).numbers
        for fault in ("none", "softmax", "hidden_softmax")
    )

    assert blind["loss"] == healthy["loss"]
    assert blind["positive"] == hidden["positive"] == 1.0
    assert blind["rescued"] == healthy["test"]
    assert hidden["gradient"] == [0.0, 0.0]
    assert hidden["moved"] == 0.0


ON_PYTORCH = """
import keras

x, y = keras.ops.reshape(keras.ops.arange(8.0), (4, 2)), keras.ops.array([[1.0], [0.0]] * 2)
for activation in ("softmax", "sigmoid"):
    layer = keras.layers.Dense(1, activation)
    keras.losses.binary_crossentropy(y, layer(x)).mean().backward()
    print(keras.backend.backend(), bool((layer.kernel.value.grad == 0).all()))
"""


def test_on_pytorch_keras_looks_for_no_logits() -> None:
    settings = {**os.environ, "KERAS_BACKEND": "torch"}
    command = [sys.executable, "-W", "ignore", "-c", ON_PYTORCH]

    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[:2] == ["torch True", "torch False"]


def test_a_frozen_network_has_nothing_to_train() -> None:
    done = collapse(replace(SMALL, fault="frozen"), 1).numbers

    assert (done["trainable"], done["moved"], done["gradient"]) == (0, 0.0, [0.0, 0.0])


def test_modes_move_what_they_say() -> None:
    base = record(pretrain(replace(TINY, normed=True), 1))

    done = normalise(Norms(size=20, rates=(0.01,), steps=4), 1, base).numbers

    for mode, (frozen, kept) in MODES.items():
        assert (done[mode]["weights"] == 0) == frozen
        assert (done[mode]["statistics"] == 0) == kept


def test_heads_are_shown_every_way(learnt: Record) -> None:
    done = showings.show(showings.Showing(size=10, rates=(0.01,)), 1, learnt).numbers

    for name in ("learnt", "train", "served"):
        assert set(done[name]) == set(tasks.SHOWN)
    assert done["served"]["as_learnt"] == done["learnt"]["as_learnt"]


def test_units_need_the_base_of_their_seed() -> None:
    for unit in measure.units():
        assert all(need.seed == unit.seed for need in unit.needs)
        source = getattr(unit.config, "source", None)
        assert (source == measure.NOTHING) == (source is not None and not unit.needs)

"""Networks that are carried over: tiny, from end to end."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp import chapters
from dlexp.chapters.conv_shapes import carried, nets
from dlexp.lab.runs import Runs

TINY = replace(
    carried.Carrying(), filters=(2, 3), size=200, epochs=2, watched=500, tested=500
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return dict(carried.carry(TINY, 0).numbers)


def test_each_network_is_watched_after_each_pass(found: dict[str, Any]) -> None:
    assert {name: len(seen) for name, seen in found["validation"].items()} == dict.fromkeys(
        ("same", "half", "carried"), TINY.epochs
    )


def test_zeros_put_right_change_nothing_and_half_a_kernel_does(found: dict[str, Any]) -> None:
    assert found["changed"]["after"] == 0
    assert found["changed"]["carried"] > 0
    assert found["test"]["after"] == found["test"]["same"]


def test_digits_are_moved_step_by_step_and_answers_compared(found: dict[str, Any]) -> None:
    assert len(found["moved"]) == 3
    assert found["answers"]["equal"] >= found["answers"]["whole_equal"]
    assert 0 < found["answers"]["whole"] < TINY.tested
    assert 0 < found["answers"]["by_chance"] <= 1


def test_the_mean_over_places_is_carried_over_too() -> None:
    tiny = replace(TINY, head="mean", trained=("same",))

    found: Any = carried.carry(tiny, 0).numbers

    assert set(found["test"]) == {"same", "carried", "after"}
    assert carried.network("same", (2, 3), "mean").count_params() == 20 + 57 + 40


def test_the_carried_network_sees_the_picture_moved() -> None:
    """Away from the rim, to the last bit; with one layer the move is one pixel."""
    from dlexp import data, training

    images = data.mnist().test.images[:20]
    first, second = (carried.network(padding, (2, 3)) for padding in ("same", "half"))
    second.set_weights(first.get_weights())
    maps = [_maps(model, x) for model, x in ((second, images), (first, carried.moved(images, 3)))]

    np.testing.assert_allclose(maps[0][:, 1:-1, 1:-1], maps[1][:, 1:-1, 1:-1], atol=1e-6)
    assert training.predict(first, images).shape == (20, 10)


def _maps(model: Any, images: Any) -> Any:
    """Return what comes out before the cells are flattened."""
    x = images
    for layer in model.layers[:-2]:
        x = layer(x)
    return np.asarray(x)


def test_every_learning_rate_is_tried_with_each_padding() -> None:
    tiny = carried.Choosing(rates=(0.001, 0.01), training=TINY)

    found: Any = carried.choose(tiny, 0).numbers

    assert {name: len(rates) for name, rates in found["accuracy"].items()} == {"same": 2, "half": 2}
    assert found["carried"]["half"] == found["accuracy"]["half"]  # its zeros are the same
    assert found["carried"]["same"] != found["accuracy"]["same"]


def best_rates(chosen: Runs) -> dict[tuple[str, int, str], float]:
    """Return the rate with the best mean validation accuracy, for each head, passes and padding.

    Where two are as good, it is the lower one.
    """
    best = {}
    for record in chosen:
        how, rates = record.config["training"], record.config["rates"]
        alike = Runs(chosen.slug, tuple(r for r in chosen if r.config["training"] == how))
        for padding in how["trained"]:
            means = alike.numbers("accuracy", padding).mean(axis=0)
            best[how["head"], how["epochs"], padding] = rates[int(means.argmax())]
    return best


def test_the_published_learning_rates_are_the_best_and_none_is_at_the_edge() -> None:
    best = best_rates(chapters.load("conv_shapes")("choose"))

    assert best == {
        (config.head, config.epochs, padding): config.learning_rate
        for config in (carried.Carrying(), *carried.PAIR.values())
        for padding in config.trained
    }
    inner = carried.PAIR_RATES[1:-1]
    assert all(config.learning_rate in inner for config in carried.PAIR.values())


def test_the_network_is_counted_as_it_is_built() -> None:
    model = carried.network("same", (8, 16))

    rows = nets.shapes.walk(nets.strided((8, 16)), nets.DIGIT)
    assert model.count_params() == sum(row.parameters for row in rows)
    assert [layer.output.shape[1:] for layer in model.layers] == [row.shape for row in rows]

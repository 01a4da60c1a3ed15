"""Every way to ask for a convolution: tiny, and the counters on planted answers."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.conv_shapes import modes, settings
from dlexp.chapters.conv_shapes.settings import Setting

MISFIT = Setting(size=(4, 4), kernel=(5, 5), stride=(1, 1), dilation=(1, 1), padding="valid")
FIT = replace(MISFIT, size=(9, 9))


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    return dict(modes.ask(modes.Asking(drawn=60), 7).numbers)


def total(counts: dict[str, dict[str, int]], fit: str, *kinds: str) -> int:
    return sum(counts[f"{a}_{fit}"][kind] for a in modes.ALONE for kind in kinds)


def test_half_of_the_settings_fit_and_the_other_half_does_not(asked: dict[str, Any]) -> None:
    for counts in asked["answers"].values():
        assert total(counts, "fits", *modes.KINDS) == asked["asked"] / 2
        assert total(counts, "misfits", *modes.KINDS) == asked["asked"] / 2


def test_only_what_computes_at_once_gives_an_array_where_nothing_fits(
    asked: dict[str, Any],
) -> None:
    answered = {
        name for name, counts in asked["answers"].items() if total(counts, "misfits", "image")
    }

    assert answered == {"keras_later_call", "conv2d_at_once", "convolution_at_once"}
    assert asked["against_rule"] == 0


def test_what_fits_has_the_size_by_hand_where_it_is_taken(asked: dict[str, Any]) -> None:
    for counts in asked["answers"].values():
        assert counts["alone_fits"]["right"] == sum(counts["alone_fits"].values())


def test_answers_are_counted_by_kind() -> None:
    both = replace(FIT, stride=(2, 2), dilation=(2, 2), size=(20, 20))
    shapes: list[modes.Answer] = [(1, 4, 4, 1), (1, 2, 2, 3), (1, 5, 5, 3), (1, 5, 5, 1), None]

    counts: Any = modes.counted([MISFIT, MISFIT, FIT, FIT, both], shapes)

    assert counts["alone_misfits"] == {"right": 0, "refused": 0, "image": 1, "other": 1}
    assert counts["alone_fits"] == {"right": 1, "refused": 0, "image": 0, "other": 1}
    assert counts["both_fits"] == {"right": 0, "refused": 1, "image": 0, "other": 0}
    assert sum(counts["both_misfits"].values()) == 0


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [
        ((4, 4), (5, 5), (1, 1), True),  # one cell lacks
        ((3, 3), (5, 5), (1, 1), False),  # two strides lack
        ((3, 3), (5, 5), (2, 2), True),
        ((9, 3), (5, 5), (2, 1), False),  # in one direction is enough
        ((9, 4), (5, 5), (1, 1), True),
    ],
)
def test_the_rule_of_what_slips_through(
    size: settings.Pair, kernel: settings.Pair, stride: settings.Pair, expected: bool
) -> None:
    setting = replace(MISFIT, size=size, kernel=kernel, stride=stride)

    assert modes.slips(setting) is expected
    assert (modes._shape(modes.ways()["conv2d_at_once"], setting) is not None) is expected


def test_a_later_call_of_a_layer_is_not_asked_again() -> None:
    ways = modes.ways()

    assert modes._shape(ways["keras_first_call"], MISFIT) is None
    assert modes._shape(ways["keras_later_call"], MISFIT) == (1, 4, 4, 3)


def test_a_model_for_any_size_refuses_in_a_graph_only() -> None:
    """As the page says: called it gives an array, and its `predict` refuses."""
    import keras

    model = keras.Sequential([keras.Input((None, None, 1)), keras.layers.Conv2D(3, 5)])
    image = np.ones((1, 4, 4, 1), np.float32)

    assert model(image).shape == (1, 4, 4, 3)
    with pytest.raises(ValueError, match="Negative dimension size"):
        model.predict(image, verbose=0)


def test_settings_are_balanced_and_none_that_misfits_is_left_out() -> None:
    assert modes.balanced([FIT, FIT, MISFIT]) == [MISFIT, FIT]


def test_poolings_that_do_not_fit_are_asked_each_in_a_process() -> None:
    found: Any = modes.pool_at_once(modes.Pools(sizes=1, beyond=3, steps=1), 0).numbers

    assert found["cases"] == sum(found["ends"].values()) == 3
    assert found["ends"]["InvalidArgumentError"] == 2  # two and three cells lack, at stride one
    assert found["against_rule"] == 0
    assert found["without_onednn"] == "(1, 0, 0, 3)"


def test_the_settings_are_those_that_sizes_were_compared_on() -> None:
    drawn = [settings.draw(np.random.default_rng(3), 40) for _ in range(1)]

    assert modes.Asking().largest == 40
    assert drawn[0] == settings.draw(np.random.default_rng(3), modes.Asking().largest)

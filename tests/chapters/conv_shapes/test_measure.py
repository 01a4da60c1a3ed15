"""Random settings: tiny, from end to end, and the counters on planted differences."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dlexp.byhand import shapes
from dlexp.byhand.shapes import Convolution, Pooling
from dlexp.chapters.conv_shapes import fields, measure, settings
from dlexp.chapters.conv_shapes.settings import Setting

TINY = measure.Config(sizes=60, values=8, stacks=5)


BOTH = Setting(size=(9, 9), kernel=(3, 3), stride=(2, 2), dilation=(2, 2), padding="valid")


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    return dict(measure.compare(TINY, 0).numbers)


def test_random_settings_agree_with_the_frameworks(compared: dict[str, Any]) -> None:
    assert compared["sizes"]["tensorflow_differs"] == 0
    assert compared["sizes"]["keras_differs"] == 0
    assert compared["sizes"]["pools_differ"] == 0
    assert compared["values"]["outside"] == 0
    assert compared["receptive_fields"]["differ"] == 0


def test_random_settings_have_all_that_is_counted(compared: dict[str, Any]) -> None:
    """A count of no differences says nothing of what never came up."""
    sizes = compared["sizes"]

    assert sizes["settings"] == TINY.sizes
    assert 0 < sizes["refused"] < sizes["settings"]
    assert sizes["pools_refused"] > 0
    assert sizes["stride_could_show"] > 0
    assert 0 < sizes["mixed"] < sizes["settings"]
    assert sizes["mixed"] + sizes["not_mixed"] == sizes["settings"]
    assert 0 < compared["values"]["worst"]["x"] < TINY.tolerance


pairs = st.tuples(st.integers(1, 24), st.integers(1, 24))


small = st.tuples(st.integers(1, 6), st.integers(1, 6))


settings_drawn = st.builds(
    Setting,
    size=pairs,
    kernel=small,
    stride=small | st.just((1, 1)),
    dilation=small | st.just((1, 1)),
    padding=st.sampled_from(["same", "valid"]),
)


@hypothesis_settings(max_examples=1_500, derandomize=True, deadline=None)
@given(settings_drawn)
def test_any_convolution_has_the_size_of_keras_or_both_refuse(setting: Setting) -> None:
    expected = None if setting.mixed else settings.size_by_hand(setting)

    assert settings._size_in_keras(setting) == expected


@hypothesis_settings(max_examples=1_500, derandomize=True, deadline=None)
@given(settings_drawn)
def test_any_pooling_has_the_size_of_keras_or_both_refuse(setting: Setting) -> None:
    assert settings._pool_in_keras(setting) == settings._pool_by_hand(setting)


def test_a_wrong_formula_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: sizes are rounded up, as in the reports."""
    generator = np.random.default_rng(0)
    drawn = [settings.draw(generator, 40) for _ in range(40)]
    right = settings.conv.output_size
    monkeypatch.setattr(
        settings.conv, "output_size", lambda *a, **k: right(*a, **k) + (k["stride"] > 1)
    )

    found = settings.compare_sizes(drawn)

    assert found["tensorflow_differs"] != 0
    assert found["keras_differs"] != 0


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = settings.conv.conv2d_gradients
    monkeypatch.setattr(
        settings.conv,
        "conv2d_gradients",
        lambda *a, **k: right(*a, **k)._replace(x=right(*a, **k).x * 1.001),
    )

    found = measure.compare_values(np.random.default_rng(0), TINY)

    assert found["outside"] == TINY.values


def test_nan_is_a_difference() -> None:
    nothing = np.zeros(3)

    assert settings._difference(nothing, nothing) == 0
    assert settings._difference(np.ones(3), nothing) == 1
    assert np.isnan(settings._difference(np.array([np.nan]), np.ones(1)))


def test_a_stride_beside_a_dilation_is_refused_by_keras_and_applied_by_tensorflow() -> None:
    assert settings._size_in_keras(BOTH) is None
    assert settings._size_in_tensorflow(BOTH) == settings.size_by_hand(BOTH) == (3, 3)
    assert settings._size_in_tensorflow(replace(BOTH, size=(4, 9))) is None


def test_receptive_fields_are_seen_from_first_to_last() -> None:
    stack = [Convolution(filters=1, kernel=2, dilation=4), Pooling(window=2, stride=1)]

    assert fields._seen(stack, 12) == shapes.receptive_field(stack) == 6

"""Units: their names, and the plain values that they may hold."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.lab.units import Unit, plain


@dataclass(frozen=True, kw_only=True)
class Config:
    filters: int = 128
    rate: float = 1e-3
    sizes: tuple[int, ...] = (3, 5)
    name: str = "plain"


def train(config, seed):
    """Stands for a measure function; never called."""
    raise NotImplementedError(config, seed)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "train-seed=3"),
        ({"filters": 64}, "train-filters=64-seed=3"),
        ({"filters": 64, "rate": 0.5}, "train-filters=64-rate=0.5-seed=3"),
        ({"sizes": (1, 2)}, "train-sizes=_1_2_-seed=3"),
        ({"name": "a/../b c"}, "train-name=a_.._b_c-seed=3"),
    ],
)
def test_name_has_what_is_not_published(settings, name):
    assert Unit(measure=train, config=Config(**settings), seed=3).name == name


@given(name=st.text(max_size=300))
def test_name_is_safe_for_files(name):
    made = Unit(measure=train, config=Config(name=name), seed=3).name
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._=+-")
    assert len(made) < 120
    assert made.startswith("train-")


def test_slug_and_place(unit):
    assert (unit.slug, unit.place) == ("toy", "toy/draw-seed=0")


def test_unit_must_have_a_top_level_function():
    with pytest.raises(ValueError, match="top-level function"):
        Unit(measure=lambda *_: None, config=Config(), seed=0)


@pytest.mark.parametrize("config", [{"filters": 3}, Config])
def test_unit_must_have_a_config(config):
    with pytest.raises(TypeError, match="config must be a dataclass instance"):
        Unit(measure=train, config=config, seed=0)


@pytest.mark.parametrize("bad", [{1, 2}, b"bytes", 1j, np.zeros(3), object(), {1: "a"}])
def test_numbers_must_be_plain(bad):
    with pytest.raises(TypeError, match=r"numbers\.x"):
        plain({"x": bad}, "numbers")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(PLAIN)
def test_plain_values_survive_json(value):
    assert json.loads(json.dumps(plain(value, "x"))) == value

"""What a recomputed record may differ in from the published one, and what not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.lab import comparing
from dlexp.lab.records import Record

HERE = {"python": "3.11", "versions": {"numpy": "2"}, "processor": "A", "threads": 1}


def _record(numbers: dict[str, Any], seed: int = 0, **arrays: Any) -> Record:
    kept = {name: np.asarray(array) for name, array in arrays.items()}
    return Record("toy", f"draw-seed={seed}", "0" * 64, {}, seed, numbers, kept, HERE)


SIBLINGS = [_record({"accuracy": 0.9 + 0.01 * i, "path": [0.1 * i, 0.2]}, i) for i in (1, 2, 3)]


PUBLISHED = _record({"accuracy": 0.9, "path": [0.0, 0.2]})


def test_same_record_has_no_differences():
    assert comparing.exact(PUBLISHED, PUBLISHED) == []
    assert comparing.banded(PUBLISHED, PUBLISHED, SIBLINGS) == ([], [])


@pytest.mark.parametrize(
    ("numbers", "arrays", "words"),
    [
        ({"a": 0.1 + 0.2, "b": [1, 2]}, {}, "a: 0.3 -> 0.30000000000000004"),
        ({"a": 0.3, "b": [1, 3]}, {}, "b[1]: 2 -> 3"),
        ({"a": 0.3, "b": [1, 2.0]}, {}, "b[1]: 2 -> 2.0"),
        ({"a": 0.3}, {}, "b[0]: 1 -> (none)"),
        ({"a": 0.3, "b": [1, 2]}, {"x": [1, 0, 1]}, "array x: differs in 1 of 3 values"),
        ({"a": 0.3, "b": [1, 2]}, {"x": [1, 1]}, "array x: int64 of shape (3,) -> int64 of shape"),
        ({"a": 0.3, "b": [1, 2]}, {"x": [1.0, 1, 1]}, "array x: int64 of shape (3,) -> float64"),
        ({"a": 0.3, "b": [1, 2]}, {"y": [1, 1, 1]}, "array x: is there in one of them"),
    ],
)
def test_every_difference_counts_in_the_same_environment(numbers, arrays, words):
    published = _record({"a": 0.3, "b": [1, 2]}, x=[1, 1, 1])
    fresh = _record(numbers, **({"x": [1, 1, 1]} | arrays if "y" not in arrays else arrays))
    assert comparing.exact(published, fresh)[0].startswith(words)


def test_elsewhere_a_quantity_may_be_off_by_what_seeds_are():
    """Ten times the distance of two of them: 0.1414 for 0.91, 0.92, 0.93."""
    inside = _record({"accuracy": 0.76, "path": [0.0, 0.2]})
    outside = _record({"accuracy": 0.75, "path": [0.0, 0.2]})
    assert comparing.banded(PUBLISHED, inside, SIBLINGS)[0] == []
    assert comparing.banded(PUBLISHED, outside, SIBLINGS) == (
        ["accuracy: differs by 0.15 (band 0.141)"],
        [],
    )


def test_published_record_has_no_part_in_its_band():
    forged = _record({"accuracy": 9.0, "path": [0.0, 0.2]})
    fresh = _record({"accuracy": 0.9, "path": [0.0, 0.2]})
    assert comparing.banded(forged, fresh, SIBLINGS)[0]


def test_where_seeds_agree_only_rounding_is_allowed():
    siblings = [_record({"count": 100}, i) for i in range(4)]
    for new, outside in ((101, True), (100 * (1 + 1e-6), False)):
        fresh = _record({"count": new})
        assert bool(comparing.banded(_record({"count": 100}), fresh, siblings)[0]) is outside


def test_unit_of_one_seed_is_held_to_a_part_of_its_size():
    published = _record({"score": 0.9, "trials": 8}, seen=[True, True, False])
    for fresh, outside in (
        (_record({"score": 0.95, "trials": 8}, seen=[True, True, False]), []),
        (_record({"score": 1.0, "trials": 8}, seen=[True, True, False]), [0.1]),
        (_record({"score": 0.9, "trials": 9}, seen=[True, True, False]), ["trials"]),
        (_record({"score": 0.9, "trials": 8}, seen=[True, True, True]), ["seen"]),
    ):
        found = comparing.banded(published, fresh, [])[0]
        assert len(found) == len(outside)
        assert all(str(word) in line for word, line in zip(outside, found, strict=True))


def test_arrays_are_held_to_the_band_too():
    generator = np.random.default_rng(0)
    siblings = [_record({}, i, x=generator.normal(size=50)) for i in range(4)]
    old = _record({}, x=generator.normal(size=50))
    like_a_seed = _record({}, x=generator.normal(size=50))
    all_zero, large = _record({}, x=np.zeros(50)), _record({}, x=np.full(50, 20.0))
    assert comparing.banded(old, like_a_seed, siblings)[0] == []
    assert comparing.banded(old, all_zero, siblings)[0] == []  # no farther than a seed
    assert comparing.banded(old, large, siblings)[0][0].startswith("array x: differs by")


@pytest.mark.parametrize(
    ("fresh", "words"),
    [
        (_record({"path": [0.0, 0.2]}), "accuracy: 1 numbers -> (none)"),
        (_record({"accuracy": 0.9, "path": [0.0]}), "path[]: 2 numbers -> 1 numbers"),
        (_record({"accuracy": "high", "path": [0.0, 0.2]}), "accuracy: 1 numbers -> 1 texts"),
        (replace(PUBLISHED, arrays={"x": np.ones(1)}), "array x: (none) -> float64 of shape (1,)"),
    ],
)
def test_no_environment_explains_another_form(fresh, words):
    outside, _ = comparing.banded(PUBLISHED, fresh, SIBLINGS)
    assert outside[0].startswith(words)


def test_word_must_be_one_that_some_seed_has():
    siblings = [_record({"best": word}, i) for i, word in enumerate(["adam", "sgd"])]
    published = _record({"best": "adam"})
    assert comparing.banded(published, _record({"best": "sgd"}), siblings)[0] == []
    assert comparing.banded(published, _record({"best": "none"}), siblings)[0]


def test_nan_is_like_nan_and_like_nothing_else():
    old = _record({}, x=[np.nan, 1.0])
    siblings = [_record({}, i, x=[np.nan, float(i)]) for i in range(3)]
    assert comparing.banded(old, _record({}, x=[np.nan, 1.5]), siblings)[0] == []
    assert comparing.banded(old, _record({}, x=[0.0, 1.0]), siblings)[0]


def test_one_value_of_many_may_not_go_where_none_of_the_seeds_go():
    generator = np.random.default_rng(0)
    siblings = [_record({}, i, x=0.9 + 0.001 * generator.normal(size=1000)) for i in range(4)]
    old = _record({}, x=siblings[0].arrays["x"] + 0.0005)
    moved = old.arrays["x"].copy()
    moved[7] = 0.0
    assert comparing.banded(old, _record({}, x=moved), siblings)[0]


def test_a_truth_must_be_one_that_some_seed_has():
    siblings = [_record({"converged": True, "lucky": i > 1}, i) for i in range(3)]
    published = _record({"converged": True, "lucky": True})
    fresh = _record({"converged": True, "lucky": False})
    assert comparing.banded(published, fresh, siblings)[0] == []
    assert comparing.banded(published, _record({"converged": False, "lucky": True}), siblings)[0]


def test_infinities_are_like_themselves():
    siblings = [_record({}, i, x=[np.inf, float(i)]) for i in range(3)]
    old = _record({}, x=[np.inf, 1.0])
    assert comparing.banded(old, _record({}, x=[np.inf, 1.5]), siblings)[0] == []
    assert comparing.banded(old, _record({}, x=[-np.inf, 1.0]), siblings)[0]
    assert comparing.banded(old, _record({}, x=[np.inf, 99.0]), siblings)[0]


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), st.floats(-10, 10))
def test_distance_is_a_distance(values, shift):
    one = np.array(values)
    assert comparing.apart(one, one) == 0
    np.testing.assert_allclose(comparing.apart(one, one + shift), abs(shift), atol=1e-12)


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({}, False),
        ({"processor": "B"}, True),
        ({"versions": {"numpy": "3"}}, True),
        ({"seconds": 9}, False),
        ({"model": "6/1/2"}, False),  # records from before it was noted say nothing of it
    ],
)
def test_environments_differ_where_both_say_so(changes, differs):
    assert bool(comparing.environment_differences(HERE, {**HERE, **changes})) is differs

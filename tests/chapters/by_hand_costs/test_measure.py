"""Functions that take turns at the clock: tiny, from end to end, and what notices a fault."""

import importlib.util
import sys
import time
from typing import Any

import numpy as np
import pytest

from dlexp import paths
from dlexp.byhand import conv, pooling, recurrent
from dlexp.chapters.by_hand_costs import by_pytorch, inputs, loops, measure, timing
from dlexp.chapters.by_hand_costs.inputs import Turns
from dlexp.chapters.by_hand_costs.timing import Contest
from helpers import FLOAT32, assert_agree

TINY = Turns(
    images=2, size=6, channels=2, filters=3, pooled=2, features=2, units=3, maps=2, coarse=3,
    rounds=2, seconds=1e-6,
)  # fmt: skip

NAMES = [name for part in measure.PARTS.values() for name in part]


@pytest.mark.parametrize("part", measure.PARTS)
def test_keras_and_loops_give_what_comes_out_by_hand(part: str) -> None:
    found = getattr(measure, part)(TINY, 0)
    numbers: dict[str, Any] = dict(found.numbers)

    assert tuple(numbers["asked"]) == tuple(numbers["differ"]) == measure.PARTS[part]
    assert set(numbers["differ"].values()) == {0}
    for name, others in numbers["asked"].items():
        assert found.arrays[name].shape == (2, 1 + others)
        assert (found.arrays[name] > 0).all()
        assert found.arrays[f"{name}_memory"] > 0


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_pytorch_gives_what_comes_out_by_hand() -> None:
    numbers: dict[str, Any] = dict(measure.pytorch(TINY, 0).numbers)

    assert numbers["differ"] == dict.fromkeys(NAMES, 0)


def test_without_pytorch_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(RuntimeError, match=r'^PyTorch must be .* `pip install "torch==[\d.]+"`;'):
        measure.pytorch(TINY, 0)


def test_the_line_names_the_release_that_make_parity_installs() -> None:
    makefile = (paths.PROJECT / "Makefile").read_text()

    assert by_pytorch.NEEDED.split('"')[1] in makefile


# --- Loops ----------------------------------------------------------------------------------------


def test_loops_are_the_functions_by_hand() -> None:
    x, kernel, bias, _ = inputs.convolving(TINY, 1)
    assert_agree(
        loops.conv2d(x[0].tolist(), kernel.tolist(), bias.tolist()),
        conv.conv2d(x[:1], kernel, bias)[0], tolerance=FLOAT32,
    )  # fmt: skip
    assert_agree(loops.max_pool2d(x[0].tolist()), pooling.max_pool2d(x[:1])[0], tolerance=0)
    sequences, *weights, _ = inputs.recurring(TINY, 1)
    assert_agree(
        loops.lstm(sequences[0].tolist(), *(array.tolist() for array in weights)),
        recurrent.lstm(sequences[:1], recurrent.Weights(*weights)).shown[0], tolerance=FLOAT32,
    )  # fmt: skip


# --- The clock ------------------------------------------------------------------------------------


def contest(**changed: Any) -> Contest:
    given = {"by_hand": lambda: np.ones(4), "framework": lambda: np.ones(4), "size": 32}
    return Contest(**{**given, **changed})


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 0),
        ({"framework": lambda: np.full(4, 1 + 1e-6)}, 0),
        ({"framework": lambda: np.full(4, 1.01)}, 1),
        ({"framework": lambda: np.ones(3)}, 1),
        ({"framework": lambda: (np.ones(4), np.ones(4))}, 1),
        ({"framework": lambda: np.full(4, np.nan)}, 1),
        ({"loops": lambda: [1.0], "parts": 4}, 0),
        ({"loops": lambda: [2.0], "parts": 4}, 1),
        ({"loops": lambda: [2.0], "parts": 4, "framework": lambda: np.zeros(4)}, 2),
    ],
)
def test_another_result_is_counted(changed: dict[str, Any], count: int) -> None:
    assert timing.differing(contest(**changed), 1e-4) == count


def test_calls_take_turns_and_loops_count_as_often_as_there_are_parts() -> None:
    called: list[str] = []

    def call(name: str, seconds: float) -> Any:
        def busy() -> None:
            called.append(name)
            start = time.process_time()
            while time.process_time() - start < seconds:
                pass

        return busy

    asked = contest(
        by_hand=call("a", 0.004), framework=call("b", 0.002), loops=call("c", 0.002), parts=10
    )
    times = np.median(timing.turns(asked, rounds=3, seconds=1e-3), axis=0)

    assert "".join(called) == "ab" + 3 * "abc"
    assert 1 < times[0] / times[1] < 4
    assert 5 < times[2] / times[1] < 20


def test_the_most_that_is_held_is_counted() -> None:
    held = timing.peak(lambda: [np.ones(50_000), np.ones(50_000)])

    assert 2 * 400_000 <= held < 2 * 400_000 + 10_000


def test_each_run_is_timed() -> None:
    units = measure.units()

    assert all(unit.timed for unit in units)
    assert {unit.measure.__name__ for unit in units} == {*measure.PARTS, "pytorch"}

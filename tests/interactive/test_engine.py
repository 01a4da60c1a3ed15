"""The browser's engine against Keras, in Node: random networks, and four faults that must show."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import node
from helpers import FLOAT32, assert_agree

HERE = Path(__file__).parent
SEEDS = 180
"""Tried; about four in five give a network whose windows all fit."""

COMPARED = ("output", "gradient", "gradients", "maps")

MUTANTS = {
    "padding on the other side": ("Math.floor(total / 2)", "Math.ceil(total / 2)"),
    "dilation ignored": ("v * w.dilation[1]", "v"),
    "no mask in the gradient of ReLU": ("(y[i] > 0 ? v : 0)", "v"),
    "dense layer transposed": ("a * kernel.data[i * O + o]", "a * kernel.data[o * I + i]"),
}


def _made(first: int) -> Iterator[dict[str, Any]]:
    """Yield what one process makes from a seed on, until it is done or dies."""
    command = [sys.executable, str(HERE / "make_networks.py"), str(first), str(SEEDS)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    # TensorFlow may kill the process (a negative status); what Python raises is our own mistake.
    assert done.returncode <= 0, done.stderr
    for line in done.stdout.splitlines():
        if line.endswith("}"):  # the last one may be cut off
            yield json.loads(line)


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    """Random networks with Keras's values; a seed that kills TensorFlow is left out."""
    found, seed = [], 0
    while seed < SEEDS:
        for each in _made(seed):
            seed = each["seed"] + 1
            found += [each["case"]] if each["case"] else []
        seed += seed < SEEDS  # the one that it died of
    return found


@pytest.fixture(scope="module")
def file(cases: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("networks") / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    return path


def computed(engine: Path, file: Path) -> list[dict[str, Any]]:
    """Return what an engine computes of the networks in a file."""
    lines = node.run(HERE / "run_networks.js", engine, file).splitlines()
    return [json.loads(line) for line in lines]


def disagreement(found: dict[str, Any], case: dict[str, Any]) -> float:
    """Return the largest difference from Keras, as a share of the largest value of its kind."""
    if "error" in found:
        return np.inf
    worst = 0.0
    for name in COMPARED:
        ours, theirs = np.array(found[name], float), np.array(case[name])
        scale = np.abs(theirs).max()
        off = np.abs(ours - theirs).max() if ours.shape == theirs.shape else np.inf
        worst = max(worst, off / scale if scale else off)
    return worst


def test_engine_agrees_with_keras(cases: list[dict[str, Any]], file: Path) -> None:
    found = computed(node.ENGINE, file)

    assert len(cases) >= 100, "TensorFlow died too often to compare"
    assert len(found) == len(cases)
    for ours, case in zip(found, cases, strict=True):
        assert "error" not in ours, (case["seed"], ours)
        for name in COMPARED:
            assert_agree(ours[name], case[name], tolerance=FLOAT32)
    print("largest disagreement:", max(map(disagreement, found, cases)))


def test_the_random_networks_have_every_layer_and_setting(cases: list[dict[str, Any]]) -> None:
    from dlexp.chapters.grad_cam import browser_network

    layers = [layer for case in cases for layer in case["network"]["layers"]]

    assert {layer["type"] for layer in layers} == set(browser_network.LAYERS)
    assert {layer["activation"] for layer in layers} == set(browser_network.ACTIVATIONS)
    assert {layer.get("padding") for layer in layers} == {None, "same", "valid"}
    for setting in ("strides", "dilation_rate"):
        assert max(max(layer.get(setting, [1])) for layer in layers) > 1


@pytest.mark.parametrize("fault", MUTANTS)
def test_a_fault_in_the_engine_is_seen(
    fault: str, cases: list[dict[str, Any]], file: Path, tmp_path: Path
) -> None:
    """The test of the test: without it, one that compares nothing would pass."""
    right, wrong = MUTANTS[fault]
    source = node.ENGINE.read_text("utf-8")
    assert source.count(right) == 1, f"the engine must hold {right!r} once"
    mutant = tmp_path / "engine.js"
    mutant.write_text(source.replace(right, wrong), "utf-8")

    found = computed(mutant, file)

    caught = sum(disagreement(*pair) > FLOAT32 for pair in zip(found, cases, strict=True))
    assert caught >= 5, f"only {caught} of {len(cases)} networks show it"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "LSTM"}, "unknown layer LSTM"),
        ({"activation": "gelu"}, "unknown activation gelu"),
        ({"padding": "causal"}, "unknown padding causal"),
        ({"weights": []}, "bytes of weights are left over"),
    ],
)
def test_engine_names_what_it_does_not_know(
    change: dict[str, Any], message: str, cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    case = json.loads(json.dumps(cases[0]))
    case["network"]["layers"][0] |= change
    file = tmp_path / "case.jsonl"
    file.write_text(json.dumps(case) + "\n", "utf-8")

    [found] = computed(node.ENGINE, file)

    assert message in found["error"]

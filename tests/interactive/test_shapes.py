"""The shapes that the browser computes are those of the package, to the last word of an error."""

import dataclasses
import functools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlexp import paths
from dlexp.byhand import conv, shapes
from dlexp.byhand.shapes import Convolution, Dense, Flatten, Layer, Pooling

SCRIPT = paths.BOOK / "_interactive" / "shapes.js"
NODE = shutil.which("node")
CASES = 10_000
STACKS = 1_500

pytestmark = pytest.mark.skipif(NODE is None, reason="no Node here: the scripts were not run")

Case = tuple[list[Any], dict[str, Any]]
"""A call for the browser, and what the package answers."""


def in_node(calls: list[list[Any]], script: Path = SCRIPT) -> list[dict[str, Any]]:
    """Return what the script answers: a value or an error for each call."""
    assert NODE is not None
    driver = Path(__file__).with_name("answer_shapes.js")
    done = subprocess.run(
        [NODE, driver, script], input=json.dumps(calls), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def answer(function: Any, *args: Any, **options: Any) -> dict[str, Any]:
    """Return what the package answers, as JSON would carry it."""
    try:
        return {"value": json.loads(json.dumps(function(*args, **options)))}
    except ValueError as error:
        return {"error": str(error)}


# --- One layer ----------------------------------------------------------------------------------


def _padding(generator: np.random.Generator) -> conv.Padding:
    kind = generator.integers(10)
    if kind < 6:
        return str(generator.choice(["same", "valid"]))  # type: ignore[return-value]
    before, after = (int(n) for n in generator.integers(0, 6, 2))
    return (before, after) if kind < 8 else before


def _spoilt(setting: dict[str, Any], generator: np.random.Generator) -> dict[str, Any]:
    """Put something into a setting that no convolution takes."""
    name = str(generator.choice(list(setting)))
    wrong = [0, -3, 2.5, "3"] if name != "padding" else [-1, 1.5, "half", (1, -2), (1, 2, 3), ()]
    return setting | {name: wrong[generator.integers(len(wrong))]}


def _setting(generator: np.random.Generator) -> dict[str, Any]:
    size, kernel, stride, dilation = (int(n) for n in generator.integers(1, [65, 10, 6, 6]))
    setting = {
        "size": size,
        "kernel": kernel,
        "stride": stride,
        "padding": _padding(generator),
        "dilation": dilation,
    }
    return _spoilt(setting, generator) if generator.random() < 0.1 else setting


def _along(setting: dict[str, Any], function: Any) -> dict[str, Any]:
    options = {name: setting[name] for name in ("stride", "padding", "dilation")}
    return answer(function, setting["size"], setting["kernel"], **options)


@functools.cache
def sizes() -> list[Case]:
    """Draw ten thousand settings; a tenth are spoilt, and many others do not fit."""
    generator = np.random.default_rng(0)
    settings = [_setting(generator) for _ in range(CASES)]
    return [(["outputSize", one], _along(one, conv.output_size)) for one in settings]


@functools.cache
def paddings() -> list[Case]:
    """Draw as many again for the zeros on either side."""
    generator = np.random.default_rng(1)
    settings = [_setting(generator) for _ in range(CASES)]
    return [(["splitPadding", one], _along(one, conv.split_padding)) for one in settings]


# --- Stacks -------------------------------------------------------------------------------------

KINDS = {Convolution: "conv", Pooling: "pool", Flatten: "flatten", Dense: "dense"}


def for_browser(layer: Layer) -> dict[str, Any]:
    """Return a layer as the script takes it."""
    fields = {name: value for name, value in dataclasses.asdict(layer).items() if value is not None}
    return {"kind": KINDS[type(layer)]} | fields


def _spatial(generator: np.random.Generator) -> Convolution | Pooling:
    kernel, stride, dilation, filters = (int(n) for n in generator.integers(1, [6, 4, 4, 65]))
    padding = _padding(generator)
    if generator.random() < 0.4:
        own = stride if generator.random() < 0.5 else None
        return Pooling(window=kernel, stride=own, padding=padding)
    return Convolution(
        filters=filters,
        kernel=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )


def _layer(generator: np.random.Generator) -> Layer:
    kind = generator.random()
    if kind < 0.85:
        return _spatial(generator)
    return Flatten() if kind < 0.92 else Dense(units=int(generator.integers(1, 200)))


def _rows(layers: list[Layer], shape: tuple[int, ...]) -> list[dict[str, Any]]:
    return [
        {"shape": row.shape, "parameters": row.parameters, "reason": row.reason}
        for row in shapes.walk(layers, shape)
    ]


@functools.cache
def stacks() -> list[Case]:
    """Draw stacks of layers, dense ones and flattening among them, that may end early."""
    generator, cases = np.random.default_rng(2), []
    for _ in range(STACKS):
        layers = [_layer(generator) for _ in range(generator.integers(1, 7))]
        height, width = (int(n) for n in generator.integers(1, 80, 2))
        shape = (height, width, int(generator.integers(1, 5)))
        cases.append(
            (["walk", list(map(for_browser, layers)), shape], answer(_rows, layers, shape))
        )
    return cases


@functools.cache
def fields() -> list[Case]:
    """Draw stacks whose receptive field is asked for."""
    generator, cases = np.random.default_rng(3), []
    for _ in range(STACKS):
        stack = [_spatial(generator) for _ in range(generator.integers(0, 7))]
        call = ["receptiveField", list(map(for_browser, stack))]
        cases.append((call, answer(shapes.receptive_field, stack)))
    return cases


ALL = {"sizes": sizes, "paddings": paddings, "stacks": stacks, "fields": fields}


def differences(cases: list[Case], script: Path = SCRIPT) -> list[str]:
    """Return the cases on which script and package differ."""
    found = in_node([call for call, _ in cases], script)
    return [
        f"{call}: {theirs} instead of {ours}"
        for (call, ours), theirs in zip(cases, found, strict=True)
        if ours != theirs
    ]


@pytest.mark.parametrize("name", ALL)
def test_browser_answers_as_the_package_does(name: str) -> None:
    cases = ALL[name]()
    wrong = differences(cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} differ:\n" + "\n".join(wrong[:5])


WORDS = [
    *(f"`{name}` must" for name in ("size", "kernel", "stride", "dilation")),
    *("must fit", "a pair of integers", '"same" or "valid"', "padding=-1", "(1, 2, 3)", "()"),
]


def test_cases_hold_values_and_every_kind_of_error() -> None:
    found = [expected for _, expected in sizes()]
    errors = " ".join(expected.get("error", "") for expected in found)
    assert sum("value" in expected for expected in found) > CASES / 2
    for words in WORDS:
        assert words in errors
    reasons = [row["reason"] for _, rows in stacks() for row in rows["value"]]
    assert any("(height, width, channels)" in reason for reason in reasons)


FAULTS = {
    "the odd zero before": ("before = total >> 1", "before = (total + 1) >> 1"),
    "rounding up": ("Math.floor((padded - span)", "Math.ceil((padded - span)"),
    "a dilation too long": ("dilation * (kernel - 1) + 1;", "dilation * kernel;"),
    "strides that do not add up": ("jump *= c.stride", "jump = c.stride"),
    "biases forgotten": ("* shape[2] + 1)", "* shape[2])"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_script_is_seen(fault: str, tmp_path: Path) -> None:
    right, wrong = FAULTS[fault]
    source = SCRIPT.read_text("utf-8")
    assert source.count(right) == 1
    (tmp_path / "shapes.js").write_text(source.replace(right, wrong), "utf-8")
    assert any(differences(make()[:1000], tmp_path / "shapes.js") for make in ALL.values())

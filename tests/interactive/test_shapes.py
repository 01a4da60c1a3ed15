"""The shapes that the browser computes are those of the package, to the last word of an error."""

import dataclasses
import functools
import json
from typing import Any

import numpy as np
import pytest

import calls
from dlexp.byhand import conv, shapes
from dlexp.byhand.shapes import Convolution, Dense, Flatten, Layer, Pooling

CASES = 10_000
STACKS = 1_500

Case = tuple[list[Any], dict[str, Any]]
"""A call for the browser, and what the package answers."""


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


def _traced(stack: list[Convolution | Pooling], size: int, outputs: list[int] | None) -> Any:
    return [level.tolist() for level in shapes.traced(stack, size, outputs)]


@functools.cache
def traces() -> list[Case]:
    """Draw stacks that fit, and some of their outputs; ask which cells these depend on."""
    generator, cases = np.random.default_rng(4), []
    while len(cases) < 500:
        stack = [_spatial(generator) for _ in range(generator.integers(0, 5))]
        size = int(generator.integers(1, 60))
        rows = shapes.walk(stack, (size, size, 1))
        if rows and rows[-1].reason:
            continue
        sizes = [size, *(row.shape[0] for row in rows if row.shape)]
        outputs = np.flatnonzero(generator.random(sizes[-1]) < generator.random()).tolist()
        chosen = [i in outputs for i in range(sizes[-1])]
        call = ["trace", list(map(for_browser, stack)), sizes, chosen]
        cases.append((call, answer(_traced, stack, size, outputs)))
    return cases


ALL = {"traces": traces, "sizes": sizes, "paddings": paddings, "stacks": stacks, "fields": fields}


def differences(cases: list[Case], script: str | None = None) -> list[str]:
    """Return the cases on which script and package differ."""
    asked = [[f"shapes.{name}", *arguments] for (name, *arguments), _ in cases]
    found = calls.answers(asked, "shapes", sources={"shapes": script} if script else None)
    return [
        f"{call}: {theirs} instead of {ours}"
        for (call, ours), theirs in zip(cases, map(_without_zeros, cases, found), strict=True)
        if ours != theirs
    ]


def _without_zeros(case: Case, found: dict[str, Any]) -> dict[str, Any]:
    """Take the padding off the levels of a trace; leave everything else as it is."""
    (name, *arguments), _ = case
    if name != "trace":
        return found
    levels = zip(found["value"], arguments[1], strict=True)
    return {"value": [each["cells"][each["before"] :][:size] for each, size in levels]}


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
    "a trace without dilation": ("t * c.dilation", "t"),
    "strides that do not add up": ("jump *= c.stride", "jump = c.stride"),
    "biases forgotten": ("* shape[2] + 1)", "* shape[2])"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_script_is_seen(fault: str) -> None:
    right, wrong = FAULTS[fault]
    source = calls.source("shapes")
    assert source.count(right) == 1
    faulty = source.replace(right, wrong)
    assert any(differences(make()[:1000], faulty) for make in ALL.values())

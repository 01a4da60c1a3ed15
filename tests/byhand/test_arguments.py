"""What all functions by hand ask of their arguments: each of them, each argument, one dialect."""

import ast
import dataclasses
import inspect
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from byhand_calls import (
    CALLS,
    CHECKS,
    COUNTS,
    DESCENTS,
    IMAGES,
    MODULES,
    Call,
    public_functions,
)
from dlexp.byhand import conv, halving, recurrent, shapes

ALL = CALLS | COUNTS | DESCENTS

ANY_SHAPE = ("forward", "gradient", "sigmoid", "activate", "activation_slope", "still")
"""Dropout, activations and optimisers take arrays of any shape."""

REFUSAL = re.compile(r"[^\n]{,200}; got [^\n]{1,203}")
"""One line: the rule, and then the value."""

JUNK: list[Any] = [
    *(None, True, "x", b"x", 0, -1, 99, 2.5, 1j, float("nan"), float("inf")),
    *((), [], {}, (1,), (1, 2, 3), (1, None), (-1, 2), [1, 2], [[1], [1, 2]], [None], set()),
    *(object, print, slice(3), np.float64(1), np.int64(1), np.bool_(True), np.longdouble(1)),
    *(np.array(1.0), np.zeros(0), np.zeros((0, 0, 0)), np.zeros((2, 2)), np.zeros((1, 1, 1, 1))),
    *(np.array(["a"]), np.array([None]), np.array([np.nan]), np.array([[2]]), np.float16(1)),
    *(np.ones(2, bool), np.zeros((2, 2), "datetime64[s]"), np.ma.masked_array([1.0], [True])),
]


def assert_taken_or_refused(call: Call, arguments: dict[str, Any]) -> None:
    """Fail unless a function gives something, or refuses in one line; warnings are errors."""
    refusal = "; got nothing"
    try:
        call.function(**arguments)
    except ValueError as error:
        refusal = str(error)
    assert REFUSAL.fullmatch(refusal)


def test_the_table_has_every_public_function() -> None:
    assert sorted(public_functions()) == sorted(ALL)


def test_no_other_module_refuses_on_its_own() -> None:
    """So that all messages are of one dialect."""
    others = [Path(inspect.getfile(m)) for m in MODULES if m not in CHECKS]
    on_their_own = [
        f"{path.name}:{node.lineno}"
        for path in others
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise | ast.Assert)
    ]

    assert len(others) > 10
    assert on_their_own == []


def test_settings_are_given_by_name_and_stay_as_they_are() -> None:
    kinds = {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value)
    }

    assert len(kinds) > 5
    for kind in kinds:
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert all(field.kw_only for field in dataclasses.fields(kind))


@pytest.mark.parametrize("name", ALL)
def test_the_table_calls_each_function_rightly(name: str) -> None:
    assert ALL[name]() is not None


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, each) for name, call in ALL.items() for each in call.parameters]
)
def test_whatever_comes_is_taken_or_refused_in_one_line(name: str, parameter: str) -> None:
    """Without a warning, which would be an error here."""
    call = ALL[name]

    for value in JUNK:
        assert_taken_or_refused(call, {**call.arguments(), parameter: value})


@pytest.mark.parametrize(
    ("name", "parameter", "refused"),
    [
        ("walk", "layers", [None, shapes.Convolution, [[]], "conv"]),
        ("receptive_field", "layers", [[shapes.Flatten()], [shapes.Dense(units=1)]]),
        ("traced", "layers", [[shapes.Flatten()]]),
        ("traced", "outputs", [[99], [-1], [0.5], ["0"]]),
        ("cost", "schedule", [[3], [None], 3]),
        ("race", "schedule", [[], [halving.Round]]),
        ("race", "curves", [[[0.1], [0.1, 0.2]], [["a"] * 3] * 3, 1j * np.ones((3, 3))]),
        ("halve", "scores", ["0.5", ["0.5"], [None], [1j], [[0.5]], [True, False]]),
        ("updated", "convention", [None, (0.9, True, 1e-3), "keras"]),
        ("updated", "running", [None, (np.zeros(3), np.ones(3))]),
        ("batch_norm", "running", [None, (np.zeros(3), np.ones(3))]),
        ("batch_norm", "epsilon", [0, -1.0, float("inf"), float("nan"), np.array(1e-3)]),
        ("gru", "weights", [None, (1, 2, 3), recurrent.Weights(None, None, None)]),  # type: ignore[arg-type]
        ("lstm", "weights", [recurrent.Weights(*(np.ones(()),) * 3)]),
        ("recurrent_parameters", "biases", [3, -1, 1.0, True]),
        ("mask", "rate", [1, -0.1, True, "0.5", np.longdouble(0.5)]),
        ("mask", "shape", [3, (2, -1), (2.0,), None, "ab"]),
        ("mask", "generator", [None, 0, np.random.RandomState(0)]),
        ("upsample", "size", [(4, 4, 3), 0, (4, 0), 2.5, (4.0, 4), [4, 4], True]),
        ("max_pool2d", "pool", [0, (2, 0), -1, 2.0, (2, 2, 2), True]),
        ("pad", "value", [None, "0", 1j, np.zeros(1)]),
        ("crop", "size", [(5, 5), (3, 4), (4,), 4]),
        ("fold", "size", [(5, 4), (3, 4), (4,), 5]),
        ("frame", "kernel", [3, (3,), (3, 3, 3), (0, 3)]),
        ("hyperband", "max_epochs", [9.0, 0, "9", True]),
        ("hyperband", "factor", [2.5, 1, 3.0]),
        ("rungs", "configurations", [10.0, 8]),
        ("rungs", "rounds", [0, 3.0, 10**6]),
        ("brackets", "factor", [2.5]),
    ],
)
def test_what_means_nothing_is_refused(name: str, parameter: str, refused: list[Any]) -> None:
    call = ALL[name]

    for value in refused:
        with pytest.raises(ValueError, match=REFUSAL):
            call.function(**{**call.arguments(), parameter: value})


def test_a_round_of_a_schedule_is_within_its_range() -> None:
    right = {"bracket": 1, "number": 0, "configurations": 3, "initial_epoch": 0, "epochs": 1}
    wrong = {"bracket": -1, "number": 0.0, "configurations": 0, "initial_epoch": 2, "epochs": -1}
    assert halving.Round(**right).cost == 3

    for name, value in {**wrong, "iteration": -1}.items():
        with pytest.raises(ValueError, match=REFUSAL):
            halving.Round(**{**right, name: value})  # type: ignore[arg-type]


def test_a_race_starts_with_an_epoch() -> None:
    idle = halving.Round(bracket=0, number=0, configurations=3, initial_epoch=1, epochs=1)

    with pytest.raises(ValueError, match=r"^`epochs` must be an integer >= 2; got epochs=1$"):
        halving.race(np.ones((3, 3)), [idle])


# --- Types --------------------------------------------------------------------------------------


each_array = pytest.mark.parametrize(
    ("call", "name"),
    [
        pytest.param(call, name, id=f"{function}-{name}")
        for function, call in CALLS.items()
        for name in call.arrays
    ],
)


@each_array
def test_lists_whole_numbers_and_other_precisions_are_refused_by_name(
    call: Call, name: str
) -> None:
    rule = f"^`{name}` must be a NumPy array of float16, float32 or float64; got "
    array = call.arrays[name]

    with pytest.raises(ValueError, match=f"{rule}list$"):
        call(**{name: array.tolist()})
    with pytest.raises(ValueError, match=f"{rule}float$"):
        call(**{name: 0.5})
    for dtype in ("int64", "int8", "uint8", "bool", "complex128", "object"):
        with pytest.raises(ValueError, match=f"{rule}an array of {dtype}$"):
            call(**{name: np.ones(array.shape, dtype)})
    with pytest.raises(ValueError, match=f"{rule}an array of "):
        call(**{name: array.astype(np.longdouble)})


@pytest.mark.parametrize(
    ("call", "name", "array", "got"),
    [
        (CALLS["forward"], "kept", np.ones(IMAGES), "an array of float64"),
        (CALLS["gradient"], "kept", np.ones(IMAGES, int), "an array of int64"),
        (CALLS["pooled"], "mask", [[True] * 4] * 2, "list"),
        (CALLS["gru"], "mask", np.ones((2, 4), np.uint8), "an array of uint8"),
    ],
)
def test_masks_are_of_booleans(call: Call, name: str, array: Any, got: str) -> None:
    with pytest.raises(
        ValueError, match=f"^`{name}` must be a NumPy array of booleans; got {got}$"
    ):
        call(**{name: array})


@pytest.mark.parametrize(("lengths", "got"), [([3], "list"), (np.ones(2), "an array of float64")])
def test_lengths_are_integers(lengths: Any, got: str) -> None:
    with pytest.raises(
        ValueError, match=f"^`lengths` must be a NumPy array of integers; got {got}$"
    ):
        recurrent.mask_of(lengths, 4)


@each_array
def test_kinds_of_arrays_that_mean_something_else_are_refused(call: Call, name: str) -> None:
    array = call.arrays[name]
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix(array.reshape(-1, array.shape[-1]))

    for other in (np.ma.masked_array(array, array > 0), matrix):
        with pytest.raises(ValueError, match=f"^`{name}` must be a NumPy array of .*; got [Mm]a"):
            call(**{name: other})


# --- Whole numbers ------------------------------------------------------------------------------


def narrow(value: Any) -> Any:
    """Return whole numbers as small as NumPy has them, in whatever they stand."""
    if isinstance(value, int) and not isinstance(value, bool):
        return np.int8(value)
    if isinstance(value, tuple | list):
        return type(value)(map(narrow, value))
    if isinstance(value, shapes.Convolution | shapes.Pooling | halving.Round):
        fields = {key: narrow(each) for key, each in vars(value).items()}
        return type(value)(**fields)  # type: ignore[arg-type]
    return value


@pytest.mark.parametrize("name", COUNTS)
def test_counts_do_not_depend_on_the_type_of_whole_numbers(name: str) -> None:
    arguments = (
        COUNTS[name].arguments(generator=np.random.default_rng(1))
        if (name == "mask")
        else COUNTS[name].arguments()
    )
    again = {**arguments, "generator": np.random.default_rng(1)} if name == "mask" else arguments

    found = COUNTS[name].function(**{key: narrow(value) for key, value in arguments.items()})

    np.testing.assert_equal(found, COUNTS[name].function(**again))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (lambda n: conv.effective_kernel(n, n), 9_901),
        (lambda n: conv.output_size(n, n, padding=n), 201),
        (lambda n: conv.split_padding(n, n, padding="same", stride=n, dilation=n)[1], 4_901),
        (lambda n: recurrent.recurrent_parameters("lstm", n, n), 80_400),
        (lambda n: recurrent.conv1d_parameters(n, n, n), 1_000_100),
        (lambda n: shapes.parameters(shapes.Convolution(filters=n, kernel=n), (n, n, n)),
         100_000_100),
        (lambda n: shapes.parameters(shapes.Dense(units=n), (n,)), 10_100),
        (lambda n: shapes.output_shape(shapes.Flatten(), (n, n, n)), (1_000_000,)),
        (lambda n: shapes.multiplications(shapes.Dense(units=n), (n,)), 10_000),
        (lambda n: shapes.receptive_field([shapes.Pooling(window=n)] * 2), 10_000),
        (lambda n: shapes.walk([shapes.Dense(units=n)], [n, n])[0].parameters, 10_100),
        (lambda n: halving.brackets(n, n), 2),
        (lambda n: halving.cost(halving.rungs(n, n, n, 1)), 10_000),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [int, np.int8, np.uint8, np.int64])
def test_counts_never_overflow(count: Any, expected: Any, kind: type) -> None:
    assert count(kind(100)) == expected


# --- Shapes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in CALLS if name not in ANY_SHAPE])
def test_an_array_with_one_axis_more_is_refused(name: str) -> None:
    """Each array of each function whose arrays have axes of their own."""
    call = CALLS[name]

    for argument, array in call.arrays.items():
        with pytest.raises(ValueError, match=r"must (have|hold) .*; got .*\("):
            call(**{argument: array[np.newaxis]})


@each_array
def test_any_other_shape_is_taken_or_refused_in_one_line(call: Call, name: str) -> None:
    array = call.arrays[name]
    others = [array[()], array[:0], array[0], np.ones(()), array.swapaxes(0, -1)]
    others += [array.take([], axis=axis) for axis in range(array.ndim)]
    others += [array.take([0], axis=axis) for axis in range(array.ndim)]

    for other in others:
        assert_taken_or_refused(call, call.arguments(**{name: other}))

"""The experiment on shapes: tiny, from end to end, and its counters on planted differences."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlexp import paths
from dlexp.byhand import shapes
from dlexp.byhand.shapes import Convolution, Pooling
from dlexp.chapters.conv_shapes import measure as conv_shapes
from dlexp.chapters.conv_shapes.measure import Setting
from dlexp.lab.claims import Verdict
from dlexp.lab.results import Measurement, Record

TINY = conv_shapes.Config(sizes=60, values=8, stacks=5)
BOTH = Setting(size=(9, 9), kernel=(3, 3), stride=(2, 2), dilation=(2, 2), padding="valid")


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    return dict(conv_shapes.compare(TINY, 0).numbers)


@pytest.fixture(scope="module")
def cases() -> Measurement:
    return conv_shapes.examine(conv_shapes.Cases(sizes=5, kernels=3, steps=2), 0)


def as_record(measured: Measurement, seed: int = 0) -> Record:
    return Record(
        slug="conv_shapes", name=f"compare-seed={seed}", key="", config={}, seed=seed,
        numbers=dict(measured.numbers), arrays=measured.arrays, provenance={},
    )  # fmt: skip


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


@settings(max_examples=1_500, derandomize=True, deadline=None)
@given(settings_drawn)
def test_any_convolution_has_the_size_of_keras_or_both_refuse(setting: Setting) -> None:
    expected = None if setting.mixed else conv_shapes._size_by_hand(setting)

    assert conv_shapes._size_in_keras(setting) == expected


@settings(max_examples=1_500, derandomize=True, deadline=None)
@given(settings_drawn)
def test_any_pooling_has_the_size_of_keras_or_both_refuse(setting: Setting) -> None:
    assert conv_shapes._pool_in_keras(setting) == conv_shapes._pool_by_hand(setting)


def test_a_wrong_formula_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: sizes are rounded up, as in the reports."""
    generator = np.random.default_rng(0)
    drawn = [conv_shapes.draw(generator, 40) for _ in range(40)]
    right = conv_shapes.conv.output_size
    monkeypatch.setattr(
        conv_shapes.conv, "output_size", lambda *a, **k: right(*a, **k) + (k["stride"] > 1)
    )

    found = conv_shapes._compare_sizes(drawn)

    assert found["tensorflow_differs"] != 0
    assert found["keras_differs"] != 0


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = conv_shapes.conv.conv2d_gradients
    monkeypatch.setattr(
        conv_shapes.conv,
        "conv2d_gradients",
        lambda *a, **k: right(*a, **k)._replace(x=right(*a, **k).x * 1.001),
    )

    found = conv_shapes._compare_values(np.random.default_rng(0), TINY)

    assert found["outside"] == TINY.values


def test_nan_is_a_difference() -> None:
    nothing = np.zeros(3)

    assert conv_shapes._difference(nothing, nothing) == 0
    assert conv_shapes._difference(np.ones(3), nothing) == 1
    assert np.isnan(conv_shapes._difference(np.array([np.nan]), np.ones(1)))


def test_a_stride_beside_a_dilation_is_refused_by_keras_and_applied_by_tensorflow() -> None:
    assert conv_shapes._size_in_keras(BOTH) is None
    assert conv_shapes._size_in_tensorflow(BOTH) == conv_shapes._size_by_hand(BOTH) == (3, 3)
    assert conv_shapes._size_in_tensorflow(replace(BOTH, size=(4, 9))) is None


def test_receptive_fields_are_seen_from_first_to_last() -> None:
    stack = [Convolution(filters=1, kernel=2, dilation=4), Pooling(window=2, stride=1)]

    assert conv_shapes._seen(stack, 12) == shapes.receptive_field(stack) == 6


def test_cases_are_those_of_the_frameworks(cases: Measurement) -> None:
    numbers: Any = cases.numbers

    assert [row.get("shape") for row in numbers["depths"]["same"]][-2:] == [[1, 1, 32], None]
    assert numbers["nine_layers"]["keras"][-1]["reason"].startswith("`strides > 1` not supported")
    assert numbers["same"]["differ"] == 0
    assert numbers["same"]["odd"] > 0
    assert numbers["misfits"]["Keras, building a model"] == "ValueError"
    assert cases.arrays["seen"].shape == (28, 28)


def test_paddings_are_read_off_the_output() -> None:
    assert conv_shapes._measured_padding(8, 4, 1, 1) == (1, 2)
    assert conv_shapes._measured_padding(8, 3, 2, 1) == (0, 1)
    assert conv_shapes._measured_padding(9, 3, 1, 2) == (2, 2)
    assert conv_shapes._measured_padding(4, 1, 3, 1) == (0, 0)


def test_claims_hold_and_the_table_of_the_reports_does_not(
    compared: dict[str, Any], cases: Measurement
) -> None:
    records = [as_record(Measurement(numbers=compared), seed) for seed in conv_shapes.SEEDS]

    verdicts = {
        claim.id: claim.verdict for claim in conv_shapes.claims([*records, as_record(cases)])
    }

    refuted = [name for name, verdict in verdicts.items() if verdict is not Verdict.SUPPORTED]
    assert refuted == ["conv_shapes.reported_for_pytorch"]


def test_one_wrong_cell_of_the_table_is_counted(cases: Measurement) -> None:
    record = as_record(cases)
    rows: Any = record.numbers["nine_layers"]["tensorflow"]
    right = rows[4]["shape"]
    try:
        rows[4]["shape"] = [24, 24, 64]  # as in the reports
        assert conv_shapes.nine_layers_differ(record) == (1, 34)
    finally:
        rows[4]["shape"] = right


def test_rows_five_to_nine_of_the_reports_are_wrong() -> None:
    assert conv_shapes.reported_differ() == (5, 9)


def test_the_parameters_of_the_reports_are_right_for_every_layer() -> None:
    found = [row.parameters for row in conv_shapes.walk(stride=1)]

    assert found == list(conv_shapes.REPORTED_PARAMETERS)
    assert sum(found) == 1_261_920


def test_half_a_kernel_fails_for_even_kernels_alone() -> None:
    assert conv_shapes.half_a_kernel_fails(kernels=[1, 3, 5]) == (0, 120)
    assert conv_shapes.half_a_kernel_fails(kernels=[2, 4], sizes=range(4, 9)) == (10, 10)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("image", "(1, 4, 4, 1)"),
        ("layers.Conv2D(3, 5)(image)", "ValueError"),
        ("image + __import__('os').kill(__import__('os').getpid(), 9)", "SIGKILL"),
    ],
)
def test_a_process_that_dies_is_reported_by_its_signal(code: str, expected: str) -> None:
    assert conv_shapes._in_child(code) == expected


def test_a_child_that_cannot_even_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="SyntaxError"):
        conv_shapes._in_child("(")


def test_recorded_vectors_are_verified(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("data")
    (folder / "pytorch").mkdir()
    (folder / "pytorch" / "conv.json").write_text("{}")
    monkeypatch.setattr(paths, "DATA", folder)

    with pytest.raises(ValueError, match=r"conv.json: SHA-256 must be .*; got .*git checkout"):
        conv_shapes.pytorch()

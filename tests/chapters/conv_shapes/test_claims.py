"""What the chapter claims, on made-up records."""

from typing import Any

import pytest

from dlexp.chapters.conv_shapes import cases, claims, measure, nets
from dlexp.lab.claims import Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement

PROBED = {"sizes": 5, "kernels": 3, "steps": 2}


@pytest.fixture(scope="module")
def examined() -> Measurement:
    return cases.examine(cases.Cases(**PROBED), 0)


def runs(examined: Measurement, compared: dict[str, Any] | None = None) -> Runs:
    """Return made-up records of the chapter."""
    drawn = [(f"compare-seed={s}", s, compared, {}) for s in measure.SEEDS if compared]
    whole = ("examine-seed=0", 0, dict(examined.numbers), examined.arrays)
    records = [
        Record("conv_shapes", name, "", PROBED, seed, numbers, arrays, {})
        for name, seed, numbers, arrays in [*drawn, whole]
    ]
    return Runs("conv_shapes", tuple(records))


def test_claims_hold_and_the_table_of_the_reports_does_not(examined: Measurement) -> None:
    compared = dict(measure.compare(measure.Config(sizes=60, values=8, stacks=5), 0).numbers)

    settled = {claim.id: claim.verdict for claim in claims.claims(runs(examined, compared))}

    refuted = [name for name, verdict in settled.items() if verdict is not Verdict.SUPPORTED]
    assert refuted == ["conv_shapes.reported_for_pytorch"]


def test_one_wrong_cell_of_the_table_is_counted(examined: Measurement) -> None:
    rows: Any = examined.numbers["nine_layers"]["tensorflow"]
    right = rows[4]["shape"]
    try:
        rows[4]["shape"] = [24, 24, 64]  # as in the reports
        assert claims.nine_layers_differ(runs(examined)("examine")) == (1, 34)
    finally:
        rows[4]["shape"] = right


def test_rows_five_to_nine_of_the_reports_are_wrong() -> None:
    assert claims.reported_differ() == (5, 9)


def test_the_parameters_of_the_reports_are_right_for_every_layer() -> None:
    found = [row.parameters for row in nets.walk(stride=1)]

    assert found == list(nets.REPORTED_PARAMETERS)
    assert sum(found) == 1_261_920


def test_half_a_kernel_fails_for_even_kernels_alone() -> None:
    assert claims.half_a_kernel_fails(kernels=[1, 3, 5]) == (0, 120)
    assert claims.half_a_kernel_fails(kernels=[2, 4], sizes=range(4, 9)) == (10, 10)

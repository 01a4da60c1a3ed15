"""What the chapter claims, on made-up records."""

from typing import Any

import pytest

from dlexp.chapters.conv_shapes import cases, claims, measure, modes, nets
from dlexp.lab.claims import Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement

PROBED = {"sizes": 5, "kernels": 3, "steps": 2}


@pytest.fixture(scope="module")
def examined() -> Measurement:
    return cases.examine(cases.Cases(**PROBED), 0)


def runs(examined: Measurement, **others: Any) -> Runs:
    """Return made-up records of the chapter: of some measures for each seed, and the cases."""
    seeds = dict.fromkeys(others, measure.SEEDS)
    drawn = [
        Record("conv_shapes", f"{name}-{i}-seed={s}", "", config, s, numbers, {}, {})
        for name, numbers in others.items()
        for i, config in enumerate(CONFIGS.get(name, [PROBED]))
        for s in seeds[name]
    ]
    whole = Record(
        "conv_shapes", "examine-seed=0", "", PROBED, 0, dict(examined.numbers), examined.arrays, {}
    )
    return Runs("conv_shapes", (*drawn, whole))


CONFIGS = {
    "carry": [
        {"tested": 500, "head": head, "epochs": epochs}
        for head, epochs in (("flatten", 8), ("flatten", 64), ("mean", 64))
    ]
}

CARRIED = {
    "test": {"same": 0.95, "half": 0.951, "carried": 0.2, "after": 0.95},
    "answers": {"equal": 480},
}


CONTROLLED = {"plain": {"place": 60, "far": 60}, "whole": 100}


def test_claims_hold_but_for_what_was_reported_and_what_slips_through(
    examined: Measurement,
) -> None:
    compared = dict(measure.compare(measure.Config(sizes=60, values=8, stacks=5), 0).numbers)
    asked = dict(modes.ask(modes.Asking(drawn=60), 7).numbers)
    shifted = {"stacks": 30, "differ": 0}
    made = runs(
        examined, compare=compared, ask=asked, carry=CARRIED,
        shift_windows=shifted, control=CONTROLLED,
    )  # fmt: skip

    settled = {claim.id: claim.verdict for claim in claims.claims(made)}

    refuted = [
        name.partition(".")[2]
        for name, verdict in settled.items()
        if verdict is not Verdict.SUPPORTED
    ]
    assert refuted == [
        "conv2d_refuses", "reported_for_pytorch",
        "mean_suffers_less", "a_place_costs_less",  # the made-up ones lose alike
    ]  # fmt: skip
    assert len(settled) == 18


def test_settings_that_keras_refuses_by_rule_are_no_misfits_of_it(examined: Measurement) -> None:
    kinds = {"right": 0, "refused": 3, "image": 1, "other": 0}
    counts = {f"{a}_misfits": kinds for a in ("alone", "both")}
    made = runs(examined, ask={"answers": {"keras_later_call": counts, "conv2d_at_once": counts}})

    assert claims.answered_of_misfits(made("ask"), "keras_later_call") == (5, 20)
    assert claims.answered_of_misfits(made("ask"), "conv2d_at_once") == (10, 40)


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


def test_pytorch_pads_where_tensorflow_does() -> None:
    differ, cases = claims.torch_paddings_differ()

    assert (differ, cases > 100) == (0, True)

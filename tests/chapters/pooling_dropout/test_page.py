"""The page on pooling and dropout: what it places is what its functions publish."""

from typing import Any

import pytest

import placing
from dlexp.chapters.pooling_dropout import measure, page, page_cures, page_dropout
from dlexp.chapters.pooling_dropout.claims import claims
from dlexp.chapters.pooling_dropout.readers import DENSE, relied_on
from dlexp.draw import publish
from dlexp.lab.intervals import mean_interval
from dlexp.lab.runs import load

TEXT = placing.chapter_text("pooling_dropout")


def test_the_page_places_what_its_functions_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    placing.check("pooling_dropout", monkeypatch, calls=18)


def test_daggers_stand_where_the_correction_would_undo_an_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = load(measure.units())
    shown: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda *_, **__: None)
    monkeypatch.setattr(
        publish, "mean_with_interval", lambda name, values, _: shown.update({name: values})
    )
    page.accuracy_by_move(runs)
    page_cures.cures(runs)
    for show in (page_dropout.together, page_dropout.memorised, page_dropout.reliance):
        show(runs)
    page_dropout.rivals(runs)

    marked = {name for name in shown if f"`{name}_high`†" in TEXT}
    assert marked == {name for name, values in shown.items() if only_alone(values, runs)}

    plain, dropped = (relied_on(runs, name, "noisy") for name in DENSE.values())
    costs = (plain[:, :1] - plain - dropped[:, :1] + dropped)[:, 1:].T
    assert sorted(only_alone(values, runs) for values in costs) == [False, True, True, True]


def only_alone(values: Any, runs: Any) -> bool:
    """Return whether an interval holds no zero, but would when corrected as boxes are."""
    low, high = mean_interval(values)
    questions = page_dropout.questions_of(runs)
    least, most = mean_interval(values, questions=questions)
    return low * high > 0 > least * most


def test_verdicts_that_the_prose_marks_are_those_that_boxes_mark() -> None:
    runs = load(measure.units())
    questions = page_dropout.questions_of(runs)

    alone = {claim.name for claim in claims(runs) if not claim.holds_among(questions)}

    assert alone == {
        "flattened_beats_global_in_place", "both_test_better_few", "both_test_better_many",
        "dropout_stands_noise", "networks_beat_masks",
    }  # fmt: skip

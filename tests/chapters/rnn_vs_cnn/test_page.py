"""The page on recurrent nets and convolutions: what it places, and what is published for it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

import placing
from dlexp import chapters
from dlexp.chapters.rnn_vs_cnn import page, page_memory, page_runs, page_time
from dlexp.draw import publish
from dlexp.lab.recorded import recorded
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

PAGE = placing.chapter_text("rnn_vs_cnn")


@pytest.fixture(scope="module")
def published() -> Iterator[list[str]]:
    """The names that the page's hidden cells publish, in their order."""
    names: list[str] = []

    def note(name: str, _value: Any, **_options: Any) -> None:
        names.append(name)

    modules = {m.__name__.rpartition(".")[2]: m for m in (page, page_memory, page_runs, page_time)}
    calls = re.findall(r"^(page\w*)\.(\w+)\((runs)?\)$", PAGE, re.MULTILINE)
    runs = chapters.load("rnn_vs_cnn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish, "glue", note)
        for module, function, argument in calls:
            getattr(modules[module], function)(*([runs] if argument else []))
        yield names


def test_what_the_page_places_is_what_is_published_and_that_once(published: list[str]) -> None:
    assert len(published) == len(set(published))
    assert set(placing.PLACE.findall(PAGE)) == set(published)


def test_the_recorded_values_are_those_the_page_was_written_for() -> None:
    assert recorded("recurrent", page.PYTORCH_SHA256)["parameters"]["lstm"] == 1664


def test_losses_are_points_against_the_natural_order() -> None:
    scores = {"natural": (0.9, 0.8, 0.7), "rows": (0.85, 0.75, 0.77)}
    records = [
        Record("rnn_vs_cnn", f"pictures-order={order}-seed={seed}", "", {"order": order}, seed,
               {"lstm": {"test": test}}, {}, {})
        for order, tests in scores.items()
        for seed, test in enumerate(tests)
    ]  # fmt: skip

    cells = page._losses(Runs("rnn_vs_cnn", tuple(records)), "lstm")

    assert cells == ["80.0%", "79.0%", "1.0 (\N{MINUS SIGN}16.2 to 18.2)"]

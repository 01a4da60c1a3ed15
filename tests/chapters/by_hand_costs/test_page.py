"""The page on costs: it publishes what it places, from any runs."""

import re
from typing import Any

import pytest

import placing
from dlexp import paths
from dlexp.chapters.by_hand_costs import page
from dlexp.lab.runs import Runs


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, made_up: Runs) -> dict[str, Any]:
    items = placing.collected(monkeypatch)
    for publishes in (page.multiplications, page.answer, page.costs, page.prices):
        publishes(made_up)
    return items


def test_the_page_publishes_what_it_places(published: dict[str, Any]) -> None:
    text = (paths.PROJECT / "book" / "by_hand_costs.md").read_text("utf-8")

    placed = re.findall(r"\{glue:text\}`(\w+)`|^```\{glue(?::figure)?\} (\w+)", text, re.MULTILINE)
    assert set(published) == {number or block for number, block in placed}


def test_the_table_has_a_row_for_each_function_and_says_where_nobody_was_asked(
    published: dict[str, Any],
) -> None:
    markup = published["costs"]._repr_mimebundle_()[0]["text/html"]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*)</tr>', markup)
    cells = [re.sub("<.*?>", "|", row) for _, row in rows]

    assert [name for name, _ in rows] == list(page.FUNCTIONS.values())
    assert re.search(r"\|4\.0 \(3\.9–4\.1\)\|.*\|2\.0 \(1\.9–2\.0\)\|.*\|40\d \(", cells[0])
    assert "|–|" in cells[1]


def test_multiplications_are_those_of_the_settings(published: dict[str, Any]) -> None:
    assert published["multiplications"] == "58"  # 64 · 28 · 28 · 16 outputs of 3 · 3 · 8 products


def test_the_question_is_answered_from_the_convolution_alone(published: dict[str, Any]) -> None:
    assert published["conv2d_in_keras"] == "4.0"
    assert published["conv2d_loops_in_keras"] == "1,600"  # 400 by hand, which is 4 times Keras
    assert published["conv2d_loops_seconds"].startswith("4")

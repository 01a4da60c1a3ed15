"""The tables of editions and errata on a page."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from demo import page
from dlexp.site import errata

TABLES = [f"```{{errata}} {which}\n```\n" for which in ("editions", "corrections", "verdicts")]


@pytest.fixture
def tables(build: Any, chapter: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[list[str]]]:
    """The cells of the three tables."""
    listed = {
        "corrections": [
            {"page": "index", "was": "It is 5.", "now": "It is {effect}`demo.better:.1f`.",
             "why": "A *slip*."}
        ],
        "verdicts": [
            {"claim": f"demo.{name}", "was": "inconclusive", "became": "refuted"}
            for name in ("better", "lost")
        ],
    }  # fmt: skip
    monkeypatch.setattr(errata, "load", lambda: listed)
    for record in chapter.runs:
        record.provenance["date"] = "2026-03-01"
    names = ("cite", "claim", "roles", "errata")
    built = build([f"dlexp.site.{name}" for name in names], index=page(*TABLES, title="Errata"))
    assert [line for line in built.warnings if "errata" in line] == []
    return [
        [[" ".join(cell.get_text().split()) for cell in row.find_all(["td", "th"])]
         for row in table.find_all("tr")]
        for table in BeautifulSoup(built.page("index"), "html.parser").find_all("table")
    ]  # fmt: skip


def test_tables_say_what_was_and_what_is(tables: list[list[list[str]]]) -> None:
    editions, corrections, verdicts = tables

    assert editions[0] == ["Edition", "added", "changed", "removed"]
    assert editions[1][0].endswith("still open")
    assert corrections[1] == ["Errata", "It is 5.", "It is 2.0.", "A slip."]
    assert verdicts[1:] == [
        ["demo.better", "inconclusive", "refuted", "supported"],
        ["demo.lost", "inconclusive", "refuted", "no longer asked"],
    ]


def test_a_table_that_there_is_not_is_named(build: Any) -> None:
    built = build(["dlexp.site.cite", "dlexp.site.errata"], index=page("```{errata} lies\n```\n"))

    assert "must be one of editions, corrections, verdicts; got 'lies'" in built.warnings[0]

"""The tables of editions and errata on a page."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from demo import ADDRESS, box, page
from dlexp.site import errata

TABLES = [f"```{{errata}} {which}\n```\n" for which in ("editions", "corrections", "verdicts")]


@pytest.fixture
def tables(build: Any, chapter: Any, monkeypatch: pytest.MonkeyPatch) -> list[Tag]:
    """The three tables."""
    listed = {
        "corrections": [
            {"page": "index", "was": "It is 5.", "now": "It is {effect}`demo.better:.1f`.",
             "why": "A *slip*.", "claim": "demo.better"}
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
    source = page(*TABLES, box(), title="Errata")
    built = build([f"dlexp.site.{name}" for name in names], index=source)
    assert [line for line in built.warnings if "errata" in line or ADDRESS in line] == []
    return BeautifulSoup(built.page("index"), "html.parser").find_all("table")[:3]


def words(table: Tag) -> list[list[str]]:
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["td", "th"])]
        for row in table.find_all("tr")
    ]


def test_tables_say_what_was_and_what_is(tables: list[Tag]) -> None:
    editions, corrections, verdicts = map(words, tables)

    assert editions[0] == ["Edition", "added", "changed", "removed"]
    assert editions[1][0].endswith("still open")
    assert corrections[1] == ["Errata", "It is 5.", "It is 2.0. (the claim)", "A slip."]
    assert verdicts[1:] == [
        ["demo.better", "inconclusive", "refuted", "supported"],
        ["demo.lost", "inconclusive", "refuted", "no longer asked"],
    ]


def test_claims_that_are_asked_are_links_and_an_earlier_number_is_not_bold(
    tables: list[Tag],
) -> None:
    _, corrections, verdicts = tables

    assert [link["href"] for link in corrections.find_all("a")][1:] == [f"#{ADDRESS}"]
    assert [link["href"] for link in verdicts.find_all("a")] == [f"#{ADDRESS}"]
    assert [said.get_text() for said in corrections.select(".quoted-text")] == ["It is 5."]


def test_a_table_that_there_is_not_is_named(build: Any) -> None:
    built = build(["dlexp.site.cite", "dlexp.site.errata"], index=page("```{errata} lies\n```\n"))

    assert "must be one of editions, corrections, verdicts; got 'lies'" in built.warnings[0]

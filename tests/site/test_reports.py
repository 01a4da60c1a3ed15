"""The page of the reports: each item once, with what bears it; red where it is planted wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from demo import ADDRESS, box, page
from dlexp import reports
from dlexp.reports import Item

EXTENSIONS = ["dlexp.site.reports", "dlexp.site.roles"]
LISTED = page("```{reports}\n```\n", title="The reports")
pytestmark = pytest.mark.usefixtures("chapter")

BETTER = Item(
    key="001-2.1",
    question="2.1",
    says="A is worse than B, by 5 % & more.",
    verdict="wrong",
    answer="It is *better*, by {effect}`demo.better:.1f`.",
    pages=("chapter#what-we-saw",),
    claims={"against": {"demo.better": "supported"}},
)
OTHER = Item("all", "all", "Nothing else.", "never answered", "Some.", ("other#the-other",))


@pytest.fixture
def listed(build: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that builds a book of two pages and a list of some items."""

    def run(*items: Item) -> Any:
        monkeypatch.setattr(reports, "load", lambda: list(items))
        chapter = page("## What we saw\n", box(), title="The chapter")
        other = page(
            "See [its rows](#reports-chapter) and [one](#report-b-2-1).", title="The other"
        )
        return build(EXTENSIONS, index=LISTED, chapter=chapter, other=other)

    return run


def rows(built: Any) -> list[Tag]:
    soup = BeautifulSoup(built.page("index"), "html.parser")
    return soup.select("section.claims-register tbody tr")


def test_each_item_stands_once_with_its_answer_and_what_bears_it(listed: Any) -> None:
    built = listed(BETTER, OTHER)
    first, second = rows(built)
    says, verdict, answer = first.find_all("td")

    assert built.warnings == []
    assert (first["id"], first.th.get_text()) == ("report-b-2-1", "B 2.1")
    assert says.get_text(strip=True) == "A is worse than B, by 5 % & more."
    assert verdict.get_text(strip=True) == "wrong"
    assert "It is better, by 2.0." in answer.get_text()
    assert [link["href"] for link in answer.find_all("a")] == [
        "chapter.html#what-we-saw",
        f"chapter.html#{ADDRESS}",
    ]
    assert answer.find_all("a")[1].get_text() == "A is better & faster than B."
    assert (second["id"], second.th.get_text(), second["data-report"]) == (
        "report-all",
        "A–D",
        "A|B|C|D",
    )


def test_items_are_counted_by_verdict_and_report(listed: Any) -> None:
    soup = BeautifulSoup(listed(BETTER, OTHER).page("index"), "html.parser")
    table = soup.find("caption").parent  # type: ignore[union-attr]
    found = {row.th.get_text(): [int(cell.text) for cell in row.find_all("td")]
             for row in table.select("tbody tr")}  # type: ignore[union-attr] # fmt: skip

    assert found["wrong"] == [0, 1, 0, 0, 1]
    assert found["never answered"] == [1, 1, 1, 1, 1]
    assert found["in all"] == [1, 2, 1, 1, 2]
    assert soup.find(class_="claims-summary").get_text() == "2 items."  # type: ignore[union-attr]


def test_each_page_that_answers_has_a_section_and_may_be_linked(listed: Any) -> None:
    built = listed(BETTER, OTHER)
    soup = BeautifulSoup(built.page("index"), "html.parser")
    other = BeautifulSoup(built.page("other"), "html.parser")

    titles = {part["id"]: part.h2.get_text()[:-1] for part in soup.select("section[id^=reports-]")}
    assert titles == {"reports-chapter": "The chapter", "reports-other": "The other"}
    links = [link["href"] for link in other.select("a.reference")]
    assert {"index.html#reports-chapter", "index.html#report-b-2-1"} <= set(links)


def test_without_scripts_there_is_nothing_to_press(listed: Any) -> None:
    form = BeautifulSoup(listed(BETTER).page("index"), "html.parser").find("form")

    assert isinstance(form, Tag)
    assert form.has_attr("hidden")
    names = {str(field["name"]) for field in form.find_all(["input", "select"])}
    assert names == {"words", "report", "verdict", "chapter", "group"}


@pytest.mark.parametrize(
    ("planted", "warning"),
    [
        ({"pages": ("chapter#nowhere",)}, "001-2.1 must name sections that there are"),
        ({"claims": {"against": {"demo.better": "refuted"}}}, "takes demo.better for refuted"),
        ({"claims": {"for": {"demo.better": "supported"}}}, "must not speak for it"),
        ({"claims": {"against": {"demo.worse": "supported"}}}, "got demo.worse"),
        ({"answer": "By {effect}`demo.worse`."}, "got demo.worse"),
    ],
)
def test_what_is_planted_wrong_is_a_warning(
    listed: Any, planted: dict[str, Any], warning: str
) -> None:
    wrong = Item(**{**vars(BETTER), **planted})

    assert any(warning in line for line in listed(wrong).warnings)

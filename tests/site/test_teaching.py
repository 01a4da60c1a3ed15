"""The page for teachers: plans made of the chapters, and links that lead somewhere."""

import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from dlexp import paths, reports
from dlexp.grading import catalogue
from dlexp.reports import Item
from dlexp.site import lessons, teaching

EXTENSIONS = [
    "numbered",
    "sphinx_exercise",
    "dlexp.site.interactive",
    "dlexp.site.number_lint",
    "dlexp.site.teaching",
]

FIRST = """# Numbers [first]: a title

Some words.

```{exercise} Count *them*
:label: ex-count
```
"""

SECOND = """# The second

After [](mnist), {fill}words.

```{{interactive}} sizes
:label: A slider for sizes
:try: Move it, and look at the [rows].
```

````{{figure}} dot.svg
:name: fig-dot

A dot.
````

{exercises}

(report-c-2)=
(report-c-3)=
(reports-batch_norm)=
## Try it first
"""


def item(number: int, verdict: str) -> Item:
    return Item(f"003-{number}", "", f"It is [`{number}`].", verdict, "", ("batch_norm#try",))


MORE = """---
jupytext:
  text_representation:
    format_name: myst
---

# Three words here

Two more.

```{exercise} More
:label: ex-more
```
"""


@pytest.fixture
def built(build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    numbered = types.ModuleType("numbered")  # as the book's configuration has it
    numbered.setup = lambda app: setattr(app.config, "numfig", True)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "numbered", numbered)
    incomplete = item(2, "incomplete")
    items = [item(1, "right"), incomplete, item(3, "wrong"), replace(incomplete, key="004-2")]
    monkeypatch.setattr(reports, "load", lambda: items)
    monkeypatch.setattr(teaching, "MOST", 1)
    exercises = "\n\n".join(
        f"```{{exercise}} Task {letter}\n:label: ex-{letter}\n```" for letter in "abcd"
    )
    pages = {
        "index": "# Teaching\n\n```{toctree}\nmnist\nbatch_norm\n```\n\n```{lessons}\n```\n",
        "mnist": FIRST,
        "batch_norm": SECOND.format(fill="many " * 1500, exercises=exercises),
    }
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    listed = "".join(f"- file: {name}\n" for name in pages)
    (tmp_path / "source" / "_toc.yml").write_text(listed)
    return build(EXTENSIONS, **pages)


def test_a_plan_is_made_of_the_page_the_reports_and_the_grader(built: Any) -> None:
    soup = BeautifulSoup(built.page("index"), "html.parser")
    rows = [[cell.get_text() for cell in row("td")] for row in soup.select("tbody tr")]
    section: Any = soup.find("section", id="teach-batch_norm")
    terms = {term.get_text(): term.find_next_sibling("dd") for term in section("dt")}

    assert [warning for warning in built.warnings if "index.md" in warning] == []
    assert rows == [
        ["Numbers [first]: a title", "5 min", "10 min", "nothing", "\N{EN DASH}"],
        ["The second", "15 min", "40 min", "Numbers [first]", "2"],
    ]
    wrong, rest = terms["What to discuss: statements of the reports"]("li")
    assert wrong.get_text() == "It is [3]. (wrong)"
    assert wrong.code.get_text() == "3"
    assert wrong.a["href"] == "batch_norm.html#report-c-3"
    assert rest.get_text() == "and 1 more, among all that the reports say"
    assert [li.a["href"] for li in terms["Questions, with answers"]("li")] == [
        "batch_norm.html",
        *(f"batch_norm.html#ex-{letter}" for letter in "abc"),
    ]
    handed_in = terms["To hand in"]
    assert [code.get_text() for code in handed_in("code")] == [
        "batch_norm",
        "batch_norm_gradients",
        "python -m dlexp grade FILE",
    ]
    assert handed_in("li")[-1].a["href"] == "batch_norm.html#ex-d"
    last = handed_in("li")[-1].get_text()
    assert last == "Exercise 5 (Task d): the code, and what was measured"
    [live] = terms["Figures to use in class"]("li")
    assert "A slider for sizes. Move it, and look at the [rows]." in live.get_text()


def test_of_two_verdicts_on_one_statement_the_worse_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = [
        replace(item(1, verdict), key=f"00{i}-1")
        for i, verdict in enumerate(("incomplete", "wrong"))
    ]
    monkeypatch.setattr(reports, "load", lambda: items)
    plan = lessons.lesson("batch_norm", SECOND, [])

    assert [line[-7:] for line in teaching._statements(plan)] == ["(wrong)"]


def test_a_chapter_without_guesses_is_not_said_to_have_some_and_no_exercise_comes_twice() -> None:
    plan = lessons.lesson("mnist", FIRST, [])

    assert list(teaching._questions(plan)) == []
    assert list(teaching._assignment(plan))[-1].startswith("{ref}`ex-count` (Count \\*them\\*)")


def test_each_function_that_is_graded_belongs_to_a_chapter_with_exercises() -> None:
    texts = teaching._by_chapter(list(teaching._pages(paths.PROJECT)))
    plans = list(teaching._planned(texts))
    planned = [plan.slug for plan in plans]

    assert planned[:2] == ["mnist", "logistic_regression"]
    assert [name for name in catalogue.GRADED if not catalogue.chapters(name)] == []
    for name in catalogue.GRADED:
        assert set(catalogue.chapters(name)) <= set(planned)
    for plan in plans:
        page = texts[plan.slug]
        assert page.count("{exercise-start}") == len(plan.exercises) > 1
        assert page.count("\n:try: ") == len(plan.live)
        assert page.count("{glue:figure}") == len(plan.figures)


def test_pages_of_one_chapter_are_planned_as_one(tmp_path: Path) -> None:
    texts = {"mnist": FIRST, "batch_norm": SECOND, "batch_norm_measured": MORE}
    pages = [tmp_path / f"{name}.md" for name in texts]
    for page in pages:
        page.write_text(texts[page.stem], "utf-8")

    first, second = teaching._planned(teaching._by_chapter(pages))
    alone = lessons.lesson("batch_norm", SECOND, ["mnist"])

    assert (first.slug, second.slug) == ("mnist", "batch_norm")
    assert second.title == alone.title
    assert second.words == alone.words + 5
    assert [each.label for each in second.exercises][-1] == "ex-more"


def test_code_and_formulas_are_no_words_to_read() -> None:
    page = "# One\n\n````{code-cell}\na = 1\n````\n\n$$a b$$\n\nTwo {ref}`x <y>` [three](four).\n"
    assert lessons.words(page) == 3

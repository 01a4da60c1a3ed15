"""The page of the reports, filtered and grouped by a reader."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.looks import MARKS, WIDE_LIGHT, visiting
from dlexp.reports import Item
from dlexp.site import filtering, reports_html

pytestmark = MARKS

ITEMS = [
    Item("000-1", "1", "Pooling is robust.", "right", "Yes.", ("mnist#a",)),
    Item("001-1", "1", "Dropout scales.", "wrong", "No.", ("mnist#a",)),
    Item("001-2", "2", "Padding keeps.", "right", "Yes.", ("conv_shapes#b",)),
    Item("all", "all", "Nothing.", "never answered", "Here.", ("conv_shapes#b",)),
]
TITLES = {"mnist": "MNIST", "conv_shapes": "Shapes"}


def section(slug: str) -> str:
    before, after = reports_html.table(TITLES[slug])
    rows = []
    for item in ITEMS:
        if item.chapter == slug:
            opened, closed = reports_html.row(item)
            rows.append(f"{opened}<td>{item.says}</td>{closed}")
    title = f"<h2>{TITLES[slug]}</h2>"
    body = f"{title}{before}{''.join(rows)}{after}"
    return f'<section class="claims-register" id="reports-{slug}">{body}</section>'


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    head = f"{reports_html.counts(ITEMS)}{reports_html.controls(ITEMS, TITLES)}"
    script = f"<script>{filtering.SCRIPT.read_text('utf-8')}</script>"
    style = "<style>[hidden] {display: none}</style>"
    with visiting(browser, WIDE_LIGHT) as visit:
        visit.page.set_content(f"{style}{head}{''.join(map(section, TITLES))}{script}")
        yield visit.page


def shown(page: Page) -> dict[str, list[str]]:
    """Return the titles of the sections that are shown, and the rows that stand in each."""
    found: dict[str, list[str]] = {}
    for part in page.locator("section:visible").all():
        rows = part.locator("tbody tr:visible")
        found[part.locator("h2").inner_text()] = [
            str(row.get_attribute("id")) for row in rows.all()
        ]
    return found


def test_boxes_and_words_leave_what_fits(page: Page) -> None:
    page.get_by_role("checkbox", name="A", exact=True).uncheck()
    assert shown(page) == {"MNIST": ["report-b-1"], "Shapes": ["report-b-2", "report-all"]}
    assert page.get_by_role("status").inner_text() == "3 of 4 items."

    page.get_by_role("checkbox", name="right", exact=True).uncheck()
    assert shown(page) == {"MNIST": ["report-b-1"], "Shapes": ["report-all"]}

    page.get_by_role("searchbox").fill("DROPOUT")
    assert shown(page) == {"MNIST": ["report-b-1"]}


def test_one_chapter_may_be_chosen(page: Page) -> None:
    page.locator("select[name=chapter]").select_option("Shapes")

    assert shown(page) == {"Shapes": ["report-b-2", "report-all"]}


def test_items_are_grouped_by_report_or_verdict_and_go_home(page: Page) -> None:
    home = shown(page)
    page.get_by_label("Grouped by").select_option("verdict")
    assert list(shown(page).items()) == [
        ("verdict: right", ["report-a-1", "report-b-2"]),
        ("verdict: wrong", ["report-b-1"]),
        ("verdict: never answered", ["report-all"]),
    ]
    page.get_by_label("Grouped by").select_option("report")
    assert list(shown(page)) == ["report: A", "report: B"]
    page.get_by_label("Grouped by").select_option("chapter")

    assert shown(page) == home

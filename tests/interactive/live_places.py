"""Live figures on a visited page: to wake one, to move its sliders, to read what it says."""

from playwright.sync_api import Locator

from browsing import Visit


def awake(visit: Visit, figure: str) -> Locator:
    """Scroll to a figure, wait until it has started, and return it."""
    place = visit.page.locator(f".dlx[data-figure={figure}]")
    place.scroll_into_view_if_needed()
    visit.page.wait_for_selector(f".dlx[data-figure={figure}][data-state]", timeout=20_000)
    assert place.get_attribute("data-state") == "live", visit.complaints
    return place


def opened(visit: Visit, start: str, page: str, figure: str, address: str = "") -> Locator:
    """Visit a page, and wake one of its figures."""
    visit.go(f"{start}/{page}.html{address}")
    return awake(visit, figure)


def said(place: Locator) -> str:
    """Return what a figure says."""
    return str(place.locator("[role=status]").text_content())


def slide(place: Locator, label: str, key: str, times: int = 1) -> None:
    """Press a key on a slider."""
    slider = place.get_by_label(label)
    for _ in range(times):
        slider.press(key)


def pictures(place: Locator) -> list[str]:
    """Return what the pictures of a figure say to those who do not see them."""
    return [str(each.get_attribute("aria-label")) for each in place.locator("svg[role=img]").all()]


def column(place: Locator, number: int) -> list[str]:
    """Return the cells of a column of a figure's table."""
    return [row.locator("td").nth(number).inner_text() for row in place.locator("tbody tr").all()]

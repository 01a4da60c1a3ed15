"""Tables that can be read aloud, and scrolled on a phone."""

from bs4 import BeautifulSoup

from dlexp.draw.table import table_html, with_interval


def test_a_table_can_be_read_aloud_and_scrolled():
    markup = table_html(
        ["layer", "size", "weights"],
        [["conv <1>", "28 × 28", 320], ["dense", "10", 1290]],
        caption='Layers & "sizes"',
    )
    region = BeautifulSoup(markup, "html.parser").div
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert region["aria-label"] == region.caption.text == 'Layers & "sizes"'
    assert [th.text for th in region.find_all("th", scope="col")] == ["layer", "size", "weights"]
    assert [th.text for th in region.find_all("th", scope="row")] == ["conv <1>", "dense"]
    assert [td.text for td in region.find_all("td")] == ["28 × 28", "320", "10", "1,290"]


def test_only_a_column_of_numbers_is_set_as_one():
    markup = table_html(["a", "b", "c"], [["x", "12", "12"], ["y", "none", "−"]], caption="A table")
    table = BeautifulSoup(markup, "html.parser")
    assert [cell.text for cell in table.find_all(class_="number")] == ["c", "12", "−"]


def test_a_mean_has_its_interval():
    assert with_interval([1.0, 2.0, 3.0], "+.2f", ends=".2f") == "+2.00 (−0.48 to 4.48)"
    assert with_interval([1.0, 2.0, 3.0], ".1f") == "2.0 (−0.5 to 4.5)"

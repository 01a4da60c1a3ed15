"""Settings, effects and counts in prose."""

import pytest
from bs4 import BeautifulSoup

from demo import COUNTED, box, page
from dlexp.site import placed

EXTENSIONS = ["dlexp.site.claim", "dlexp.site.roles"]
pytestmark = pytest.mark.usefixtures("chapter")


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("{setting}`Config.width`", "4"),
        ("{setting}`Config.width:.1f`", "4.0"),
        ("{setting}`claims.BAR:.0%`", "90%"),
        ("{effect}`better:.1f`", "2.0"),
        ("{checked}`never`", "0 of 1,200"),
    ],
)
def test_a_role_places_what_was_computed(build, role, text):
    built = build(EXTENSIONS, demo=page(f"So it is {role}.", box("better"), COUNTED))
    shown = BeautifulSoup(built.page("demo"), "html.parser").find("p").find(class_="pasted-text")

    assert built.warnings == []
    assert shown.text == text


def test_a_count_leads_to_its_row(build):
    built = build(EXTENSIONS, demo=page("It fails on {checked}`never`.", COUNTED))
    link = BeautifulSoup(built.page("demo"), "html.parser").find("p").find("a")

    assert link["href"] == "#claim-demo-never"


def test_a_page_that_continues_a_chapter_places_and_states_what_is_the_chapters(build):
    words = page("It is {setting}`Config.width`, {effect}`better:.1f`.", box("better"), COUNTED)
    built = build(EXTENSIONS, demo=page("Words."), demo_more=words)
    shown = BeautifulSoup(built.page("demo_more"), "html.parser")

    assert built.warnings == []
    assert [each.text for each in shown.find("p")(class_="pasted-text")] == ["4", "2.0"]
    assert shown.find(id="claim-demo-better") is not None


def test_a_count_leads_to_its_row_on_another_page(build):
    words = page("It fails on {checked}`never`.")
    built = build(EXTENSIONS, demo=words, demo_more=page(COUNTED))
    link = BeautifulSoup(built.page("demo"), "html.parser").find("p").find("a")

    assert built.warnings == []
    assert link["href"] == "demo_more.html#claim-demo-never"


def test_a_count_that_no_page_states_is_a_warning(build):
    [warning] = build(EXTENSIONS, demo=page("It fails on {checked}`never`.")).warnings

    assert "a count must be stated in a page of the contents; got demo.never" in warning


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("{setting}`Config.height`", "a setting must be a field of Config, or module.CONSTANT"),
        ("{setting}`nothing.BAR`", "a setting must be a field of Config, or module.CONSTANT"),
        ("{effect}`worse`", "a claim must be one of demo.better, demo.never; got demo.worse"),
        ("{checked}`better`", "must be counted; got demo.better, measured by seed"),
    ],
)
def test_what_is_not_there_is_a_warning(build, role, message):
    built = build(EXTENSIONS, demo=page(f"So it is {role}."))

    assert any("demo.md:3" in line and message in line for line in built.warnings)


def test_a_sentence_with_roles_reads_as_plain_text():
    text = "With {setting}`Config.width` *cells*, `B` is **{effect}`better:.0f`** ahead; a*b."

    assert placed.plain(text, "demo") == "With 4 cells, B is 2 ahead; a*b."

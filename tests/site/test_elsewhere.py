"""Claims that were asked again on other data: their lines, the register, and the page of them."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from demo import COUNTED, REGISTER, UNITS, better, box, page, runs
from dlexp import chapters
from dlexp.lab.runs import Runs
from dlexp.site import elsewhere_html

EXTENSIONS = ["dlexp.site.claim", "dlexp.site.roles"]
ASKED_AGAIN = "```{claims-register}\n:elsewhere:\n```\n"


@pytest.fixture
def away(chapter, monkeypatch):
    """The chapter ``demo``, one of whose claims was asked again; returns the chapter."""
    again = [replace(record, name=f"{record.name}-data=there") for record in runs(-1.0, -2.0, -1.5)]
    monkeypatch.setattr(chapters, "load_elsewhere", lambda slug: Runs(slug, tuple(again)))
    monkeypatch.setattr(chapters, "claims_elsewhere", lambda found: [better(found)])
    return chapter


@pytest.mark.usefixtures("away")
def test_a_line_says_what_came_out_there(build):
    built = build(EXTENSIONS, index=page(box()))
    line = BeautifulSoup(built.page("index"), "html.parser").find("details")

    assert built.warnings == []
    assert line.find("summary").find(class_="claim-elsewhere").text == (
        "also on Fashion-MNIST: refuted"
    )
    told = " ".join(line.text.split())
    assert "on Fashion-MNIST: −1.5 (95 % interval" in told
    assert "3 seeds, refuted; by seed 0: −1.0, 1: −2.0, 2: −1.5; computed in 4.5 s." in told


@pytest.mark.usefixtures("chapter")
def test_a_line_of_a_claim_that_was_asked_once_says_nothing(build):
    built = build(EXTENSIONS, index=page(box()))

    assert "Fashion-MNIST" not in built.page("index")


@pytest.mark.usefixtures("away")
def test_the_register_has_a_column_for_it(build):
    built = build(EXTENSIONS, index=page(REGISTER), demo=page(box(), COUNTED))
    register = BeautifulSoup(built.page("index"), "html.parser").find(class_="claims-register")
    heads, first, second = register.find_all("tr")

    assert [head.text for head in heads.find_all("th")][-1] == "On Fashion-MNIST"
    assert first.find_all("td")[-1].find(class_="claim-refuted").text == "refuted"
    assert second.find_all("td")[-1].text == ""
    assert first["data-verdict"] == "supported"  # what filters is the verdict on MNIST


@pytest.mark.usefixtures("away")
def test_the_page_of_them_has_those_alone_with_both_effects(build):
    built = build(EXTENSIONS, index=page(ASKED_AGAIN), demo=page(box(), COUNTED))
    found = BeautifulSoup(built.page("index"), "html.parser")
    [row] = found.find("tbody").find_all("tr")
    here, there = (cell.text for cell in row.find_all("td"))

    assert built.warnings == []
    assert row.find("a")["href"] == "demo.html#claim-demo-better"
    assert here.startswith("supportedon MNIST: 2.0 [")
    assert there.startswith("refutedon Fashion-MNIST: −1.5 [")
    assert "1 claims were asked on both data sets: 1 with the opposite verdict." in found.text


@pytest.mark.usefixtures("away")
def test_a_role_places_what_was_measured_there(build):
    built = build(EXTENSIONS, demo=page("There it is {elsewhere}`better:.1f`.", box("better")))

    assert built.warnings == []
    assert "−1.5" in BeautifulSoup(built.page("demo"), "html.parser").find("p").text


@pytest.mark.usefixtures("away")
def test_what_was_not_asked_there_is_a_warning(build):
    built = build(EXTENSIONS, demo=page("It is {elsewhere}`never`.", COUNTED))

    rule = "a claim asked on Fashion-MNIST must be one of demo.better; got demo.never"
    assert any(rule in line for line in built.warnings)


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        ((1.0, 1.1, 1.2), (2.0, 2.1, 2.2), "1 with the same verdict"),
        ((1.0, 1.1, 1.2), (-9.0, 1.1, 9.0), "1 settled on MNIST and inconclusive on Fashion"),
        ((-9.0, 1.1, 9.0), (1.0, 1.1, 1.2), "1 inconclusive on MNIST and settled on Fashion"),
        ((1.0, 1.1, 1.2), (-1.0, -1.1, -1.2), "1 with the opposite verdict"),
    ],
)
def test_what_became_of_a_verdict_is_counted(here, there, words):
    pairs = [(better(runs(*here)), better(runs(*there)))]

    assert words in elsewhere_html.counts(pairs)


def test_units_of_the_demo_are_at_home():
    assert {unit.data for unit in UNITS} == {"mnist"}

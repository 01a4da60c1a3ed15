"""Claims on pages: the box, the register, and what turns a build red."""

import types
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from dlexp.lab import claims, results
from dlexp.lab.results import Record, Unit
from dlexp.site import claim as site
from dlexp.site import claim_html

EXTENSION = "dlexp.site.claim"
BOX = "```{{claim}} {}\n:expect: {}\n```\n"
REGISTER = "```{claims-register}\n```\n"
ADDRESS = "claim-demo-better"
pytestmark = pytest.mark.usefixtures("demo")


@dataclass(frozen=True, kw_only=True)
class Config:
    width: int = 4


def measure(_config, _seed):
    raise AssertionError("a page must never compute a unit")


UNITS = [Unit(measure=measure, config=Config(), seed=seed) for seed in range(3)]


def record(unit, value):
    made = {"seconds": 1.5, "processor": "Abacus", "python": "3.11", "versions": {"numpy": "2.4"}}
    key = f"{unit.seed}abcdef0123456789"
    numbers = {"value": value}
    return Record("demo", unit.name, key, {"width": 4}, unit.seed, numbers, {}, made)


def better(records, identifier="demo.better", sentence="A is better & faster than B."):
    values = [each.numbers["value"] for each in records]
    return claims.mean_above(
        identifier,
        sentence,
        "gain, points",
        values,
        threshold=0.0,
        seeds=[each.seed for each in records],
        units=[each.name for each in records],
    )


@pytest.fixture
def demo(monkeypatch):
    """An experiment ``demo`` with records of its own; returns what may be changed of it."""
    module = types.SimpleNamespace(claims=lambda records: [better(records)], calls=0)
    module.records = [record(unit, 1.5 + unit.seed / 2) for unit in UNITS]

    def load(units):
        module.calls += 1
        assert units == UNITS
        return module.records

    def find(slug):
        if slug != "demo":
            raise ValueError(f"an experiment must be one of demo; received {slug!r}")
        return module

    monkeypatch.setattr(site.experiments, "slugs", lambda: ["demo"])
    monkeypatch.setattr(site.experiments, "units", lambda slug: find(slug) and UNITS)
    monkeypatch.setattr(site.experiments, "module", find)
    monkeypatch.setattr(site.results, "load", load)
    return module


def page(*boxes, title="A page"):
    return "\n".join([f"# {title}\n", *boxes])


# --- the box ------------------------------------------------------------------------------------


def test_a_box_shows_sentence_verdict_effect_and_provenance(build):
    built = build(EXTENSION, index=page(BOX.format("demo.better", "supported")))
    assert built.warnings == []
    box = BeautifulSoup(built.page("index"), "html.parser").find(id=ADDRESS)
    assert box.find(class_="claim-verdict").text == "supported"
    assert box.find(id=f"{ADDRESS}-sentence").text == "A is better & faster than B."
    words = box.find(class_="claim-effect").text
    assert words == "2.0 (95 % interval 0.8 to 3.2), 3 seeds: gain, points."
    fold = box.find("details").text
    for fact in ("Abacus", "numpy 2.4", "width=4", "0abcdef0", "4.5 s in all", "above 0"):
        assert fact in fold


def test_a_plot_says_in_words_what_it_draws():
    claim = better(
        [record(unit, value) for unit, value in zip(UNITS, (2.0, 2.1, 2.2), strict=True)]
    )
    root = ElementTree.fromstring(claim_html.plot(claim))
    title = root.find("title")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert title.text == (
        "Interval plot: 2.10 (95 % interval 1.85 to 2.35); the claim puts it above 0; "
        "by seed 2.00, 2.10, 2.20."
    )
    assert len(root.findall("circle")) == len(claim.values) + 1


@given(
    st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=3, max_size=6),
    st.floats(-1e9, 1e9, allow_subnormal=False),
)
def test_everything_drawn_lies_inside_the_plot(values, threshold):
    claim = claims.mean_above(
        "demo.any", "Any.", "x", values, threshold=threshold, seeds=range(len(values)), units=["u"]
    )
    root = ElementTree.fromstring(claim_html.plot(claim))
    places = [float(each.get("cx")) for each in root.findall("circle")]
    places += [float(each.get("x1")) for each in root.findall("line")]
    assert all(0 <= place <= claim_html.WIDTH for place in places)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3))
def test_a_written_number_keeps_what_its_interval_can_tell(value, width):
    text = claim_html.written(value, (value - width / 2, value + width / 2))
    back = float(text.replace(",", "").replace("−", "-"))
    assert abs(back - value) <= max(0.06 * width, 0.5 if width >= 10 else 0.0) + 1e-9
    assert text not in ("−0", "−0.0", "−0.00")


# --- what turns a build red ---------------------------------------------------------------------


def test_another_verdict_than_expected_is_a_warning(build, demo):
    demo.records = [record(unit, value) for unit, value in zip(UNITS, (5.0, 5.1, 5.2), strict=True)]
    built = build(EXTENSION, index=page(BOX.format("demo.better", "refuted")))
    [warning] = built.warnings
    assert "index.md:3: WARNING" in warning
    assert "the page expects demo.better to be refuted, it is supported: 5.10" in warning


@pytest.mark.parametrize(
    ("box", "message"),
    [
        (BOX.format("demo.worse", "supported"), "a claim must be one of demo.better; got demo.wor"),
        (BOX.format("none.better", "supported"), "an experiment must be one of demo; received 'no"),
        ("```{claim} demo.better\n```\n", "must say ':expect: VERDICT', got no such option"),
        (BOX.format("demo.better", "maybe"), '"maybe" unknown; choose from "supported"'),
    ],
)
def test_a_claim_that_cannot_be_shown_is_a_warning(build, box, message):
    built = build(EXTENSION, index=page(box))
    assert any("index.md:" in line and message in line for line in built.warnings)


def test_a_missing_record_is_a_warning(build, monkeypatch):
    def load(_units):
        raise results.MissingResult("no current record of demo/train: python -m dlexp run demo")

    monkeypatch.setattr(site.results, "load", load)
    built = build(EXTENSION, index=page(BOX.format("demo.better", "supported")))
    [warning] = built.warnings
    assert "index.md:3: WARNING: no current record of demo/train: python -m dlexp run" in warning


def test_a_claim_shown_twice_on_a_page_is_a_warning(build):
    box = BOX.format("demo.better", "supported")
    built = build(EXTENSION, index=page(box, box))
    assert any("a page must show a claim once, got demo.better" in line for line in built.warnings)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda r: [better(r), better(r)], "the ids of claims must differ, demo has one twice"),
        (
            lambda r: [better(r, "other.better")],
            "must be named demo.<snake_case>, got other.better",
        ),
        (
            lambda r: [
                better([*r[:2], record(Unit(measure=measure, config=Config(), seed=9), 1.0)])
            ],
            "demo.better must rest on records of demo, got measure-seed=9",
        ),
        (lambda r: [better(r[:2])], "an interval needs 3 seeds or more, got 2"),
    ],
)
def test_malformed_claims_are_a_warning(build, demo, made, message):
    demo.claims = made
    built = build(EXTENSION, index=page(BOX.format("demo.better", "supported")))
    assert any(message in line for line in built.warnings)


# --- the register -------------------------------------------------------------------------------


def test_the_register_links_each_claim_to_its_box(build):
    box = page(BOX.format("demo.better", "supported"), title="The chapter")
    built = build(EXTENSION, index=page(REGISTER), chapter=box)
    soup = BeautifulSoup(built.page("index"), "html.parser")
    link = soup.find(class_="claims-register").find("a")
    assert built.warnings == []
    assert link["href"] == f"chapter.html#{ADDRESS}"
    assert link.text == "A is better & faster than B."
    assert "The chapter" in soup.find(class_="claims-register").text
    assert soup.find(class_="claims-summary").text == "Claims: 1 supported."
    assert BeautifulSoup(built.page("chapter"), "html.parser").find(id=ADDRESS)


def test_every_page_can_refer_to_a_box(build):
    box = page(BOX.format("demo.better", "supported"))
    reference = "# A\n\n{ref}`that claim <claim-demo-better>`, {ref}`claim-demo-better`"
    built = build(EXTENSION, index=reference, chapter=box)
    links = BeautifulSoup(built.page("index"), "html.parser").find_all("a", class_="internal")
    assert built.warnings == []
    assert [link.text for link in links] == ["that claim", "the claim"]
    assert {link["href"] for link in links} == {f"chapter.html#{ADDRESS}"}


def test_a_claim_that_no_page_shows_is_a_warning(build):
    built = build(EXTENSION, index=page(REGISTER))
    [warning] = built.warnings
    assert "index.md:3: WARNING: a claim must be shown in a page, demo.better is in none" in warning


def test_a_build_settles_each_experiment_once(build, demo):
    box = page(BOX.format("demo.better", "supported"))
    build(EXTENSION, index=page(REGISTER), one=box, two=box)
    assert demo.calls == 1


# --- between builds -----------------------------------------------------------------------------


def test_pages_are_known_by_the_experiments_that_they_show(build):
    box = page(BOX.format("demo.better", "supported"))
    built = build(EXTENSION, index=page(REGISTER), chapter=box, plain="# Plain")
    assert site.claim_dependencies(built.app.env) == {"index": {"demo"}, "chapter": {"demo"}}


def test_a_page_that_drops_its_claim_is_forgotten(build):
    build(EXTENSION, index=page(REGISTER), chapter=page(BOX.format("demo.better", "supported")))
    built = build(EXTENSION, fresh=False, index=page(REGISTER, "again"), chapter="# Changed now")
    assert site.claim_dependencies(built.app.env) == {"index": {"demo"}}
    assert any("demo.better is in none" in line for line in built.warnings)


def test_what_another_process_read_is_taken_over():
    ours, theirs = types.SimpleNamespace(), types.SimpleNamespace()
    site.claim_dependencies(ours)["a"] = {"demo"}
    site.claim_dependencies(theirs).update({"b": {"other"}, "c": {"third"}})
    site.merge(None, ours, ["b"], theirs)
    assert site.claim_dependencies(ours) == {"a": {"demo"}, "b": {"other"}}


def test_numbers_of_numpy_are_written_as_plain_ones():
    claim = better([record(unit, np.float64(unit.seed)) for unit in UNITS])
    assert "float64" not in claim_html.box(claim, {u.name: record(u, 1.0) for u in UNITS}, None)

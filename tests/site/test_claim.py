"""Claims on pages: the line, what it unfolds to, the table of counts, what turns a build red."""

import types
from xml.etree import ElementTree

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import demo
from demo import ADDRESS, COUNTED, REGISTER, UNITS, better, box, page
from dlexp import chapters
from dlexp.lab import claims
from dlexp.lab.claims import PERCENT, POINTS, Scale
from dlexp.lab.store import MissingResult
from dlexp.site import claim_html, claim_plot, claim_words, stated

EXTENSION = "dlexp.site.claim"
pytestmark = pytest.mark.usefixtures("chapter")


# --- the line -----------------------------------------------------------------------------------


def test_a_line_has_verdict_sentence_and_effect_and_unfolds_to_provenance(build):
    built = build(EXTENSION, index=page(box()), **{"book/reading": "# Reading"})
    line = BeautifulSoup(built.page("index"), "html.parser").find(id=ADDRESS)
    summary = line.find("summary")

    assert built.warnings == []
    assert line.name == "details"
    assert not line.has_attr("open")
    assert summary.find("a") is None  # axe: nothing to press within what is pressed
    assert line.find(class_="claim-measure").find("a")["href"] == "book/reading.html"
    assert summary.text == "supported A is better & faster than B. 2.0 [0.8, 3.2]"
    assert summary.find("em").text == "faster"
    words = line.find(class_="claim-measure").text
    assert words == "2.0 (95 % interval 0.8 to 3.2), 3 seeds: gain, points. What supported means"
    for fact in ("Abacus", "numpy 2.4", "width=4", "0abcdef0", "4.5 s in all", "above 0"):
        assert fact in line.text
    assert line.find("details") is None  # one fold, not two


@pytest.mark.parametrize(
    ("scale", "words", "asserted", "by_seed"),
    [
        (POINTS, "2.0 points [0.8, 3.2]", "above 1 points", "1.5, 1: 2.0, 2: 2.5"),
        (PERCENT, "2.0 % [0.8, 3.2]", "above 1 %", "1.5, 1: 2.0, 2: 2.5"),
        (Scale(1, "steps"), "0.020 steps [0.008, 0.032]", "above 0.01 steps", "0.015, 1: 0.020"),
        (Scale(), "0.020 [0.008, 0.032]", "above 0.01", "0.015, 1: 0.020"),
    ],
)
def test_the_line_and_what_it_unfolds_to_have_the_readers_units(scale, words, asserted, by_seed):
    runs = demo.runs(0.015, 0.02, 0.025)
    claim = runs.above("better", "gain", runs.numbers("value"), threshold=0.01, scale=scale)
    _, unfolded = claim_html.box(claim, {r.name: r for r in runs.records}, reading="", source=None)

    assert claim_words.line_effect(claim) == words
    assert f"<strong>{words.partition(' [')[0]} (95 % interval" in unfolded
    assert f"<dd>{asserted}</dd>" in unfolded
    assert f"<dd>0: {by_seed}" in unfolded
    assert f"asserted {asserted};" in unfolded


def test_a_page_may_name_its_own_claims_without_the_chapter(build):
    built = build(EXTENSION, demo=page(box("better")))

    assert BeautifulSoup(built.page("demo"), "html.parser").find(id=ADDRESS)


def test_a_plot_summarises_in_words_what_it_draws():
    claim = better(demo.runs(2.0, 2.1, 2.2))
    root = ElementTree.fromstring(claim_plot.plot(claim))
    title = root.find("title")

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert title.text == (
        "Interval plot: 2.10 (95 % interval 1.85 to 2.35), asserted above 0; "
        "seeds from 2.00 to 2.20."
    )
    assert len(root.findall("circle")) == len(claim.values) + 1


@given(
    st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=3, max_size=6),
    st.floats(-1e9, 1e9, allow_subnormal=False),
)
def test_everything_drawn_lies_inside_the_plot(values, threshold):
    claim = claims.mean_within(
        "demo.any", "x", values=values, low=threshold, high=None, seeds=range(len(values)),
        units=["u"],
    )  # fmt: skip
    root = ElementTree.fromstring(claim_plot.plot(claim))
    places = [float(each.get("cx")) for each in root.findall("circle")]
    places += [float(each.get("x1")) for each in root.findall("line")]
    assert all(0 <= place <= claim_plot.WIDTH for place in places)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3))
def test_a_written_number_keeps_what_its_interval_can_tell(value, width):
    text = claim_words.written(value, (value - width / 2, value + width / 2))
    back = float(text.replace(",", "").replace("−", "-"))
    assert abs(back - value) <= max(0.06 * width, 0.5 if width >= 10 else 0.0) + 1e-9
    assert text not in ("−0", "−0.0", "−0.00")


def test_numbers_of_numpy_are_written_as_plain_ones():
    runs = demo.runs(*np.arange(3.0))
    frame = claim_html.box(better(runs), {r.name: r for r in runs}, reading="r", source=None)

    assert "float64" not in "".join(frame)


# --- the table of counts ------------------------------------------------------------------------


def test_counts_stand_in_one_table(build):
    built = build(EXTENSION, index=page(COUNTED))
    table = BeautifulSoup(built.page("index"), "html.parser").find(class_="claims-counted")
    row = table.find(id="claim-demo-never")

    assert built.warnings == []
    assert table.caption.text == "What was checked by counting"
    cells = [cell.text for cell in row.find_all(["th", "td"])]
    assert cells == ["It never fails.", "1,200", "at random, 3 seeds", "0"]


def test_each_table_of_counts_has_a_name_of_its_own(build):
    """A screen reader lists the regions of a page by their names."""
    again = COUNTED.replace("never", "seldom")
    html = build(EXTENSION, index=page(COUNTED, again)).page("index")
    tables = BeautifulSoup(html, "html.parser").find_all(class_="claims-counted")
    names = [table["aria-label"] for table in tables]

    assert names == ["What was checked by counting", "What was checked by counting (2)"]


def test_what_is_no_list_is_no_table_of_counts(build):
    built = build(EXTENSION, index=page("```{counted}\nIt never fails.\n```\n"))

    assert any("what is counted must be names" in line for line in built.warnings)


# --- what turns a build red ---------------------------------------------------------------------


def test_another_verdict_than_expected_is_a_warning(build, chapter):
    chapter.runs = demo.runs(5.0, 5.1, 5.2)
    built = build(EXTENSION, index=page(box(verdict="refuted")))
    [warning] = built.warnings
    assert "index.md:3: WARNING" in warning
    assert "the page expects demo.better to be refuted; got supported: 5.10" in warning


def test_a_count_that_fails_is_a_warning(build, chapter):
    chapter.claims = lambda runs: [runs.never("never", "share", failures=1, trials=9)]
    built = build(EXTENSION, index=page(COUNTED))

    assert "the page expects demo.never to be supported; got refuted" in built.warnings[0]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (box("demo.worse"), "a claim must be one of demo.better, demo.never; got demo.worse"),
        (box("none.better"), "a chapter must be one of demo; got 'none'"),
        (box("better"), "a chapter must be one of demo; got 'index'"),
        ("```{supported} demo.better\nOne.\n\nTwo.\n```\n", "must be one paragraph; got 2 blocks"),
        ("```{supported} demo.better\n```\n", "claim must be one paragraph; got 0 blocks"),
    ],
)
def test_a_claim_that_cannot_be_shown_is_a_warning(build, block, message):
    built = build(EXTENSION, index=page(block))
    assert any("index.md:" in line and message in line for line in built.warnings)


def test_a_missing_record_is_a_warning(build, monkeypatch):
    def load(_slug):
        raise MissingResult("no current record of demo/train: python -m dlexp run demo")

    monkeypatch.setattr(chapters, "load", load)
    built = build(EXTENSION, index=page(box()))
    [warning] = built.warnings
    assert "index.md:3: WARNING: no current record of demo/train: python -m dlexp run" in warning


def test_a_claim_stated_twice_on_a_page_is_a_warning(build):
    built = build(EXTENSION, index=page(box(), box()))
    assert any("a page must state a claim once; got demo.better" in line for line in built.warnings)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            lambda r: [better(r), better(r)],
            "the names of claims must differ; got one twice in demo",
        ),
        (
            lambda r: [better(type(r)("other", r.records))],
            "must be named demo.<snake_case>; got other.better",
        ),
        (
            lambda r: [better(type(r)("demo", (*r.records[:2], stranger())))],
            "demo.better must rest on runs of demo; got measure-seed=9",
        ),
        (
            lambda r: [better(type(r)("demo", r.records[:2]))],
            "an interval needs 3 seeds or more; got 2",
        ),
    ],
)
def test_malformed_claims_are_a_warning(build, chapter, made, message):
    chapter.claims = made
    built = build(EXTENSION, index=page(box()))
    assert any(message in line for line in built.warnings)


LOOKALIKE = types.SimpleNamespace(id="demo.better", verdict="supported", units=())


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda _: [LOOKALIKE], "demo: claims() must yield claims; got namespace"),
        (
            lambda r: [claims.mean_within("demo.better", "x", values=[1, 2, 3], low=0, high=None,
                                          seeds=[7, 8, 9], units=r.names)],
            "demo.better: seeds must be those of its runs; got [7, 8, 9], where its runs have",
        ),
        (
            lambda r: [r.never("better", "x", failures=0, trials=9, exhaustive="all nine")],
            "what differs from seed to seed is a sample, and never all there is",
        ),
        (lambda _: 1 / 0, "demo: ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_what_no_rule_would_settle_is_a_warning(build, chapter, made, message):
    chapter.claims = made
    built = build(EXTENSION, index=page(box()))
    assert any(message in line for line in built.warnings)


def stranger():
    """Return a record that no unit of the chapter has."""
    return demo.record(types.SimpleNamespace(seed=9, name="measure-seed=9"), 1.0)


# --- between builds -----------------------------------------------------------------------------


def test_pages_are_known_by_the_chapters_that_they_follow(build):
    built = build(EXTENSION, index=page(REGISTER), chapter=page(box(), COUNTED), plain="# Plain")
    assert stated.followed_chapters(built.app.env) == {"index": {"demo"}, "chapter": {"demo"}}


def test_a_page_that_drops_its_claim_is_forgotten(build):
    build(EXTENSION, index=page(REGISTER), chapter=page(box(), COUNTED))
    built = build(EXTENSION, fresh=False, index=page(REGISTER, "again"), chapter="# Changed now")
    assert stated.followed_chapters(built.app.env) == {"index": {"demo"}}
    assert any("got none for demo.better" in line for line in built.warnings)


def test_what_another_process_read_is_taken_over():
    ours, theirs = types.SimpleNamespace(), types.SimpleNamespace()
    stated.followed_chapters(ours)["a"] = {"demo"}
    stated.followed_chapters(theirs).update({"b": {"other"}, "c": {"third"}})
    stated.merge(None, ours, ["b"], theirs)
    assert stated.followed_chapters(ours) == {"a": {"demo"}, "b": {"other"}}


def test_every_page_can_refer_to_a_claim(build):
    reference = "# A\n\n{ref}`that claim <claim-demo-better>`, {ref}`claim-demo-better`"
    built = build(EXTENSION, index=reference, chapter=page(box()))
    links = BeautifulSoup(built.page("index"), "html.parser").find_all("a", class_="internal")
    assert built.warnings == []
    assert [link.text for link in links] == ["that claim", "the claim"]
    assert {link["href"] for link in links} == {f"chapter.html#{ADDRESS}"}


def test_a_build_settles_each_chapter_once(build, chapter):
    build(EXTENSION, index=page(REGISTER), one=page(box(), COUNTED), two=page(box(), COUNTED))
    assert chapter.calls <= 2  # its runs, and its claims
    assert len(UNITS) == 3

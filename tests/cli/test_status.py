"""`status`, end to end, on a toy project."""

import time

import pytest

import toy
from projects import one_line, status


def test_status_of_a_finished_project(finished):
    expected = {"slug": "toy", "units": 11, "current": 11, "stale": 0, "missing": 0, "reasons": []}
    assert status(finished) == expected


def test_status_of_nothing(tmp_path):
    row = status(toy.make(tmp_path))
    assert (row["current"], row["missing"]) == (0, 11)


def test_status_is_a_table_for_people(finished):
    lines = finished.dlexp("status").stdout.splitlines()
    assert lines[0].split() == ["chapter", "units", "current", "stale", "missing"]
    assert lines[1].split() == ["toy", "11", "11", "0", "0"]


def test_status_changes_nothing(project):
    (project.results / "draw-seed=1.json").write_text("{}")
    before = project.records()
    row = status(project)
    assert (row["current"], row["missing"]) == (10, 1)
    assert "checksum" in row["reasons"][0]
    assert project.records() == before


EDITS = {
    "a constant that is reached": (
        "arithmetic", "FACTOR = 2.0", "FACTOR = 3.0", ["dlexp.byhand.arithmetic:FACTOR changed"],
    ),
    "a function that is reached": (
        "arithmetic", "FACTOR * x", "x * FACTOR", ["dlexp.byhand.arithmetic:scale changed"],
    ),
    "a setting": ("experiment", "size: int = 3", "size: int = 4", ["config: size 3 -> 4"]),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_status_says_why(project, what):
    file, old, new, reasons = EDITS[what]
    toy.edit(getattr(project, file), old, new)
    row = status(project)
    assert (row["stale"], row["current"]) == (11, 0)
    assert set(reasons) <= set(row["reasons"])


def test_unit_is_stale_with_what_it_needs(project):
    toy.edit(project.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    assert "unit toy/draw-seed=0 it needs is stale" in status(project)["reasons"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Return x, scaled.", "Return FACTOR times x."),
        ("FACTOR = 2.0", "# a comment\n\n\nFACTOR   =   2.0"),
        ("return x + 1", "return x + 2"),
        ("def scale(x):", "def scale(x: float) -> float:"),
    ],
    ids=["docstring", "comment and layout", "unreached function", "annotations"],
)
def test_edits_that_leave_all_current(project, old, new):
    toy.edit(project.arithmetic, old, new)
    assert status(project)["current"] == 11


def test_status_of_a_hundred_units_takes_less_than_a_second(project):
    toy.edit(project.experiment, "range(8)", "range(100)")
    toy.edit(project.experiment, "nap: float = 0.02", "nap: float = 0.0")
    assert project.dlexp("run").returncode == 0
    start = time.perf_counter()
    assert status(project)["current"] == 103
    assert time.perf_counter() - start < 2.0  # with the interpreter's own start, on a busy machine


def test_code_that_no_key_can_cover_is_named_in_one_line(project):
    toy.edit(project.arithmetic, "return FACTOR * x", 'return eval("FACTOR * x")')
    done = project.dlexp("status")

    assert done.returncode == 1
    assert one_line(done.stderr)
    assert "eval" in done.stderr
    assert "arithmetic.py:9" in done.stderr

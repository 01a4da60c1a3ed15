"""`try`, end to end, on a toy project."""

import json
import signal
import time

import pytest

import toy
from projects import one_line, wait_for


def stored(project: toy.Project) -> set[str]:
    folder = project.folder / "_build" / "try" / "results" / "toy"
    return {file.stem for file in folder.glob("[!.]*.json")}


def lines(project: toy.Project, *arguments: str) -> list[str]:
    done = project.dlexp("try", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_variation_stands_beside_what_is_published(project):
    before = project.records()

    told = lines(project, "toy", "draw", "size=50")

    assert told[:2] == ["toy draw", "    size: 3 -> 50"]
    assert told[2].split() == ["number", "published,", "8", "seeds", "yours,", "3", "seeds"]
    assert project.records() == before
    assert stored(project) == {f"draw-size=50-seed={seed}" for seed in range(3)}


def test_numbers_are_those_of_the_records(project):
    told = lines(project, "toy", "draw", "size=50")

    [row] = [line for line in told if line.startswith("mean ")]
    published = [
        json.loads((project.results / f"draw-seed={seed}.json").read_text())["numbers"]["mean"]
        for seed in range(8)
    ]
    assert f"{sum(published) / 8:.4g}".replace("-", "\N{MINUS SIGN}") in row
    assert row.count(" to ") == 2


def test_what_was_computed_is_not_computed_again(project):
    lines(project, "toy", "draw", "size=50")
    project.log.unlink()

    lines(project, "toy", "draw", "size=50", "--seeds", "0,1,2,9")

    assert project.computed() == ["9"]


def test_what_is_published_is_borrowed(project):
    project.log.unlink()

    told = lines(project, "toy", "draw")

    assert project.computed() == []
    [row] = [line for line in told if line.startswith("name ")]
    assert row.split() == ["name", "toy", "toy"]


def test_what_is_needed_follows_the_configuration_and_the_seed(project):
    project.log.unlink()

    lines(project, "toy", "double", "size=4", "--seeds", "1,9")

    assert sorted(project.computed()) == ["1", "9"]
    assert "double-size=4-seed=9" in stored(project)
    assert "draw-size=4-seed=9" in stored(project)


def test_what_is_needed_is_borrowed_where_it_is_published(project):
    toy.edit(project.experiment, "2 * float(drawn", "3 * float(drawn")
    assert project.dlexp("run").returncode == 0
    project.log.unlink()

    lines(project, "toy", "double", "--seeds", "2,7")

    assert project.computed() == []


def test_a_stopped_one_goes_on(tmp_path):
    project = toy.make(tmp_path, nap=0.01)
    assert project.dlexp("run").returncode == 0
    process = project.start("-m", "dlexp", "try", "toy", "draw", "nap=0.4", "--jobs", "1")
    wait_for(lambda: stored(project))
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)

    assert process.returncode == 130
    assert error.splitlines()[-1] == (
        "dlexp: stopped; what was finished is stored, and try goes on there"
    )
    project.log.unlink()
    time.sleep(0.1)
    lines(project, "toy", "draw", "nap=0.4")
    assert len(project.computed()) < 3


def test_it_is_drawn_beside_what_is_published(project):
    told = lines(project, "toy", "draw", "size=50", "--plot", "mine.svg")

    assert "drawn in mine.svg" in told
    drawing = (project.folder / "mine.svg").read_text("utf-8")
    assert "<title>Published and yours, a panel for each number. mean: " in drawing


def test_without_a_measure_it_lists_what_there_is(finished):
    told = lines(finished, "toy")

    assert told[0] == "draw: Draw some numbers, and leave a line in a log that counts computations."
    assert told[1] == "    1 configuration published; seeds 0,1,2,3,4,5,6,7"
    assert told[2:4] == ["    size=3", "    nap=0.02"]
    assert "double: Use a record and its arrays." in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tyo"], "SLUG must be one of toy; got 'tyo', nearest to toy"),
        (["toy", "drow"], "a measure must be one of draw, double; got 'drow', nearest to draw"),
        (["toy", "draw", "sizes=3"], "a field must be one of size, nap; got 'sizes', nearest to"),
        (["toy", "draw", "size=x"], "`size` must be int, such as 3; got 'x'"),
        (["toy", "draw", "size"], "what is to be changed must read FIELD=VALUE; got 'size'"),
        (["toy", "size=3"], "a measure must stand before 'size=3'"),
        (["toy", "draw", "--seeds", "0,0"], "must be different whole numbers, 0,1,2; got '0,0'"),
        (["toy", "draw", "--data", "fashion_mnist"], "must read data; got draw, which reads none"),
        (["toy", "draw", "--plot", "a.gif"], "must end in one of .svg, .png, .pdf; got 'a.gif'"),
        (["toy", "draw", "--plot", "no/such/a.svg"], "must lie in a folder that is there; got"),
        (["toy", "--plot", "a.svg"], "--plot must have a measure to draw; got none"),
        ([], "the following arguments are required: SLUG"),
    ],
)
def test_wrong_use_is_one_line_that_names_what_is_right(finished, arguments, words):
    done = finished.dlexp("try", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert one_line(done.stderr)
    assert words in done.stderr


def test_a_value_that_the_measure_refuses_is_named(project):
    done = project.dlexp("try", "toy", "draw", "size=-1", "--seeds", "0")

    assert done.returncode == 1
    assert "toy/draw-size=-1-seed=0 failed: ValueError" in done.stderr.splitlines()[-1]


def test_what_is_not_published_must_be_computed_first(project):
    (project.results / "draw-seed=5.json").unlink()

    done = project.dlexp("try", "toy", "draw", "size=5")

    assert done.returncode == 1
    assert done.stderr == "dlexp: no current record of toy/draw-seed=5: python -m dlexp run toy\n"

"""The command line, end to end, on a toy project."""

import json
import shutil
import signal
import time

import pytest

import toy
from dlexp import cli


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A toy project with all its results; tests must leave it as it is."""
    project = toy.make(tmp_path_factory.mktemp("finished"))
    done = project.dlexp("run")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def project(finished, tmp_path):
    """A copy of it to change."""
    shutil.copytree(finished.folder, tmp_path / "project")
    return toy.Project(tmp_path / "project")


def status(project) -> dict:
    done = project.dlexp("status", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    return row


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith("dlexp: ")


# ---- status -----------------------------------------------------------------------------------


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


# ---- run --------------------------------------------------------------------------------------


def test_run_says_first_how_much_there_is(project):
    toy.edit(project.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    done = project.dlexp("run", "--jobs", "2")
    assert done.stderr.startswith("11 of 11 units to compute, 2 at a time; about 1 s, by stored")
    assert "11/11" in done.stderr
    assert done.stdout == "11 units current\n"


def test_run_computes_just_what_is_missing(project):
    before = project.records()
    (project.results / "draw-seed=5.json").unlink()
    project.log.unlink()
    assert project.dlexp("run").returncode == 0
    assert project.computed() == ["5"]
    after = project.records()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"draw-seed=5.json"}  # its date and seconds


def test_run_on_what_is_current_computes_nothing(finished):
    before = finished.computed()
    done = finished.dlexp("run")
    assert (done.returncode, done.stderr) == (0, "")
    assert finished.computed() == before


def test_undoing_an_edit_finds_the_old_records_again(project):
    before = project.records()
    toy.edit(project.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    assert project.dlexp("run").returncode == 0
    assert project.records() != before
    toy.edit(project.arithmetic, "FACTOR = 3.0", "FACTOR = 2.0")
    project.log.unlink()
    assert project.dlexp("run").returncode == 0
    assert project.computed() == []
    assert project.records() == before


def test_record_of_no_unit_goes_to_the_attic(project):
    toy.edit(project.experiment, "range(8)", "range(7)")
    assert "draw-seed=7.json belongs to no unit" in status(project)["reasons"][0]
    done = project.dlexp("run")
    assert done.stderr.count("moved to the attic") == 2  # numbers and arrays
    assert "draw-seed=7.json" not in project.records()
    assert len(list((project.attic / "toy").glob("*.json"))) == 1
    toy.edit(project.experiment, "range(7)", "range(8)")
    project.log.unlink()
    assert project.dlexp("run").returncode == 0
    assert project.computed() == []


def test_experiment_that_raises_is_named_and_the_others_are_kept(project):
    toy.edit(project.experiment, "time.sleep(config.nap)", "time.sleep(0 / (seed - 3))")
    done = project.dlexp("run", "--jobs", "1")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("dlexp: toy/draw-seed=3 failed: ZeroDivisionError: ")
    assert "Traceback" in done.stderr
    assert status(project)["current"] == 3


def test_interrupt_keeps_what_is_finished(tmp_path):
    project = toy.make(tmp_path, nap=0.3)
    process = project.start("-m", "dlexp", "run", "--jobs", "1")
    while len(project.finished()) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1].startswith("dlexp: stopped; what was finished is stored")
    assert status(project)["current"] >= 2


def test_interrupt_inside_a_destructor_is_heeded(tmp_path):
    """Python drops the exception there, and the run would go on as if nobody had asked."""
    project = toy.make(tmp_path, nap=0.1)
    script = """
import os, signal
from dlexp import chapters as experiments
from dlexp.lab import workers
class Dropped:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass
put = workers.Store.put
def put_and_drop(*arguments):
    put(*arguments)
    Dropped()
workers.Store.put = put_and_drop
try:
    workers.run(experiments.all_units(), jobs=1, progress=False)
except KeyboardInterrupt:
    print("stopped")
"""
    assert project.python("-c", script).stdout == "stopped\n"
    assert len(project.finished()) == 1


# ---- verify -----------------------------------------------------------------------------------


def test_verify_agrees_bit_for_bit(finished):
    before = finished.records()
    done = finished.dlexp("verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": identical") == 11
    assert "toy.far_below: inside, supported" in done.stdout
    assert finished.records() == before


def test_verify_draws_the_same_sample_for_a_seed(finished):
    command = ("verify", "toy", "--sample", "2", "--seed", "4")
    first, again = (finished.dlexp(*command).stdout for _ in range(2))
    assert first == again
    assert first.count(": identical") == 2


def test_verify_finds_a_result_that_does_not_hold(project):
    """A record that was changed and signed again, as its own checksum cannot tell."""
    forge = """
import json
from dlexp import paths
from dlexp.lab import results
file = paths.RESULTS / "toy" / "draw-seed=2.json"
entry = results._read(file)
entry["numbers"]["mean"] += 100
file.write_text(json.dumps(entry | {"checksum": results._hash(entry)}))
"""
    assert project.python("-c", forge).returncode == 0
    done = project.dlexp("verify")
    assert done.returncode == 1
    assert "toy/draw-seed=2: OUTSIDE its band" in done.stdout
    assert "    mean: " in done.stdout
    assert "toy/double-seed=2: OUTSIDE its band" in done.stdout  # it rests on the other
    assert "2 of 11 units outside the band" in done.stderr
    assert one_line(done.stderr.splitlines()[-1] + "\n")


def test_verify_without_results_says_what_to_run(tmp_path):
    done = toy.make(tmp_path).dlexp("verify")
    assert done.returncode == 1
    assert done.stderr == "dlexp: no current record of toy/draw-seed=0: python -m dlexp run toy\n"


# ---- claims -----------------------------------------------------------------------------------


def test_claims_for_scripts(finished):
    done = finished.dlexp("claims", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    fields = ["slug", "id", "sentence", "effect", "interval", "seeds", "verdict", "expected"]
    assert list(row) == fields
    assert (row["slug"], row["id"]) == ("toy", "toy.far_below")
    assert (row["verdict"], row["expected"]) == ("supported", "supported")
    assert row["seeds"] == list(range(8))
    assert row["interval"][0] < row["effect"] < row["interval"][1]


def test_claim_that_the_book_expects_otherwise(project):
    toy.edit(project.folder / "book" / "toy.md", "{supported}", "{refuted}")
    done = project.dlexp("claims")
    assert done.returncode == 1
    assert done.stderr == "dlexp: the book expects another verdict of toy.far_below\n"
    assert "toy.far_below: supported (expected: refuted)" in done.stdout


# ---- wrong use --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["run", "nosuch"], "SLUG must be one of"),
        (["status", "nosuch"], "got 'nosuch'"),
        (["run", "--jobs", "0"], "must be a whole number from 1; got '0'"),
        (["verify", "--sample", "two"], "must be a whole number from 1; got 'two'"),
        (["verify", "--seed", "x"], "invalid int value: 'x'"),
    ],
)
def test_wrong_use_is_one_line_and_two(arguments, words, capsys):
    assert cli.main(arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert one_line(err)


def test_scheduler_that_does_not_answer(finished):
    """Both without ``distributed`` and with it: one line, exit code 2."""
    done = finished.dlexp("verify", "--scheduler", "tcp://127.0.0.1:9", "--sample", "1")
    assert done.returncode == 2
    assert one_line(done.stderr.splitlines()[-1] + "\n")


def test_status_of_a_hundred_units_takes_less_than_a_second(project):
    toy.edit(project.experiment, "range(8)", "range(100)")
    toy.edit(project.experiment, "nap: float = 0.02", "nap: float = 0.0")
    assert project.dlexp("run").returncode == 0
    start = time.perf_counter()
    assert status(project)["current"] == 103
    assert time.perf_counter() - start < 2.0  # with the interpreter's own start, on a busy machine

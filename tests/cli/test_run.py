"""`run`, end to end, on a toy project."""

import shutil
import signal
import time

import toy
from projects import one_line, status


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
    shutil.rmtree(project.results)  # of which none is known to be long, so they run as listed
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
from dlexp import chapters
from dlexp.lab import driver
class Dropped:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass
put = driver.Store.put
def put_and_drop(*arguments):
    put(*arguments)
    Dropped()
driver.Store.put = put_and_drop
try:
    driver.run(chapters.all_units(), jobs=1, progress=False)
except KeyboardInterrupt:
    print("stopped")
"""
    assert project.python("-c", script).stdout == "stopped\n"
    assert len(project.finished()) == 1


def test_scheduler_that_does_not_answer(finished):
    """Both without ``distributed`` and with it: one line, exit code 2."""
    done = finished.dlexp("verify", "--scheduler", "tcp://127.0.0.1:9", "--sample", "1")
    assert done.returncode == 2
    assert one_line(done.stderr.splitlines()[-1] + "\n")

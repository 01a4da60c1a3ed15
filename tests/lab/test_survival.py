"""Drivers and workers that are killed, and records that are damaged: nothing is lost."""

import json
import random
import signal
import time
from collections import Counter

import pytest

import toy
from dlexp.lab import driver
from projects import ALL, DRAWS, children, wait_for


@pytest.fixture
def project(tmp_path):
    return toy.make(tmp_path)


def test_worker_that_is_killed_once_costs_nothing_but_time(project):
    """The unit is computed again; the others do not notice."""
    die = (
        "    flag = Path(os.environ['DLEXP_TOY_LOG'] + '.died')\n"
        "    if seed == 4 and not flag.exists():\n"
        "        flag.touch()\n"
        "        os.kill(os.getpid(), 9)\n"
    )
    toy.edit(project.experiment, "    time.sleep(", f"{die}    time.sleep(")
    done = project.dlexp("run", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert project.finished() == ALL
    again = Counter(project.computed())
    assert again["4"] == 2
    assert sum(again.values()) == 8 + 1


def test_unit_that_always_kills_its_worker_is_given_up(project):
    die = '    if seed == 4:\n        print("boom", flush=True)\n        os._exit(0)\n'
    toy.edit(project.experiment, "    time.sleep(", f"{die}    time.sleep(")
    done = project.dlexp("run", "--jobs", "1")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last == (
        "dlexp: toy/draw-seed=4: its worker died 3 times; is there enough memory? "
        "Its last words: boom"
    )
    assert Counter(project.computed())["4"] == driver.TRIES
    assert {f"draw-seed={seed}" for seed in range(4)} <= project.finished()


def test_driver_killed_ten_times(tmp_path):
    """Kill -9 at random moments, then run: all is whole and nothing finished is done again."""
    project = toy.make(tmp_path, nap=0.15)
    chance = random.Random(20)
    kept: dict[str, bytes] = {}
    for _ in range(10):
        process = project.start("-m", "dlexp", "run", "--jobs", "2")
        time.sleep(chance.uniform(0.2, 1.2))
        process.kill()
        process.communicate()
        wait_for(lambda leader=process.pid: not children(leader), 5)  # they die with the driver
        now = {name: project.records()[f"{name}.json"] for name in project.finished()}
        assert kept.items() <= now.items()
        kept = now
    project.log.unlink(missing_ok=True)
    done = project.dlexp("run", "--jobs", "2")
    assert done.returncode == 0
    assert "damaged" not in done.stderr
    assert project.finished() == ALL
    assert kept.items() <= {n: project.records()[f"{n}.json"] for n in ALL}.items()
    open_draws = DRAWS - set(kept)
    assert Counter(project.computed()) == Counter(name.split("=")[1] for name in open_draws)
    assert not [name for name in project.records() if name.endswith(".tmp")]


def test_kill_at_every_step_of_a_write(project):
    """The driver dies before and after each file is put in place."""
    assert project.dlexp("run").returncode == 0
    for step in range(6):
        toy.edit(project.arithmetic, "FACTOR = ", "FACTOR = 1 + ")  # all is stale now
        script = f"""
import os
from dlexp import cli
from dlexp.lab import store
steps = iter(range(100))
def deadly(function):
    def called(*arguments):
        if next(steps) == {step}:
            os.kill(os.getpid(), 9)
        return function(*arguments)
    return called
store.write_whole = deadly(store.write_whole)
store._move = deadly(store._move)
cli.main(["run", "--jobs", "1"])
"""
        assert project.python("-c", script).returncode == -signal.SIGKILL
        done = project.dlexp("run", "--jobs", "1")
        assert done.returncode == 0, done.stderr
        assert "damaged" not in done.stderr
        assert json.loads(project.dlexp("status", "--json").stdout)[0]["current"] == 11
        assert len(project.records()) == 11 + 8


def test_damaged_records_are_computed_again(project):
    assert project.dlexp("run").returncode == 0
    before = project.records()
    files = [project.results / f"draw-seed={seed}.json" for seed in range(5)]
    files[0].write_bytes(files[0].read_bytes()[:-40])
    files[1].write_bytes(b"")
    files[2].write_bytes(files[3].read_bytes())
    arrays = files[4].with_suffix(".npz")
    arrays.write_bytes(arrays.read_bytes()[:-1] + b"?")
    project.log.unlink()
    done = project.dlexp("run")
    assert done.returncode == 0
    assert done.stderr.count("damaged record: ") == 4
    assert sorted(project.computed()) == ["0", "1", "2", "4"]
    after = project.records()
    assert after["draw-seed=4.npz"] == before["draw-seed=4.npz"]
    assert len(list((project.attic / "damaged").glob("*.json"))) == 4


def test_two_drivers_share_the_work_and_compute_nothing_twice(tmp_path):
    project = toy.make(tmp_path, nap=0.2)
    drivers = [project.start("-m", "dlexp", "run", "--jobs", "2") for _ in range(2)]
    for process in drivers:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "damaged" not in err
    assert sorted(project.computed()) == [str(seed) for seed in range(8)]
    assert project.finished() == ALL
    lines = project.log.read_text().splitlines()
    assert len({line.split()[2] for line in lines}) > 2  # workers of both


def test_driver_takes_over_what_a_killed_one_held(project):
    hold = '    if "DLEXP_HOLD" in os.environ:\n        time.sleep(600)\n'
    toy.edit(project.experiment, "    time.sleep(", f"{hold}    time.sleep(")
    first = project.start("-m", "dlexp", "run", "--jobs", "2", DLEXP_HOLD="1")
    wait_for(lambda: len(project.computed()) == 2)
    second = project.start("-m", "dlexp", "run", "--jobs", "2")
    wait_for(lambda: len(project.finished()) == 6 + 1)  # all that do not need what is held
    assert second.poll() is None
    first.kill()
    first.communicate()
    _, err = second.communicate(timeout=60)
    assert second.returncode == 0, err
    assert project.finished() == ALL
    assert len(project.computed()) == 8 + 2  # the two that died with the first

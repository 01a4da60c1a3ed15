"""Drivers and workers: what they compute, what they survive, what they refuse."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import toy
from dlexp.lab import workers

DRAWS = {f"draw-seed={seed}" for seed in range(8)}
ALL = DRAWS | {f"double-seed={seed}" for seed in range(3)}


@pytest.fixture
def project(tmp_path):
    return toy.make(tmp_path)


def numbers(project: toy.Project, name: str) -> dict:
    return json.loads((project.results / f"{name}.json").read_text())["numbers"]


def wait_for(what, seconds: float = 30.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def children(leader: int) -> list[int]:
    """Return the other live processes of a session that we started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return [pid for pid in found if pid != leader]


# ---- what a run does --------------------------------------------------------------------------


def test_run_computes_everything_once_and_needs_first(project):
    assert project.dlexp("run").returncode == 0
    assert project.finished() == ALL
    assert Counter(project.computed()) == Counter(str(seed) for seed in range(8))
    for seed in range(3):
        doubled = numbers(project, f"double-seed={seed}")
        assert doubled["mean"] == numbers(project, f"draw-seed={seed}")["mean"]


def test_units_needed_are_computed_even_if_not_asked_for(project):
    script = """
from dlexp import chapters as experiments
from dlexp.lab import workers
workers.run([unit for unit in experiments.all_units() if unit.name == "double-seed=1"])
"""
    assert project.python("-c", script).returncode == 0
    assert project.finished() == {"double-seed=1", "draw-seed=1"}


def test_records_come_in_the_order_of_the_units(project):
    script = """
from dlexp import chapters as experiments
from dlexp.lab import workers
units = experiments.all_units()[::-1]
print([r.name for r in workers.run(units, progress=False)] == [u.name for u in units])
"""
    done = project.python("-c", script)
    assert done.stdout == "True\n", done.stderr
    assert "computing" not in done.stderr  # loky's tracker of semaphores may say a word at the end


def test_worker_has_one_thread_and_a_pinned_environment(project):
    """Background threads and thread counts both change what Keras computes."""
    assert project.dlexp("run", TF_NUM_INTRAOP_THREADS="8", PYTHONHASHSEED="7").returncode == 0
    expected = {"threads": 1, "hash_randomization": 0, "tensorflow_threads": "1"}
    assert numbers(project, "draw-seed=0")["process"] == expected


def test_record_says_how_it_was_made(project):
    assert project.dlexp("run").returncode == 0
    entry = json.loads((project.results / "draw-seed=0.json").read_text())
    made = entry["provenance"]
    assert made["seconds"] >= 0.02
    assert 0 <= made["cpu_seconds"] < 10
    assert made["threads"] == 1
    assert made["python"] == sys.version.split()[0]
    assert "numpy" in made["versions"]
    assert made["processor"]
    assert made["date"].endswith("+00:00")
    assert str(project.folder) not in json.dumps(entry)


def test_any_executor_will_do(project):
    """Threads of this process even: each unit still gets a process with one thread."""
    script = """
import concurrent.futures as cf, threading
from dlexp import chapters as experiments
from dlexp.lab import workers
with cf.ThreadPoolExecutor(3) as pool:
    records = workers.run(experiments.all_units(), executor=pool, jobs=3, progress=False)
print(len(records), {r.numbers["process"]["threads"] for r in records if "process" in r.numbers})
"""
    done = project.python("-c", script)
    assert (done.stdout, done.returncode) == ("11 {1}\n", 0), done.stderr


def test_what_an_experiment_prints_does_no_harm(project):
    toy.edit(project.experiment, "    time.sleep", '    print("noise" * 9999)\n    time.sleep')
    script = """
import concurrent.futures as cf
from dlexp import chapters as experiments
from dlexp.lab import workers
with cf.ThreadPoolExecutor(1) as pool:
    print(len(workers.run(experiments.all_units(), executor=pool, jobs=1, progress=False)))
"""
    assert project.python("-c", script).stdout == "11\n"


def test_two_units_of_one_name_are_refused(project):
    """They would share a file."""
    toy.edit(project.experiment, "return [*drawn, *doubled]", "return [*drawn, same(drawn)]")
    unit = "Unit(measure=draw, config=Config(), seed=0, needs=(units[1],))"
    same = f"def same(units):\n    return {unit}\n"
    toy.edit(project.experiment, "def units():", f"{same}\n\ndef units():")
    done = project.dlexp("run")
    assert "ValueError: units must differ in name; two are named toy/draw-seed=0" in done.stderr


# ---- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 3", "TypeError: a measure function must return a Measurement; received int"),
        (
            'return Measurement(numbers={"a": [float("nan")]})',
            "ValueError: numbers must be finite; received nan at numbers.a[0]",
        ),
        (
            'return Measurement(numbers={}, arrays={"a": np.array([{}])})',
            "TypeError: arrays must hold plain values; array a holds Python objects",
        ),
        ('raise OSError("two\\nlines")', "OSError: two lines"),
        (
            "class Odd(Exception):\n        def __init__(self, a, b): pass\n    raise Odd(1, 2)",
            "Odd: (1, 2)",  # it cannot be unpickled
        ),
    ],
)
def test_unit_that_fails_is_named_in_one_line(project, body, words):
    toy.edit(project.experiment, "    time.sleep(config.nap)", f"    {body}")
    done = project.dlexp("run", "--jobs", "1")
    assert done.returncode == 1
    # On a busy machine, loky's resource tracker may have a word of its own after ours.
    said = [line for line in done.stderr.splitlines() if "resource_tracker" not in line]
    assert said[-1] == f"dlexp: toy/draw-seed=0 failed: {words}"
    assert project.finished() == set()


@pytest.mark.parametrize("late", [False, True], ids=["before an import", "while it computes"])
def test_edit_during_a_run_is_noticed(project, late):
    """What ran may be old or new code: it is not stored under either key."""
    edit = f'Path({str(project.arithmetic)!r}).write_text("def scale(x):\\n    return 5 * x\\n")'
    line = "    from dlexp.byhand import arithmetic\n"
    new = f"{line}    {edit}\n" if late else f"    {edit}\n{line}"
    toy.edit(project.experiment, line, new)
    done = project.dlexp("run", "--jobs", "1")
    assert done.returncode == 1
    assert "the code must not change during a run, and it did: run again" in done.stderr
    assert project.finished() == set()
    assert project.dlexp("run", "--jobs", "1").returncode == 0
    assert project.finished() == ALL


def test_workers_hold_no_code_from_before_an_edit(project):
    """Two runs in one driver process, with an edit between them."""
    script = f"""
from pathlib import Path
import toy
from dlexp import chapters as experiments
from dlexp.lab import workers
before = workers.run(experiments.all_units(), progress=False)
toy.edit(Path({str(project.arithmetic)!r}), "FACTOR = 2.0", "FACTOR = 4.0")
after = workers.run(experiments.all_units(), progress=False)
print(after[0].numbers["mean"] / before[0].numbers["mean"])
"""
    done = project.python(
        "-c", f"import sys; sys.path.append({str(Path(toy.__file__).parent)!r})\n{script}"
    )
    assert done.stdout == "2.0\n", done.stderr


def test_guard_refuses_what_ran_through_a_registry(project):
    toy.edit(
        project.experiment,
        "import os\n",
        "import os\n\nHIDDEN = {}\n\n\ndef keep(f):\n    HIDDEN[0] = f\n",
    )
    toy.edit(project.experiment, "def draw(", "@keep\ndef secret(x):\n    return x\n\n\ndef draw(")
    toy.edit(project.experiment, "float(values.mean())", "HIDDEN[0](float(values.mean()))")
    guarded = project.dlexp("run", DLEXP_GUARD="1")
    assert guarded.returncode == 1
    assert "Undeclared" in guarded.stderr
    assert "['dlexp.chapters.toy:secret']" in guarded.stderr
    assert project.finished() == set()
    assert project.dlexp("run").returncode == 0


def test_guard_passes_the_toy_as_it_is(project):
    assert project.dlexp("run", DLEXP_GUARD="1").returncode == 0
    assert project.finished() == ALL


# ---- what is survived -------------------------------------------------------------------------


def test_worker_that_is_killed_once_costs_nothing_but_time(project):
    """The pool is made anew; the unit is computed again, the others are kept."""
    die = (
        "    flag = Path(os.environ['TOY_LOG'] + '.died')\n"
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
    assert sum(again.values()) <= 8 + 2  # the one beside it may have been lost too


def test_units_that_a_dead_pool_takes_along_are_computed_by_one_new_pool(project):
    """They are told of it when there may be a new pool already, which must not suffer for it."""
    script = """
from concurrent.futures import Future
from dlexp import chapters as experiments
from dlexp.lab import workers
from loky.process_executor import ShutdownExecutorError, TerminatedWorkerError
pools = []
class Pool:
    def __init__(self, jobs):
        self.dead, self.given = not pools, []
        pools.append(self)
    def submit(self, compute, task):
        future = Future()
        self.given.append(future)
        if not self.dead:
            future.set_result(compute(task))
        elif len(self.given) == 2:
            self.given[0].set_exception(TerminatedWorkerError("killed"))
        return future
    def shutdown(self, wait, kill_workers):
        for future in self.given:
            if not future.done():
                future.set_exception(ShutdownExecutorError("was shutdown"))
workers.local_pool = Pool
workers.run(experiments.all_units(), jobs=2, progress=False)
print(len(pools))
"""
    done = project.python("-c", script)
    assert done.stdout == "2\n", done.stderr
    assert project.finished() == ALL


def test_unit_that_always_kills_its_worker_is_given_up(project):
    toy.edit(project.experiment, "    time.sleep(", "    os._exit(3) if seed == 4 else time.sleep(")
    done = project.dlexp("run", "--jobs", "1")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("dlexp: toy/draw-seed=4: its worker died 3 times")
    assert Counter(project.computed())["4"] == workers.TRIES
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
from dlexp.lab import results
steps = iter(range(100))
def deadly(function):
    def called(*arguments):
        if next(steps) == {step}:
            os.kill(os.getpid(), 9)
        return function(*arguments)
    return called
results._write = deadly(results._write)
results._move = deadly(results._move)
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


# ---- several at once --------------------------------------------------------------------------


def test_two_drivers_share_the_work_and_compute_nothing_twice(tmp_path):
    project = toy.make(tmp_path, nap=0.2)
    drivers = [project.start("-m", "dlexp", "run", "--jobs", "2") for _ in range(2)]
    for driver in drivers:
        _, err = driver.communicate(timeout=60)
        assert driver.returncode == 0, err
        assert "damaged" not in err
    assert sorted(project.computed()) == [str(seed) for seed in range(8)]
    assert project.finished() == ALL
    lines = project.log.read_text().splitlines()
    assert len({line.split()[2] for line in lines}) > 2  # workers of both


def test_driver_takes_over_what_a_killed_one_held(project):
    hold = '    if "HOLD" in os.environ:\n        time.sleep(600)\n'
    toy.edit(project.experiment, "    time.sleep(", f"{hold}    time.sleep(")
    first = project.start("-m", "dlexp", "run", "--jobs", "2", HOLD="1")
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


# ---- a cluster --------------------------------------------------------------------------------


@contextlib.contextmanager
def dask(project: toy.Project) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Start a scheduler and two workers, in processes of their own, on loopback."""
    address_file = project.folder / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
    started = []

    def start(command: list[str], log: str) -> "subprocess.Popen[bytes]":
        with (project.folder / log).open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=project.folder,
                env=project.environment(),
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        started.append(process)
        return process

    common = ["--host", "127.0.0.1", "--no-dashboard"]
    one = ["--nthreads", "1", "--no-nanny"]
    try:
        where = ["--port", "0", "--scheduler-file", str(address_file)]
        start([*scheduler, *common, *where], "scheduler.log")
        wait_for(address_file.exists, 60)
        address = json.loads(address_file.read_text())["address"]
        found = [start([*worker, address, *common, *one], f"worker{i}.log") for i in range(2)]
        logs = [project.folder / f"worker{i}.log" for i in range(2)]
        wait_for(lambda: all("Registered to" in log.read_text() for log in logs), 60)
        yield address, found
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_dask_cluster_with_one_of_two_workers_killed(tmp_path):
    pytest.importorskip("distributed", reason="NOT TESTED: --scheduler (make cluster installs it)")
    project = toy.make(tmp_path, nap=0.5)
    with dask(project) as (address, (first, _)):
        driver = project.start("-m", "dlexp", "run", "--scheduler", address)
        wait_for(lambda: len(project.computed()) >= 3, 60)
        os.killpg(first.pid, signal.SIGKILL)
        out, err = driver.communicate(timeout=120)
    assert driver.returncode == 0, err
    assert out == "11 units current\n"
    assert "11 of 11 units to compute, 2 at a time" in err
    assert project.finished() == ALL
    process = numbers(project, "draw-seed=5")["process"]
    assert process == {"threads": 1, "hash_randomization": 0, "tensorflow_threads": "1"}
    assert project.dlexp("verify").stdout.count(": identical") == 11  # as on this machine alone


def test_what_a_unit_writes_to_stderr_goes_to_its_log_and_no_further(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "logs" / "unit.txt"

    with contextlib.suppress(ZeroDivisionError), workers._stderr_in(file):
        os.write(2, b"cuda_stub: no drivers")
        _ = 1 / 0
    os.write(2, b"after")

    assert file.read_text() == "cuda_stub: no drivers"
    assert capfd.readouterr().err == "after"

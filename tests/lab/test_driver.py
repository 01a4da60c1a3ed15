"""Drivers and workers: what they compute, and what they refuse."""

import contextlib
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

import toy
from dlexp.lab import worker
from projects import ALL, numbers, one_line


@pytest.fixture
def project(tmp_path):
    return toy.make(tmp_path)


def test_run_computes_everything_once_and_needs_first(project):
    assert project.dlexp("run").returncode == 0
    assert project.finished() == ALL
    assert Counter(project.computed()) == Counter(str(seed) for seed in range(8))
    for seed in range(3):
        doubled = numbers(project, f"double-seed={seed}")
        assert doubled["mean"] == numbers(project, f"draw-seed={seed}")["mean"]


def test_what_a_clock_measures_comes_last_and_alone(project):
    toy.edit(
        project.experiment,
        "seed=seed) for seed in range(8)]",
        "seed=seed, timed=seed < 2) for seed in range(8)]",
    )
    toy.edit(
        project.experiment,
        "    time.sleep(config.nap)\n",
        "    began = time.time()\n    time.sleep(0.3)\n",
    )
    toy.edit(project.experiment, '"name": "toy"}', '"began": began, "ended": time.time()}')

    assert project.dlexp("run", "--jobs", "4").returncode == 0

    drawn = [numbers(project, f"draw-seed={seed}") for seed in range(8)]
    ends = sorted(each["ended"] for each in drawn[2:])
    first, second = sorted(drawn[:2], key=lambda each: each["began"])
    assert ends[-1] <= first["began"]
    assert first["ended"] <= second["began"]
    assert sum(each["began"] < ends[0] for each in drawn[2:]) > 1  # the others overlap


def test_the_time_of_children_is_counted_too(project):
    """What a unit starts, such as workers of a search, costs what it costs."""
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    toy.edit(
        project.experiment,
        "    time.sleep(config.nap)\n",
        f"    import subprocess\n    subprocess.run([sys.executable, '-c', {burn!r}])\n",
    )

    assert project.dlexp("run").returncode == 0

    for seed in range(8):
        entry = json.loads((project.results / f"draw-seed={seed}.json").read_text())
        assert entry["provenance"]["cpu_seconds"] > 0.45


def test_the_longest_units_come_first(project):
    script = """
from dlexp import chapters
from dlexp.lab import driver
from dlexp.lab.planning import longest_first
from dlexp.lab.store import Store
units = [unit for unit in chapters.all_units() if unit.name.startswith("draw")][:4]
class Known(Store):
    def previous(self, unit):
        return {1: {"seconds": 2.0}, 2: {"seconds": 30.0}, 3: None}.get(unit.seed, {"seconds": 9})
print([unit.seed for unit in longest_first(units, Known())])
driver.run(units, jobs=1, store=Known(), progress=False)
"""
    done = project.python("-c", script)

    assert done.stdout == "[3, 2, 0, 1]\n", done.stderr
    assert project.computed() == ["3", "2", "0", "1"]


def test_units_needed_are_computed_even_if_not_asked_for(project):
    script = """
from dlexp import chapters
from dlexp.lab import driver
driver.run([unit for unit in chapters.all_units() if unit.name == "double-seed=1"])
"""
    assert project.python("-c", script).returncode == 0
    assert project.finished() == {"double-seed=1", "draw-seed=1"}


def test_records_come_in_the_order_of_the_units(project):
    script = """
from dlexp import chapters
from dlexp.lab import driver
units = chapters.all_units()[::-1]
print([r.name for r in driver.run(units, progress=False)] == [u.name for u in units])
"""
    done = project.python("-c", script)
    assert done.stdout == "True\n", done.stderr
    assert done.stderr == ""


def test_each_unit_has_a_process_of_its_own(project):
    """What one leaves in memory, the next must not find."""
    toy.edit(project.experiment, "import os\n", "import os\n\nSEEN = []\n")
    toy.edit(project.experiment, "    time.sleep(", "    SEEN.append(seed)\n    time.sleep(")
    toy.edit(project.experiment, "float(values.mean())", "float(len(SEEN))")
    assert project.dlexp("run", "--jobs", "2").returncode == 0
    seen = [numbers(project, f"draw-seed={seed}")["mean"] for seed in range(8)]
    assert seen == [2.0] * 8  # scaled by two


def test_what_a_chapter_does_when_it_is_imported_stays_in_its_own_units(project):
    """Whatever was computed before it by the same worker."""
    other = project.code / "chapters" / "early"
    shutil.copytree(project.experiment.parent, other)
    effect = "from dlexp.byhand import arithmetic\n\narithmetic.FACTOR = 5.0\n"
    toy.edit(other / "measure.py", "import numpy as np\n", f"import numpy as np\n\n{effect}")
    (project.folder / "book" / "early.md").write_text(toy.MARK)
    assert project.dlexp("run", "--jobs", "1").returncode == 0
    together = {seed: numbers(project, f"draw-seed={seed}")["mean"] for seed in range(8)}
    shutil.rmtree(project.results)
    shutil.rmtree(project.attic)
    assert project.dlexp("run", "toy", "--jobs", "1").returncode == 0
    assert together == {seed: numbers(project, f"draw-seed={seed}")["mean"] for seed in range(8)}


def test_source_is_run_and_not_bytecode_of_the_same_date_and_length(project):
    assert project.dlexp("run").returncode == 0
    before = numbers(project, "draw-seed=0")["mean"]
    date = project.arithmetic.stat()
    toy.edit(project.arithmetic, "FACTOR = 2.0", "FACTOR = 5.0")
    os.utime(project.arithmetic, ns=(date.st_atime_ns, date.st_mtime_ns))
    assert project.dlexp("run").returncode == 0
    assert numbers(project, "draw-seed=0")["mean"] == pytest.approx(2.5 * before)


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
from dlexp import chapters
from dlexp.lab import driver
with cf.ThreadPoolExecutor(3) as pool:
    records = driver.run(chapters.all_units(), executor=pool, jobs=3, progress=False)
print(len(records), {r.numbers["process"]["threads"] for r in records if "process" in r.numbers})
"""
    done = project.python("-c", script)
    assert (done.stdout, done.returncode) == ("11 {1}\n", 0), done.stderr


def test_what_an_experiment_prints_does_no_harm(project):
    toy.edit(project.experiment, "    time.sleep", '    print("noise" * 9999)\n    time.sleep')
    script = """
import concurrent.futures as cf
from dlexp import chapters
from dlexp.lab import driver
with cf.ThreadPoolExecutor(1) as pool:
    print(len(driver.run(chapters.all_units(), executor=pool, jobs=1, progress=False)))
"""
    assert project.python("-c", script).stdout == "11\n"


def test_two_units_of_one_name_are_refused(project):
    """They would share a file."""
    toy.edit(project.experiment, "return [*drawn, *doubled]", "return [*drawn, same(drawn)]")
    unit = "Unit(measure=draw, config=Config(), seed=0, needs=(units[1],))"
    same = f"def same(units):\n    return {unit}\n"
    toy.edit(project.experiment, "def units():", f"{same}\n\ndef units():")
    done = project.dlexp("run")
    assert one_line(done.stderr)
    assert "measure.py: units must differ; got toy/draw-seed=0 twice" in done.stderr


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 3", "TypeError: a measure function must return a Measurement; got int"),
        (
            'return Measurement(numbers={"a": [float("nan")]})',
            "ValueError: numbers must be finite; got nan at numbers.a[0]",
        ),
        (
            'return Measurement(numbers={}, arrays={"a": np.array([{}])})',
            "TypeError: arrays must hold plain values; got Python objects in array a",
        ),
        ('raise OSError("two\\nlines")', "OSError: two lines"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise GeneratorExit", "GeneratorExit:"),
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
    assert done.stderr.splitlines()[-1] == f"dlexp: toy/draw-seed=0 failed: {words}"
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
from dlexp import chapters
from dlexp.lab import driver
before = driver.run(chapters.all_units(), progress=False)
toy.edit(Path({str(project.arithmetic)!r}), "FACTOR = 2.0", "FACTOR = 4.0")
after = driver.run(chapters.all_units(), progress=False)
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
    assert "['dlexp.chapters.toy.measure:secret']" in guarded.stderr
    assert project.finished() == set()
    assert project.dlexp("run").returncode == 0


def test_guard_passes_the_toy_as_it_is(project):
    assert project.dlexp("run", DLEXP_GUARD="1").returncode == 0
    assert project.finished() == ALL


def test_what_a_unit_writes_to_stderr_goes_to_its_log_and_no_further(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "logs" / "unit.txt"

    with contextlib.suppress(ZeroDivisionError), worker.words_in(file):
        os.write(2, b"cuda_stub: no drivers")
        _ = 1 / 0
    os.write(2, b"after")

    assert file.read_text() == "cuda_stub: no drivers"
    assert capfd.readouterr().err == "after"

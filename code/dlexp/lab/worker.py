"""In a worker: one unit at a time, in a process with no other Python thread.

Background threads draw from the generator that Keras takes its default seeds from, and thread
counts change the sums of convolutions; so there is one TensorFlow thread, too.
"""

import contextlib
import ctypes
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from dlexp import paths
from dlexp.lab import fingerprint
from dlexp.lab.fingerprint import Code
from dlexp.lab.keys import identify
from dlexp.lab.libraries import libraries
from dlexp.lab.machine import PINNED, machine
from dlexp.lab.records import Record, members
from dlexp.lab.units import Measurement, Unit, plain

LOGS = paths.BUILD / "logs"
"""What units write to stderr, one file per unit, the last attempt only."""

_PR_SET_PDEATHSIG = 1


class WorkerLost(BrokenExecutor):
    """A worker died, which a unit may survive on another one."""


@dataclass(frozen=True)
class Task:
    """All that a worker needs: the unit, the key it must have, and the records of its needs."""

    unit: Unit
    key: str
    records: tuple[Record, ...]
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a worker sends back; no exception object, for those may not survive the way."""

    measurement: Measurement | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    details: str = ""
    stale: bool = False


def compute(task: Task) -> Outcome:
    """Compute one unit in this process, and say so if its code is not what its key says."""
    used = _libraries_as_keyed(task)
    if used is None:
        return Outcome(stale=True)
    wall, processor = time.perf_counter(), time.process_time()
    try:
        measured = _measure(task)
        numbers = plain(measured.numbers, "numbers")
        members(measured.arrays)
    except Exception as error:
        summary = " ".join(f"{type(error).__name__}: {error}".split())
        return Outcome(error=summary, details=traceback.format_exc())
    provenance = {
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(time.process_time() - processor, 3),
        **machine(used),
    }
    if _libraries_as_keyed(task) is None:  # modules may have been imported, late, from edited files
        return Outcome(stale=True)
    made = Measurement(numbers=cast(dict[str, Any], numbers), arrays=dict(measured.arrays))
    return Outcome(made, provenance)


def _measure(task: Task) -> Measurement:
    unit = task.unit
    with _guarded(task), _stderr_in(LOGS / f"{unit.slug}-{unit.name}.txt"):
        measured = unit.measure(unit.config, unit.seed, *task.records)
    if not isinstance(measured, Measurement):
        kind = type(measured).__name__
        raise TypeError(f"a measure function must return a Measurement; got {kind}")
    return measured


@contextlib.contextmanager
def _stderr_in(file: Path) -> Iterator[None]:
    """Send this process's stderr to a file: what TensorFlow's C++ says there tears the bar."""
    file.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    terminal = os.dup(2)
    try:
        with file.open("wb") as stream:
            os.dup2(stream.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(terminal, 2)
        os.close(terminal)


@contextlib.contextmanager
def _guarded(task: Task) -> Iterator[None]:
    if os.environ.get("DLEXP_GUARD") != "1":
        yield
        return
    code = Code.imported(task.packages)
    with fingerprint.guard(code, identify(task.unit, code).code):
        yield


def _libraries_as_keyed(task: Task) -> frozenset[str] | None:
    """Return the libraries that the unit's code uses; None if its files do not give its key."""
    try:
        code = Code.imported(task.packages)
        identity = identify(task.unit, code)
    except (ValueError, SyntaxError):  # a symbol is gone; a file is half saved
        return None
    return libraries(code, identity.code) if identity.key == task.key else None


def die_with(parent: int) -> None:
    """Have the system kill this process when its parent dies, even by ``kill -9`` (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)


def compute_in_child(task: Task) -> Outcome:
    """Compute one unit in a fresh process with one thread, from any process or thread.

    A Dask worker runs its tasks in a thread beside others that draw from ``random``.

    Raises
    ------
    WorkerLost
        If that process dies.
    """
    start = f"from dlexp.lab.worker import answer; answer({os.getpid()})"
    search = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", start],
        input=pickle.dumps(task),  # in transit only, between two processes of one user
        stdout=subprocess.PIPE,
        env={**os.environ, **PINNED, "PYTHONPATH": search},
        check=False,
    )
    if done.returncode:
        raise WorkerLost(f"the process of {task.unit.name} ended with {done.returncode}")
    outcome: Outcome = pickle.loads(done.stdout)
    return outcome


def answer(parent: int) -> None:
    """Compute the task on stdin and write its outcome to stdout, for the process that waits."""
    die_with(parent)
    stdout = os.dup(1)
    os.dup2(2, 1)  # what the experiment prints must not mix with the answer
    outcome = compute(pickle.loads(sys.stdin.buffer.read()))
    with os.fdopen(stdout, "wb") as stream:
        stream.write(pickle.dumps(outcome))

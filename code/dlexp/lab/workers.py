"""Computing units: on this machine's cores, or on whatever ``concurrent.futures`` reaches.

A *driver* (the process that calls :func:`run`) holds each unit's lock, hands the unit to a
worker, and writes the record. A worker only computes: one unit at a time, in a process with no
other Python thread and one TensorFlow thread. Background threads draw from the generator that
Keras takes its default seeds from, and thread counts change the sums of convolutions.
"""

import concurrent.futures
import contextlib
import ctypes
import functools
import importlib.metadata
import os
import pickle
import platform
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import loky
from filelock import BaseFileLock, Timeout
from loky.backend import get_context
from loky.process_executor import ShutdownExecutorError
from tqdm import tqdm

from dlexp import paths
from dlexp.lab import fingerprint
from dlexp.lab.fingerprint import Code
from dlexp.lab.results import Measurement, Record, Store, Unit, identify, members, plain

PINNED = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",  # published numbers are the processor's; workers share no GPU
}
"""A worker's environment, set before it starts."""

LOGS = paths.BUILD / "logs"
"""What units write to stderr, one file per unit, the last attempt only."""

TRIES = 3
"""How often a unit may lose its worker before the run gives up."""

_POLL = 0.2  # seconds between looks at what another driver holds
_DISTRIBUTIONS = ("numpy", "scipy", "keras", "tensorflow")
_PATIENCE = 10  # seconds for a scheduler to answer
_PR_SET_PDEATHSIG = 1


class UnitFailed(RuntimeError):
    """A unit's own code raised; one line names the unit, ``details`` has its traceback."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class Stale(RuntimeError):
    """The code was edited while a run was under way; what ran must not be stored."""


class WorkerLost(BrokenExecutor):
    """A worker died, which a unit may survive on another one."""


class NoCluster(RuntimeError):
    """There is no cluster to compute on; one line says what is missing."""


# ---- in a worker ------------------------------------------------------------------------------


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
    if not _is_as_keyed(task):
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
        **machine(),
    }
    if not _is_as_keyed(task):  # modules may have been imported, late, from edited files
        return Outcome(stale=True)
    assert isinstance(numbers, dict)
    return Outcome(Measurement(numbers=numbers, arrays=dict(measured.arrays)), provenance)


def _measure(task: Task) -> Measurement:
    unit = task.unit
    with _guarded(task), _stderr_in(LOGS / f"{unit.slug}-{unit.name}.txt"):
        measured = unit.measure(unit.config, unit.seed, *task.records)
    if not isinstance(measured, Measurement):
        kind = type(measured).__name__
        raise TypeError(f"a measure function must return a Measurement; received {kind}")
    return measured


@contextlib.contextmanager
def _stderr_in(file: Path) -> Iterator[None]:
    """Send this process's stderr to a file: what TensorFlow's C++ says there tears the bar."""
    file.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with file.open("wb") as stream:
            os.dup2(stream.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def _guarded(task: Task) -> Iterator[None]:
    if os.environ.get("DLEXP_GUARD") != "1":
        yield
        return
    code = Code.imported(task.packages)
    with fingerprint.guard(code, identify(task.unit, code).code):
        yield


def _is_as_keyed(task: Task) -> bool:
    """Whether the files that this process imports from give the unit its key."""
    try:
        return identify(task.unit, Code.imported(task.packages)).key == task.key
    except (ValueError, SyntaxError):  # a symbol is gone; a file is half saved
        return False


def machine() -> dict[str, Any]:
    """Return what the numbers may depend on besides code: versions, processor, threads."""
    return {
        "python": platform.python_version(),
        "versions": _versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": _processor()[0],
        "instructions": _processor()[1],
        "threads": int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0")),
    }


@functools.cache
def _versions() -> dict[str, str]:
    found = {}
    for name in _DISTRIBUTIONS:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


@functools.cache
def _processor() -> tuple[str, str]:
    """Return the processor's name and its widest vector instructions, as far as known."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine(), ""
    lines = (line.partition(":") for line in text.splitlines())
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags", facts.get("Features", "")).split()
    widest = next((f for f in ("avx512f", "avx2", "avx", "sve", "asimd") if f in flags), "")
    return facts.get("model name", platform.machine()), widest


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
    start = f"from dlexp.lab.workers import _child; _child({os.getpid()})"
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


def _child(parent: int) -> None:
    die_with(parent)
    answer = os.dup(1)
    os.dup2(2, 1)  # what the experiment prints must not mix with the answer
    outcome = compute(pickle.loads(sys.stdin.buffer.read()))
    with os.fdopen(answer, "wb") as stream:
        stream.write(pickle.dumps(outcome))


# ---- the driver -------------------------------------------------------------------------------


def run(
    units: Sequence[Unit],
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    store: Store | None = None,
    needs: Store | None = None,
    progress: bool = True,
) -> list[Record]:
    """Compute the units that are missing or stale, and return the records of all.

    Any number of drivers may run the same units at once: each unit is computed by one of them.
    A run that was stopped, in whatever way, goes on where it was.

    Parameters
    ----------
    units : sequence of Unit
        Units that they need are computed before them.
    jobs : int, optional
        Units at a time; by default one per core.
    executor : concurrent.futures.Executor, optional
        Where to compute; each unit then runs in a fresh child process of the executor's worker.
        By default processes of this machine, new ones for each run: they hold no old code.
    store : Store, optional
        Where records lie; by default ``results/``.
    needs : Store, optional
        Where the records of needed units lie, if not in ``store``; they are not computed then.
    progress : bool
        Whether to say on stderr what will be computed, and to show a bar.

    Raises
    ------
    UnitFailed
        If a unit's own code raises. What was being computed beside it is still stored.
    Stale
        If the code was edited meanwhile.
    WorkerLost
        If a unit's worker dies ``TRIES`` times.
    """
    store = store or Store()
    jobs = jobs or loky.cpu_count()
    lacking = lacking_units(units, store, needs)
    if lacking:
        if progress:
            print(plan(lacking, len(units), jobs, needs or store), file=sys.stderr)
        _Driver(lacking, store, needs or store, jobs, executor).run(progress)
    return store.load(units)


def lacking_units(units: Sequence[Unit], store: Store, needs: Store | None = None) -> list[Unit]:
    """Return the units that have no current record, each after what it needs.

    Raises
    ------
    ValueError
        If two different units have one name.
    """
    keys: dict[str, str] = {}
    found: list[Unit] = []

    def visit(unit: Unit) -> None:
        key = store.identify(unit).key
        if unit.place in keys:
            if keys[unit.place] != key:
                raise ValueError(f"units must differ in name; two are named {unit.place}")
            return
        keys[unit.place] = key
        if not _is_there(unit, store):
            for need in () if needs else unit.needs:
                visit(need)
            found.append(unit)

    for unit in units:
        visit(unit)
    return found


def _is_there(unit: Unit, store: Store) -> bool:
    if store.inspect(unit).record:
        return True
    with contextlib.suppress(Timeout), store.lock(unit).acquire(timeout=0):
        return store.settle(unit) is not None
    return False  # another driver is at it


def plan(lacking: Sequence[Unit], total: int, jobs: int, store: Store) -> str:
    """Say how many units will be computed and about how long that takes, by stored times."""
    times = [(store.previous(unit) or {}).get("seconds") for unit in lacking]
    known = [seconds for seconds in times if seconds is not None]
    what = f"{len(lacking)} of {max(total, len(lacking))} units to compute, {jobs} at a time"
    if not known:
        return f"{what}; no stored times to go by"
    estimate = sum(known) / len(known) * len(lacking) / min(jobs, len(lacking))
    return f"{what}; about {duration(estimate)}, by stored times"


def duration(seconds: float) -> str:
    """Return a time in words that suit its length.

    Examples
    --------
    >>> duration(3.4), duration(200), duration(9000)
    ('4 s', '4 min', '2.5 h')
    """
    if seconds < 90:
        return f"{int(seconds) + 1} s"
    return f"{int(seconds / 60) + 1} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@dataclass(frozen=True)
class _Running:
    """A unit at a worker, the lock that this driver holds for it, and the pool it was given to."""

    unit: Unit
    lock: BaseFileLock
    pool: Executor | None = None


class _Driver:
    """Hands units to workers, a few at a time, and stores what they send back.

    Only what is being computed is locked, so that two drivers share the work.
    """

    def __init__(
        self,
        lacking: Sequence[Unit],
        store: Store,
        needs: Store,
        jobs: int,
        executor: Executor | None,
    ) -> None:
        self.waiting = {unit.place: unit for unit in lacking}
        self.open = set(self.waiting)  # waiting or running
        self.running: dict[Future[Outcome], _Running] = {}
        self.store = store
        self.needs = needs
        self.jobs = jobs
        self.executor = executor
        self.pool: Executor | None = executor
        self.losses: Counter[str] = Counter()
        self.failure: Exception | None = None

    def run(self, progress: bool) -> None:
        with _bar(len(self.waiting), progress) as self.bar, _interrupts() as heed:
            try:
                while self.running or (self.waiting and not self.failure):
                    heed()
                    if not self.failure:
                        self._submit()
                    self._collect()
            finally:
                self._close()
        if self.failure:
            raise self.failure

    def _submit(self) -> None:
        for unit in list(self.waiting.values()):
            if len(self.running) >= self.jobs or self.failure:
                return
            if not any(need.place in self.open for need in unit.needs):
                self._try(unit)

    def _try(self, unit: Unit) -> None:
        """Submit a unit, unless another driver holds it or has just finished it."""
        lock = self.store.lock(unit)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return
        del self.waiting[unit.place]
        started = _Running(unit, lock)
        try:
            if self.store.settle(unit):
                self._finish(started)
            else:
                future = self._send(unit)
                self.running[future] = replace(started, pool=self.pool)
        except BrokenExecutor as error:
            self._lose(replace(started, pool=self.pool), error)
        except BaseException:
            lock.release()
            raise

    def _send(self, unit: Unit) -> "Future[Outcome]":
        records = (with_arrays(record) for record in self.needs.load(unit.needs))
        packages = sorted({"dlexp", unit.measure.__module__.partition(".")[0]})
        task = Task(unit, self.store.identify(unit).key, tuple(records), tuple(packages))
        if self.executor:
            return self.executor.submit(compute_in_child, task)
        if self.pool is None:
            self.pool = local_pool(min(self.jobs, len(self.open)))
        return self.pool.submit(compute, task)

    def _collect(self) -> None:
        if not self.running:
            time.sleep(_POLL if self.waiting else 0)
            return
        done, _ = concurrent.futures.wait(
            self.running, timeout=_POLL, return_when=concurrent.futures.FIRST_COMPLETED
        )
        for future in done:
            finished = self.running.pop(future)
            try:
                outcome = future.result()
            except Exception as error:
                self._lose(finished, error)
            else:
                self._take(finished, outcome)

    def _take(self, finished: _Running, outcome: Outcome) -> None:
        place = finished.unit.place
        if outcome.stale:
            rule = "the code must not change during a run, and it did: run again"
            self._fail(finished, Stale(f"{place}: {rule}"))
        elif outcome.measurement is None:
            error = UnitFailed(f"{place} failed: {outcome.error}", outcome.details)
            self._fail(finished, error)
        else:
            made = datetime.now(UTC).isoformat(timespec="seconds")
            provenance = {**outcome.provenance, "date": made, "commit": commit()}
            try:
                self.store.put(finished.unit, outcome.measurement, provenance)
            finally:
                self._finish(finished)

    def _finish(self, finished: _Running) -> None:
        self.open.discard(finished.unit.place)
        finished.lock.release()
        self.bar.update()

    def _fail(self, failed: _Running, error: Exception) -> None:
        """Start nothing more; what is being computed is still stored."""
        failed.lock.release()
        self.failure = self.failure or error

    def _lose(self, lost: _Running, error: Exception) -> None:
        """Let a unit whose worker died wait again, a few times."""
        place = lost.unit.place
        if not _is_loss(error):
            summary = " ".join(f"{type(error).__name__}: {error}".split())
            self._fail(lost, UnitFailed(f"{place} failed on its way: {summary}"))
            return
        # What a dead pool took along is told one by one, when there may be a new pool already.
        if self.pool is not None and self.pool is lost.pool and self.executor is None:
            _shut(self.pool)
            self.pool = None
        self.losses[place] += 1
        if self.losses[place] >= TRIES:
            words = f"{LOGS.parent.name}/{LOGS.name}"
            rule = f"its worker died {TRIES} times; is there enough memory? ({words} has its words)"
            self._fail(lost, WorkerLost(f"{place}: {rule}"))
        else:
            lost.lock.release()
            self.waiting[place] = lost.unit

    def _close(self) -> None:
        for future, each in self.running.items():
            future.cancel()
            each.lock.release()
        if self.pool is not None and self.executor is None:
            _shut(self.pool)


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises if Ctrl-C was pressed.

    Python drops a ``KeyboardInterrupt`` that falls into a destructor; a run must not.
    """
    pressed: list[int] = []

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    def heed() -> None:
        if pressed:
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or not _in_main_thread():
        yield heed  # somebody else sees to it
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def with_arrays(record: Record) -> Record:
    """Return a record that holds its arrays itself, to be sent or to outlive its files."""
    return replace(record, arrays=dict(record.arrays))


def _is_loss(error: Exception) -> bool:
    """Whether a worker died, or went with its pool; Dask has its own name for it."""
    lost = isinstance(error, BrokenExecutor | ShutdownExecutorError)
    return lost or type(error).__name__ == "KilledWorker"


def local_pool(jobs: int) -> Executor:
    """Return new worker processes on this machine, which die with this process."""
    pool: Executor = loky.ProcessPoolExecutor(
        max_workers=jobs,
        context=get_context("loky"),  # does not run the caller's __main__ again
        initializer=die_with,
        initargs=(os.getpid(),),
        env=PINNED,
    )
    return pool


def _shut(pool: Executor) -> None:
    shutdown: Callable[..., None] = pool.shutdown  # loky's has one more argument
    shutdown(wait=True, kill_workers=True)


def _bar(total: int, progress: bool) -> "tqdm[Any]":
    return tqdm(total=total, unit="unit", desc="computing", disable=not progress, smoothing=0)


@contextlib.contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a Dask scheduler; give its executor and how many units it computes at a time.

    Raises
    ------
    NoCluster
        If ``distributed`` is not installed, nobody answers, or there are no workers.
    """
    try:
        import distributed
    except ImportError:
        raise NoCluster("--scheduler needs the package distributed: make cluster") from None
    try:
        client = distributed.Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TypeError):
        raise NoCluster(
            f"--scheduler must be the address of a Dask scheduler that answers, such as "
            f"tcp://127.0.0.1:8786; received {address!r}"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise NoCluster(f"the Dask scheduler at {address} must have workers; it has none")
        yield client.get_executor(pure=False), threads


@functools.cache
def commit() -> str:
    """Return git's name for the code at hand, with ``-dirty`` if files differ; or nothing."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(
            command, cwd=paths.PROJECT, capture_output=True, text=True, check=False
        )
    except OSError:  # no git here
        return ""
    return done.stdout.strip()

"""The driver: hands units to workers, a few at a time, and stores what they send back.

It holds each unit's lock, hands the unit to a worker, and writes the record. A worker only
computes. Any number of drivers may run the same units at once.
"""

import concurrent.futures
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, Timeout
from tqdm import tqdm

from dlexp.lab.interrupts import interrupts
from dlexp.lab.libraries import SLOW, libraries
from dlexp.lab.machine import commit
from dlexp.lab.nursery import compute_in_child
from dlexp.lab.planning import lacking_units, longest_first, plan
from dlexp.lab.pools import LocalPool, cores, is_loss
from dlexp.lab.records import Record
from dlexp.lab.store import Store
from dlexp.lab.units import Unit
from dlexp.lab.worker import Outcome, Task, WorkerLost

TRIES = 3
"""How often a unit may lose its worker before the run gives up."""

_POLL = 0.2  # seconds between looks at what another driver holds


class UnitFailed(RuntimeError):
    """A unit's own code raised; one line names the unit, ``details`` has its traceback."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class Stale(RuntimeError):
    """The code was edited while a run was under way; what ran must not be stored."""


def run(
    units: Sequence[Unit],
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    store: Store | None = None,
    needs: Store | None = None,
    progress: bool = True,
    meanwhile: str = "",
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
        By default processes of this machine, a new one for each unit too.
    store : Store, optional
        Where records lie; by default ``results/``.
    needs : Store, optional
        Where the records of needed units lie, if not in ``store``; they are not computed then.
    progress : bool
        Whether to say on stderr what will be computed, and to show a bar.
    meanwhile : str, optional
        What else to say there: what can be done until then.

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
    jobs = jobs or cores()
    lacking = lacking_units(units, store, needs)
    if lacking:
        if progress:
            planned = plan(lacking, len(units), jobs, needs or store)
            print("; ".join(filter(None, (planned, meanwhile))), file=sys.stderr)
        _Driver(lacking, store, needs or store, jobs, executor).run(progress)
    return store.load(units)


@dataclass(frozen=True)
class _Running:
    """A unit at a worker, and the lock that this driver holds for it."""

    unit: Unit
    lock: BaseFileLock


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
        self.waiting = {unit.place: unit for unit in longest_first(lacking, needs)}
        self.open = set(self.waiting)  # waiting or running
        self.running: dict[Future[Outcome], _Running] = {}
        self.store = store
        self.needs = needs
        self.jobs = jobs
        self.executor = executor
        self.pool: LocalPool | None = None
        self.losses: Counter[str] = Counter()
        self.failure: Exception | None = None

    def run(self, progress: bool) -> None:
        with _bar(len(self.waiting), progress) as self.bar, interrupts() as heed:
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
        """Start what can start; what a clock measures has the machine to itself, after all else."""
        if any(running.unit.timed for running in self.running.values()):
            return
        for unit in [unit for unit in self.waiting.values() if not unit.timed]:
            if len(self.running) < self.jobs:
                self._try(unit)
        for unit in [unit for unit in self.waiting.values() if unit.timed]:
            if not self.running:
                self._try(unit)

    def _try(self, unit: Unit) -> None:
        """Submit a unit, unless what it needs is open, or another driver holds or finished it."""
        if self.failure or any(need.place in self.open for need in unit.needs):
            return
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
                self.running[self._send(unit)] = started
        except BrokenExecutor as error:
            self._lose(started, error)
        except BaseException:
            lock.release()
            raise

    def _send(self, unit: Unit) -> "Future[Outcome]":
        identity = self.store.identify(unit)
        task = Task(
            unit,
            identity.key,
            records=tuple(with_arrays(record) for record in self.needs.load(unit.needs)),
            packages=tuple(sorted({"dlexp", unit.measure.__module__.partition(".")[0]})),
            log=self.store.log(unit),
            libraries=tuple(sorted(SLOW & libraries(self.store.code, identity.code))),
        )
        if self.executor:
            return self.executor.submit(compute_in_child, task)
        if self.pool is None:
            self.pool = LocalPool(min(self.jobs, len(self.open)))
        return self.pool.submit(task)

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
        if not is_loss(error):
            summary = " ".join(f"{type(error).__name__}: {error}".split())
            self._fail(lost, UnitFailed(f"{place} failed on its way: {summary}"))
            return
        self.losses[place] += 1
        if self.losses[place] >= TRIES:
            rule = f"its worker died {TRIES} times; is there enough memory?"
            self._fail(
                lost, WorkerLost(f"{place}: {rule} {_last_words(self.store.log(lost.unit))}")
            )
        else:
            lost.lock.release()
            self.waiting[place] = lost.unit

    def _close(self) -> None:
        for future, running in self.running.items():
            future.cancel()
            running.lock.release()
        if self.pool is not None:
            self.pool.shut()


def _last_words(log: Path) -> str:
    """Return the last line that a unit printed, if it did."""
    with contextlib.suppress(OSError):
        for line in reversed(log.read_text("utf-8", "replace").splitlines()):
            if line.strip():
                return f"Its last words: {line.strip()}"
    return "It printed nothing."


def with_arrays(record: Record) -> Record:
    """Return a record that holds its arrays itself, to be sent or to outlive its files."""
    return replace(record, arrays=dict(record.arrays))


def _bar(total: int, progress: bool) -> "tqdm[Any]":
    return tqdm(total=total, unit="unit", desc="computing", disable=not progress, smoothing=0)

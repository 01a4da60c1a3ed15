"""In a worker: one unit at a time, in a process with no other Python thread.

Background threads draw from the generator that Keras takes its default seeds from, and thread
counts change the sums of convolutions; so there is one TensorFlow thread, too.
"""

import contextlib
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from dlexp.lab import fingerprint
from dlexp.lab.elsewhere import standing_in
from dlexp.lab.fingerprint import Code
from dlexp.lab.keys import identify
from dlexp.lab.libraries import libraries
from dlexp.lab.machine import machine
from dlexp.lab.records import Record, members
from dlexp.lab.units import Measurement, Unit, plain


class WorkerLost(BrokenExecutor):
    """A worker died, which a unit may survive on another one."""


@dataclass(frozen=True)
class Task:
    """All that a worker needs.

    Attributes
    ----------
    unit : Unit
    key : str
        That it must have.
    records : tuple of Record
        Of the units that it needs.
    packages : tuple of str
        Of ours, whose source its key may name.
    log : Path
        For what it prints; of the last attempt only.
    libraries : tuple of str
        That take long to load, and that it uses.
    """

    unit: Unit
    key: str
    records: tuple[Record, ...]
    packages: tuple[str, ...]
    log: Path
    libraries: tuple[str, ...] = ()


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
    wall, processor = time.perf_counter(), _processor_seconds()
    try:
        measured = _measure(task)
        numbers = plain(measured.numbers, "numbers")
        members(measured.arrays)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also sys.exit, which would end the worker without a word
        summary = " ".join(f"{type(error).__name__}: {error}".split())
        return Outcome(error=summary, details=traceback.format_exc())
    provenance = {
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(_processor_seconds() - processor, 3),
        **machine(used),
    }
    if _libraries_as_keyed(task) is None:  # modules may have been imported, late, from edited files
        return Outcome(stale=True)
    made = Measurement(numbers=cast(dict[str, Any], numbers), arrays=dict(measured.arrays))
    return Outcome(made, provenance)


def _processor_seconds() -> float:
    """Return the time that processors spent on this process and on the children that it awaited."""
    return sum(os.times()[:4])


def _measure(task: Task) -> Measurement:
    unit = task.unit
    with standing_in(unit.data), _guarded(task), words_in(task.log):
        measured = unit.measure(unit.config, unit.seed, *task.records)
    if not isinstance(measured, Measurement):
        kind = type(measured).__name__
        raise TypeError(f"a measure function must return a Measurement; got {kind}")
    return measured


@contextlib.contextmanager
def words_in(file: Path) -> Iterator[None]:
    """Send what this process prints to a file: what TensorFlow's C++ says would tear the bar."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _flush()
    kept = [os.dup(1), os.dup(2)]
    try:
        with file.open("wb") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        yield
    finally:
        _flush()
        for place, copy in enumerate(kept, start=1):
            os.dup2(copy, place)
            os.close(copy)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


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

"""A new process for each unit, forked from one that has loaded the libraries.

No unit finds what another left in memory: names of layers, traced functions, states of
generators. And none waits seconds for TensorFlow: it was loaded before, and nothing was done with
it, so that the forked process is like one in which it has just been imported.
"""

import ctypes
import importlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection, Pipe
from typing import BinaryIO

from dlexp import paths
from dlexp.lab import from_source
from dlexp.lab.machine import environment
from dlexp.lab.worker import Outcome, Task, WorkerLost, compute, words_in

FORKS = sys.platform == "linux"
"""Elsewhere a fork is not safe once libraries are loaded, and each unit waits for its own."""

_PR_SET_PDEATHSIG = 1


class Nursery:
    """A process that computes one task at a time, each in a new child; both die with this one."""

    def __init__(self) -> None:
        self._ours, theirs = Pipe()
        place = theirs.fileno()
        start = f"from dlexp.lab.nursery import serve; serve({place}, {os.getpid()})"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", start],
                pass_fds=[place],
                stdin=subprocess.DEVNULL,
                env=environment(),
                cwd=paths.PROJECT,
            )

    def compute(self, task: Task) -> Outcome:
        """Compute a task in a new process, and wait for it.

        Raises
        ------
        WorkerLost
            If that process dies, or the nursery.
        """
        # In transit only, to our own child. The nursery reads no more than it must: reading the
        # task itself would import its chapter there, for all who come after.
        request = task.log, task.libraries, pickle.dumps(task)
        try:
            self._ours.send_bytes(pickle.dumps(request))
            status, content = pickle.loads(self._ours.recv_bytes())
        except (EOFError, OSError):
            self.end()
            status, content = self._process.returncode, b""
        if not content:
            raise WorkerLost(f"the process of {task.unit.name} ended with {status}")
        outcome: Outcome = pickle.loads(content)
        return outcome

    @property
    def is_open(self) -> bool:
        """Whether it can take another task."""
        return self._process.poll() is None and FORKS

    def end(self) -> None:
        """End it and what it is at."""
        self._process.kill()
        self._process.wait()


def compute_in_child(task: Task) -> Outcome:
    """Compute one unit in a fresh process with one thread, from any process or thread.

    A Dask worker runs its tasks in a thread beside others that draw from ``random``.

    Raises
    ------
    WorkerLost
        If that process dies.
    """
    nursery = Nursery()
    try:
        return nursery.compute(task)
    finally:
        nursery.end()


# --- In the nursery -----------------------------------------------------------------------------


def serve(place: int, parent: int) -> None:
    """Answer the tasks that come over a pipe, until its other end is closed."""
    from_source.insist()
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who gives the tasks decides when to stop
    with Connection(place) as pipe:
        while True:
            try:
                log, libraries, task = pickle.loads(pipe.recv_bytes())
            except EOFError:
                return
            with words_in(log.with_name("libraries.txt")):
                for name in libraries:
                    importlib.import_module(name)
            pipe.send_bytes(pickle.dumps(_answer(task)))


def _answer(task: bytes) -> tuple[int, bytes]:
    """Return how the task's process ended, and its outcome, pickled; nothing if it died."""
    with tempfile.TemporaryFile() as outcome:
        status = _in_fork(task, outcome) if FORKS else _here(task, outcome)
        outcome.seek(0)
        return status, outcome.read() if status == 0 else b""


def _in_fork(task: bytes, outcome: BinaryIO) -> int:
    nursery = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            die_with(nursery)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os._exit(_here(task, outcome))
        finally:
            os._exit(1)  # never back into the nursery
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _here(task: bytes, outcome: BinaryIO) -> int:
    pickle.dump(compute(pickle.loads(task)), outcome)
    outcome.flush()
    return 0


def die_with(parent: int) -> None:
    """Have the system kill this process when its parent dies, even by ``kill -9`` (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

"""Where units are computed: processes of this machine, or a Dask cluster."""

import contextlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

from dlexp.lab.nursery import Nursery
from dlexp.lab.worker import Outcome, Task

_PATIENCE = 10  # seconds for a scheduler to answer


class NoCluster(RuntimeError):
    """There is no cluster to compute on; one line says what is missing."""


class LocalPool:
    """Processes of this machine, a new one for each unit, which die with this one.

    Parameters
    ----------
    jobs : int
        Units at a time.
    """

    def __init__(self, jobs: int) -> None:
        self._threads = ThreadPoolExecutor(jobs)  # each waits for a nursery, and computes nothing
        self._own = threading.local()
        self._nurseries: list[Nursery] = []
        self._is_shut = False

    def submit(self, task: Task) -> "Future[Outcome]":
        """Compute a task as soon as there is room."""
        return self._threads.submit(self._compute, task)

    def shut(self) -> None:
        """End all processes, whatever they are at."""
        self._is_shut = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for nursery in self._nurseries:
            nursery.end()
        self._threads.shutdown(wait=True)

    def _compute(self, task: Task) -> Outcome:
        nursery: Nursery | None = getattr(self._own, "nursery", None)
        if nursery is None or not nursery.is_open:
            nursery = self._own.nursery = Nursery()
            self._nurseries.append(nursery)
            if self._is_shut:  # meanwhile
                nursery.end()
        return nursery.compute(task)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # a container may have fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_loss(error: Exception) -> bool:
    """Whether a worker died; Dask has its own name for it."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


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
            f"tcp://127.0.0.1:8786; got {address!r}"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise NoCluster(f"the Dask scheduler at {address} must have workers; got none")
        yield client.get_executor(pure=False), threads

"""Where units are computed: processes of this machine, or a Dask cluster."""

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor

import loky
from loky.backend import get_context
from loky.process_executor import ShutdownExecutorError

from dlexp.lab.machine import PINNED
from dlexp.lab.worker import die_with

_PATIENCE = 10  # seconds for a scheduler to answer


class NoCluster(RuntimeError):
    """There is no cluster to compute on; one line says what is missing."""


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


def shut(pool: Executor) -> None:
    """End a local pool with its workers, whatever they are at."""
    shutdown: Callable[..., None] = pool.shutdown  # loky's has one more argument
    shutdown(wait=True, kill_workers=True)


def is_loss(error: Exception) -> bool:
    """Whether a worker died, or went with its pool; Dask has its own name for it."""
    lost = isinstance(error, BrokenExecutor | ShutdownExecutorError)
    return lost or type(error).__name__ == "KilledWorker"


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

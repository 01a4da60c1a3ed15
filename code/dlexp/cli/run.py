"""``python -m dlexp run``: compute what is missing or stale, nothing else."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from concurrent.futures import Executor

from dlexp import chapters
from dlexp.cli.arguments import chosen_slugs
from dlexp.cli.errors import DoesNotHold, WrongUse
from dlexp.cli.words import counted
from dlexp.lab.store import Store


def run(options: argparse.Namespace) -> None:
    """Compute the units of the chosen chapters that have no current record."""
    from dlexp.lab import driver  # tqdm and more, which status can do without

    store = Store()
    slugs = chosen_slugs(options)
    for slug in slugs:
        for file in store.sweep(slug, chapters.units(slug)):
            print(f"moved to the attic, since no unit has it: {file}", file=sys.stderr)
    units = chapters.all_units(slugs)
    with place(options) as (executor, jobs):
        driver.run(units, jobs=jobs, executor=executor, store=store)
    print(f"{counted(len(units), 'unit')} current")


@contextlib.contextmanager
def place(options: argparse.Namespace) -> Iterator[tuple[Executor | None, int | None]]:
    """Give where to compute, and say in one line what goes wrong there.

    Raises
    ------
    WrongUse
        If there is no such cluster.
    DoesNotHold
        If a unit or its worker fails, or the code changes meanwhile.
    """
    from dlexp.lab import driver, pools, worker

    try:
        if options.scheduler is None:
            yield None, options.jobs
            return
        with pools.cluster(options.scheduler) as (executor, threads):
            yield executor, options.jobs or threads
    except pools.NoCluster as error:
        raise WrongUse(str(error)) from None
    except (driver.UnitFailed, driver.Stale, worker.WorkerLost) as error:
        print(getattr(error, "details", ""), end="", file=sys.stderr)
        raise DoesNotHold(str(error)) from None

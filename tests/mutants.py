"""Plant small faults in the package, one at a time, and see whether a test turns red.

    python tests/mutants.py [--sample N] [--seed S] [--jobs J] [FILE_OR_FOLDER ...]

Cosmic Ray makes the faults, in copies of the project: nothing here is changed. A fault that no
test sees is printed with its difference; the share of those that are seen is the score. This is a
report and no check: some faults change nothing that matters, and only a reader can tell.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tqdm import tqdm

if TYPE_CHECKING:  # installed by `make mutants` alone
    from cosmic_ray.work_item import MutationSpec

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("code/dlexp/byhand", "code/dlexp/lab", "code/dlexp/draw")
MOST_SECONDS = 900  # for the tests of one fault; one that never ends is seen, too

UNSEEN = "BitOr"
"""Operators in annotations mostly: ``int | None``. No test can see what nothing evaluates."""


class Outcome(NamedTuple):
    """What came of a fault, and its difference."""

    survived: bool
    difference: str


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=PACKAGES, metavar="FILE_OR_FOLDER")
    parser.add_argument("--sample", type=int, default=0, help="so many faults; 0: all")
    parser.add_argument("--seed", type=int, default=0, help="of the drawing")
    parser.add_argument("--jobs", type=int, default=2, help="faults at once")
    options = parser.parse_args(arguments)

    faults = [fault for path in options.paths for fault in faults_in(path)]
    if 0 < options.sample < len(faults):
        faults = random.Random(options.seed).sample(faults, options.sample)
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        for outcome in tried(faults, Path(folder), options.jobs):
            survivors += outcome.survived
            if outcome.survived:
                tqdm.write(outcome.difference + "\n")
    seen = len(faults) - survivors
    print(f"{seen} of {len(faults)} faults seen by the tests: {seen / len(faults):.1%}")


def faults_in(path: str) -> list[MutationSpec]:
    """Return all faults that can be planted in a file, or in those of a folder."""
    from cosmic_ray.commands.init import init
    from cosmic_ray.work_db import use_db

    here = PROJECT / path
    files = sorted(here.rglob("*.py")) if here.is_dir() else [here]
    with tempfile.TemporaryDirectory() as folder, use_db(f"{folder}/session.sqlite") as database:
        init([file.relative_to(PROJECT) for file in files], database, {})
        found = [fault for item in database.work_items for fault in item.mutations]
    return [fault for fault in found if UNSEEN not in fault.operator_name]


def tried(faults: Sequence[MutationSpec], folder: Path, jobs: int) -> Iterator[Outcome]:
    """Yield the outcomes of faults as they come."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, enter_a_copy, (folder,)) as pool:
        futures = [pool.submit(outcome, fault) for fault in faults]
        for future in tqdm(as_completed(futures), total=len(futures), unit="fault"):
            yield future.result()


def enter_a_copy(folder: Path) -> None:
    """Go to a copy of the project that this process has alone."""
    copy = folder / str(os.getpid())
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, copy / name)
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy / "code")


def outcome(fault: MutationSpec) -> Outcome:
    """Plant a fault in this process's copy, and run the tests that should see it."""
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.work_item import TestOutcome

    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n0"]
    result: Any = mutate_and_test([fault], shlex.join([*command, *tests_of(fault)]), MOST_SECONDS)
    survived = result.test_outcome is TestOutcome.SURVIVED
    return Outcome(survived, result.diff or result.output)


def tests_of(fault: MutationSpec) -> list[str]:
    """Return the tests that should see a fault: the nearest first, then all of the package."""
    module = fault.module_path
    tests = Path("tests") / module.relative_to("code/dlexp").parent
    nearest = sorted(tests.glob(f"test_{module.stem}*.py"))
    return [str(path) for path in (module, *nearest, tests)]


if __name__ == "__main__":
    main(sys.argv[1:])

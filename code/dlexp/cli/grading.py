"""``python -m dlexp grade``: a student's functions, held to the checks of the book's own."""

import argparse
import inspect
import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from dlexp.cli.errors import DoesNotHold, WrongUse
from dlexp.cli.words import counted

if TYPE_CHECKING:
    from dlexp.grading.grader import Result

SECONDS = 10.0
"""The most that one check may take."""

DESCRIPTION = (
    "Grade the functions in FILE that have names of dlexp.byhand, by five kinds of checks. What "
    "fails is shown with the call, what should have come out, and what did; the solution is not. "
    "The file is run in a process of its own, and nothing is written. Exit code: 0 if all checks "
    "pass, 1 if one fails, 2 for wrong use."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the command take its options."""
    parser.description = DESCRIPTION
    parser.add_argument("file", metavar="FILE", type=Path, help="Python, of a student")
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="a function that must be in it; without, those that are",
    )
    parser.add_argument(
        "--seconds", type=_seconds, default=SECONDS, metavar="S",
        help=f"for each check; by default {SECONDS:g}",
    )  # fmt: skip


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number above 0; got {text!r}")
    return seconds


def grade(options: argparse.Namespace) -> None:
    """Print what each function of a file passes, and what it fails.

    Raises
    ------
    WrongUse
        If there is no such file, nothing in it that can be graded, or no such function of ours.
    DoesNotHold
        If a check fails, or a function that must be there is not.
    """
    from dlexp.grading import grader  # NumPy, which other commands can do without

    try:
        names = grader.found(options.file)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    missing = _missing(options.names, names)
    failing = []
    for name in options.names or names:
        if name in missing:
            print(f"{_signature(name)}\n  not in the file\n")
            continue
        print(_signature(name), flush=True)
        try:
            results = list(grader.grade(options.file, name, seconds=options.seconds))
        except grader.DoesNotRun as error:
            raise DoesNotHold(str(error)) from None
        print(*_report(results), "", sep="\n", flush=True)
        if any(result.problem for result in results):
            failing.append(name)
    asked = counted(len(options.names or names), "function")
    if missing:
        raise DoesNotHold(f"of {asked}, not in {options.file.name}: {', '.join(missing)}")
    if failing:
        raise DoesNotHold(f"{len(failing)} of {asked} must be mended: {', '.join(failing)}")
    print(f"{asked}, and all checks pass")


def _missing(wanted: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return which functions that must be there are not.

    Raises
    ------
    WrongUse
        If no function of the book's own has such a name.
    """
    from dlexp.grading.catalogue import GRADED

    unknown = [name for name in wanted if name not in GRADED]
    if unknown:
        raise WrongUse(f"NAME must be a function that can be graded; got {', '.join(unknown)}")
    return [name for name in wanted if name not in names]


def _signature(name: str) -> str:
    """Return how a function is called: what the student was asked for."""
    from dlexp.grading.catalogue import GRADED

    plain = [
        each.replace(annotation=inspect.Parameter.empty)
        for each in inspect.signature(GRADED[name].ours).parameters.values()
    ]
    return f"{name}{inspect.Signature(plain)}"


def _report(results: "Sequence[Result]") -> Iterator[str]:
    """Yield a line for each of the five kinds, and what is wrong below it."""
    from dlexp.grading.checks import KINDS

    by_kind = {kind: list(group) for kind, group in groupby(results, lambda each: each.check.kind)}
    for kind, words in KINDS.items():
        yield f"  {words:<24}{_verdict(by_kind.get(kind, []))}"
        yield from _failures(by_kind.get(kind, []))


def _verdict(results: "Sequence[Result]") -> str:
    if not results:
        return "not asked of this function"
    if not any(result.ran for result in results):
        return "not run: an earlier check never came back"
    passed = sum(result.ran and result.problem is None for result in results)
    word = "passes" if passed == len(results) else "FAILS"
    return f"{word}  {passed} of {len(results)}"


def _failures(results: "Sequence[Result]") -> Iterator[str]:
    """Yield the first failure, for others often are the same one, and how many more there are."""
    failing = [(result.check, result.problem) for result in results if result.problem]
    for check, problem in failing[:1]:
        yield f"    {check.words}"
        yield from (f"      {line}" for line in problem.call)
        yield f"      must give: {problem.expected}"
        yield f"      gives:     {problem.got}"
    if len(failing) > 1:
        yield f"    and {len(failing) - 1} more"

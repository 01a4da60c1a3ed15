"""Grades a student's file: finds its functions, and holds each to the checks of its name.

A file is read, and run in processes of its own, one for each function, with a time limit for each
check: an endless loop or a crash is one problem, and the next function is graded all the same.
"""

import ast
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dlexp.grading.catalogue import GRADED, checks
from dlexp.grading.checks import Check, Problem
from dlexp.grading.comparing import call
from dlexp.lab.machine import environment
from dlexp.lab.settings import nearest_to

_START = 120.0
"""Seconds that our own modules may take until the student's file is loaded, on a busy machine."""


class DoesNotRun(RuntimeError):
    """A file that is Python and fails before its functions can be called; one line says how."""


class Result(NamedTuple):
    """A check of a function, what is wrong, if anything is, and whether it was run at all."""

    check: Check
    problem: Problem | None
    ran: bool = True


class _Answer(NamedTuple):
    """What the process of the student's code says, and whether it goes on."""

    problem: Problem | None
    goes_on: bool = True


def found(file: Path) -> list[str]:
    """Return the names of the functions in a file that can be graded, in the order of the book.

    Raises
    ------
    ValueError
        If there is no such file, it is no Python, it takes the book's own functions, or none of
        its functions has a known name; one line says what would be right.
    """
    try:
        tree = ast.parse(file.read_bytes(), file.name)
    except OSError as error:
        raise ValueError(
            f"FILE must be one that can be read; got {file}: {error.strerror}"
        ) from None
    except (SyntaxError, ValueError) as error:
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise ValueError(f"FILE must be Python; got {file.name}: {error.args[0]}{line}") from None
    if "dlexp" in _imported(tree):
        raise ValueError(f"FILE must not import dlexp, which has the solutions; got {file.name}")
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    names = [name for name in GRADED if name in defined]
    if not names:
        raise ValueError(_no_function(file, sorted(defined)))
    return names


def _imported(tree: ast.Module) -> set[str]:
    """Return the packages that a program imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def _no_function(file: Path, defined: list[str]) -> str:
    rule = f"FILE must define one of {', '.join(GRADED)}"
    if not defined:
        return f"{rule}; got no function in {file.name}"
    close = ", ".join(f"{name}, nearest to {nearest_to(name, GRADED)}" for name in defined)
    return f"{rule}; got {close}"


def grade(file: Path, name: str, *, seconds: float) -> Iterator[Result]:
    """Yield what comes of each check of one function of a file.

    Parameters
    ----------
    file : Path
    name : str
        One of those `found` there.
    seconds : float
        The most that a check may take, and the file to load.

    Raises
    ------
    DoesNotRun
        If the file fails before its functions can be called.
    """
    with _started(file, name) as (process, lines):
        _next(process, lines, _START)
        answer = _next(process, lines, seconds)
        if answer.problem:
            raise DoesNotRun(f"FILE must run; got {answer.problem.got} in {file.name}")
        for check in checks(name):
            if answer.goes_on:
                answer = _next(process, lines, seconds, call(check.arguments))
                yield Result(check, answer.problem)
            else:
                yield Result(check, None, ran=False)


def _next(
    process: "subprocess.Popen[str]",
    lines: "queue.Queue[str]",
    seconds: float,
    calling: tuple[str, ...] = (),
) -> _Answer:
    """Return what is said next; silence and an end are problems of the call that was made."""
    try:
        line = lines.get(timeout=seconds)
    except queue.Empty:
        got = f"none within {seconds:g} seconds"
        return _Answer(Problem(calling, "an end", got), goes_on=False)
    if not line:
        return _Answer(Problem(calling, "a value", _ended(process.wait())), goes_on=False)
    said = json.loads(line)
    return _Answer(Problem(tuple(said["call"]), said["expected"], said["got"]) if said else None)


def _ended(code: int) -> str:
    if code < 0:
        return f"the process was ended by {signal.Signals(-code).name}"
    return f"the process ended with exit code {code}"


@contextlib.contextmanager
def _started(file: Path, name: str) -> Iterator[tuple["subprocess.Popen[str]", "queue.Queue[str]"]]:
    """Start the process of a student's function; its lines come in a queue, an empty one last."""
    process = subprocess.Popen(
        [sys.executable, "-B", "-m", "dlexp.grading.student", str(file.absolute()), name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        encoding="utf-8",
        start_new_session=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    try:
        yield process, lines
    finally:
        _end(process)


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    if process.stdout is not None:
        with process.stdout as output:
            for line in output:
                lines.put(line)
    lines.put("")


def _end(process: "subprocess.Popen[str]") -> None:
    """End a process, and those that it started."""
    if process.returncode is None and hasattr(os, "killpg"):
        with contextlib.suppress(OSError):  # it has just ended
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()

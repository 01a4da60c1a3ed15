"""The process that runs a student's code: ``python -m dlexp.grading.student FILE FUNCTION``.

It prints a line of JSON when it is ready, one when the file is loaded, then one for each check of
the function. The parent knows the checks, too: a line that does not come says which one never
ended. What the student's code prints goes nowhere.
"""

import json
import os
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dlexp.grading.catalogue import checks
from dlexp.grading.checks import Check, Function
from dlexp.grading.comparing import call

MODULE = "student"


def main(file: str, name: str) -> None:
    """Print what came of loading a file, and of each check of one of its functions."""
    say = _private_output()
    say(None)
    try:
        function = loaded(Path(file))[name]
    except BaseException as error:
        say({"call": [], "expected": "a file that runs", "got": _told(error, file)})
        return
    say(None)
    for check in checks(name):
        say(_problem(check, function, file))


def loaded(file: Path) -> dict[str, Any]:
    """Run a file, and return what it defines. Nothing is written, no bytecode either."""
    module = types.ModuleType(MODULE)
    module.__file__ = str(file)
    sys.modules[MODULE] = module
    sys.path.insert(0, str(file.parent))
    exec(compile(file.read_bytes(), file, "exec"), module.__dict__)
    return module.__dict__


def _problem(check: Check, function: Function, file: str) -> dict[str, Any] | None:
    try:
        problem = check.problem(function)
    except BaseException as error:
        lines = list(call(check.arguments))
        return {"call": lines, "expected": "a value", "got": _told(error, file)}
    return problem._asdict() if problem else None


def _told(error: BaseException, file: str) -> str:
    """Return an error in one line, with the line of the student's file that it comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    where = f" at line {lines[-1]}" if lines else ""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}{where}{': ' if text else ''}{text}"


def _private_output() -> Callable[[object], None]:
    """Return what writes to the parent, and let all other output go nowhere."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def say(value: object) -> None:
        stream.write(json.dumps(value) + "\n")
        stream.flush()

    return say


if __name__ == "__main__":
    main(*sys.argv[1:])

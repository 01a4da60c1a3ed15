"""The proof while code runs: all that runs of ours lies in the closure."""

import ast
import contextlib
import itertools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, cast

from dlexp.lab.module import EFFECTS, Module
from dlexp.lab.reach import is_in
from dlexp.lab.source import Code

ENGINE = ("dlexp.cli", "dlexp.lab", "dlexp.paths")
"""Modules and packages that carry a result and do not make it: no part of a unit's key.
(A change in what a stored record hands on raises ``keys.SCHEMA`` instead.)"""


class Undeclared(RuntimeError):
    """Code ran that the static closure does not have; what it computed must not be stored."""


@contextlib.contextmanager
def guard(
    code: Code, manifest: Mapping[str, str], *, outside: tuple[str, ...] = ENGINE
) -> Iterator[None]:
    """Check that every piece of our code that runs inside lies in a closure.

    It costs 38 % of the time on Python 3.11 and nothing that can be measured from 3.12 on, so it
    is for tests and for ``DLEXP_GUARD=1``. What importing a module runs is left out: the static
    closure has that.

    Raises
    ------
    Undeclared
        On leaving, naming the symbols that ran without being reached.
    """
    watch = _Watch(code, sys._getframe())
    with watch.running():
        yield
    ran = [
        (module, _names_of(module, started))
        for started in watch.seen
        if (module := _module_of(code, started))
    ]
    missing = {
        f"{module.name}:{names[0]}"
        for module, names in ran
        if not is_in(module.name, outside)
        and not any(f"{module.name}:{name}" in manifest for name in names)
    }
    if missing:
        raise Undeclared(f"what runs must be in the static closure; got {sorted(missing)} outside")


class _Watch:
    """Notes the code objects of ours that start to run."""

    def __init__(self, code: Code, here: FrameType) -> None:
        self.roots = tuple(f"{root}{os.sep}" for root in code.roots)
        self.outer = set(_stack(here))  # what was running before, the main module included
        self.seen: set[CodeType] = set()

    def note(self, started: CodeType, frame: FrameType | None) -> bool:
        """Return whether this code object need not be looked at again."""
        if not started.co_filename.startswith(self.roots):
            return True
        if self._is_importing(frame):
            return False
        self.seen.add(started)
        return True

    def _is_importing(self, frame: FrameType | None) -> bool:
        inner = itertools.takewhile(lambda caller: caller not in self.outer, _stack(frame))
        return any(caller.f_code.co_name == "<module>" for caller in inner)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        start = self._monitor if hasattr(sys, "monitoring") else self._profile
        stop = start()
        try:
            yield
        finally:
            stop()

    def _profile(self) -> Callable[[], None]:
        def called(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                self.note(frame.f_code, frame)

        sys.setprofile(called)
        return lambda: sys.setprofile(None)

    def _monitor(self) -> Callable[[], None]:
        monitoring: Any = cast(Any, sys).monitoring
        tool, started = monitoring.PROFILER_ID, monitoring.events.PY_START

        def stop() -> None:
            monitoring.set_events(tool, 0)
            monitoring.register_callback(tool, started, None)
            monitoring.restart_events()
            monitoring.free_tool_id(tool)

        def called(code: CodeType, _: int) -> object:
            done = self.note(code, sys._getframe(1))
            return monitoring.DISABLE if done else None

        monitoring.use_tool_id(tool, "dlexp")
        monitoring.register_callback(tool, started, called)
        monitoring.set_events(tool, started)
        return stop


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _module_of(code: Code, ran: CodeType) -> Module | None:
    """Return the module of ours that a code object is of, if it is of one."""
    file = Path(ran.co_filename)
    for root in code.roots:
        if ran.co_name != "<module>" and file.is_relative_to(root):
            parts = file.relative_to(root).with_suffix("").parts
            return code.module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return None


def _names_of(module: Module, ran: CodeType) -> list[str]:
    """Return the top-level names whose statements a code object starts in."""
    statements = {**module.definitions, EFFECTS: module.effects}
    names = [
        name
        for name, binders in statements.items()
        if any(_first_line(s) <= ran.co_firstlineno <= (s.end_lineno or 0) for s in binders)
    ]
    return names or [EFFECTS]


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])

"""What the kernel of a draft does beside: it marks the cells that rest on stale records.

A cell rests on what it reads, and on what cells before it read for the values that it names.
"""

import ast
from types import ModuleType
from typing import Any

from IPython.display import HTML, display

from dlexp.lab import drafts
from dlexp.lab.runs import Runs


class Following:
    """Hooks of IPython that follow what was read from cell to cell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.names: set[str] = set()
        self.behind: dict[str, frozenset[str]] = {}

    def before(self, info: Any) -> None:
        """Begin with what stands behind the values that a cell names."""
        self.names = named(self.shell.transform_cell(info.raw_cell))
        drafts.READ.clear()
        drafts.READ.update(*(self.behind.get(name, ()) for name in self.names))

    def after(self, _result: Any) -> None:
        """Note it for every value that the cell names, and say so below the cell."""
        if not drafts.READ:
            return
        for name in self.names:
            if is_value(self.shell.user_ns.get(name)):
                self.behind[name] = frozenset(drafts.READ)
        display(HTML(drafts.mark_html()))  # type: ignore[no-untyped-call]


def named(source: str) -> set[str]:
    """Return the names in a cell; none in what is no Python.

    Examples
    --------
    >>> sorted(named("a = f(b)"))
    ['a', 'b', 'f']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    nodes = list(ast.walk(tree))
    functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return functions | {node.id for node in nodes if isinstance(node, ast.Name)}


def is_value(value: object) -> bool:
    """Return whether something may hold what a cell made: no module, no runs, no code of others.

    Examples
    --------
    >>> is_value([0.5]), is_value(ast), is_value(ast.parse)
    (True, False, False)
    """
    foreign = callable(value) and getattr(value, "__module__", "") != "__main__"
    return not (foreign or isinstance(value, ModuleType | Runs))


def follow(shell: Any) -> None:
    """Have the cells that a shell runs from now on read what there is, and be marked."""
    drafts.show(on=True)
    hooks = Following(shell)
    shell.events.register("pre_run_cell", hooks.before)
    shell.events.register("post_run_cell", hooks.after)

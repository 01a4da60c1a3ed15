"""Names that are not written: what a lookup by a computed name can reach.

``import_module(f"{__name__}.{slug}")`` counts for all below what its text begins with. Where
nothing tells what is looked up (``eval``, ``globals()``, ``sys.modules``, ``__subclasses__``), or
where something is read that no key has (a docstring, the annotations of a function), the answer
is a mark with the line, and :mod:`dlexp.lab.reach` decides what to do about it.
"""

import ast
import itertools
from collections.abc import Iterable

from dlexp.lab.binding import Target
from dlexp.lab.module import Module
from dlexp.lab.scopes import Lookup
from dlexp.lab.source import WHOLE, Code, Symbol

ANYTHING = "?"
"""Begins a mark for what may look up anything of ours: ``"?12:eval"``."""

LEFT_OUT = "!"
"""Begins a mark for what reads what no key has: ``"!12:__doc__"``."""

_BY_TEXT = frozenset(
    {"importlib.import_module", "sys.modules", "pkgutil.resolve_name", "pydoc.locate"}
    | {"pkgutil.iter_modules", "pkgutil.walk_packages"}
)
_BY_WHATEVER = frozenset(
    {"builtins.eval", "builtins.exec", "builtins.globals", "builtins.locals", "builtins.vars"}
    | {"builtins.__import__", "gc.get_objects", "importlib.util.spec_from_file_location"}
    | {"runpy.run_module", "runpy.run_path"}
)
_BY_ATTRIBUTE = frozenset({"__subclasses__", "__globals__"})
_READS = frozenset({"typing.get_type_hints", "inspect.get_annotations"})
_READS_ATTRIBUTE = frozenset({"__doc__", "__annotations__"})


def symbols(code: Code, module: Module, lookup: Lookup, targets: Iterable[Target]) -> list[Symbol]:
    """Return the symbols that a lookup reaches besides those of its name; mostly none.

    Parameters
    ----------
    code : Code
    module : Module
        In which the lookup stands.
    lookup : Lookup
    targets : iterable of (module, name or None)
        What its name stands for by imports.
    """
    names = _full_names(module, lookup, targets)
    last = {*lookup.attributes, *([lookup.name] if lookup.in_module else [])}
    reached: list[Symbol] = []
    marks = [f"{LEFT_OUT}{{line}}:{what}" for what in names & _READS | last & _READS_ATTRIBUTE]
    for what in names & (_BY_TEXT | _BY_WHATEVER) | last & _BY_ATTRIBUTE:
        below = _below(code, module, lookup.argument) if what in _BY_TEXT else None
        reached += below or []
        if below is None and not (what == "builtins.vars" and lookup.argument):  # vars(x) has x
            marks.append(f"{ANYTHING}{{line}}:{what}")
    line = getattr(lookup.node, "lineno", 0)
    return reached + [(module.name, mark.format(line=line)) for mark in sorted(marks)]


def _full_names(module: Module, lookup: Lookup, targets: Iterable[Target]) -> set[str]:
    """Return ``a``, ``a.b``, ``a.b.c`` with what ``a`` stands for in its place."""
    starts = [base if name is None else f"{base}.{name}" for base, name in targets]
    if not starts and lookup.in_module and lookup.name not in module.definitions:
        starts = [f"builtins.{lookup.name}"]
    attributes = lookup.attributes
    lengths = range(len(attributes) + 1)
    return {".".join([start, *attributes[:length]]) for start in starts for length in lengths}


def _below(code: Code, module: Module, argument: ast.expr | None) -> list[Symbol] | None:
    """Return the symbols that a text so begun can name: none of others' code; None if unknown."""
    text, is_whole = _beginning(module, argument)
    name = text.replace(":", ".") if is_whole else text.rpartition(".")[0]
    top = name.partition(".")[0]
    if not top:
        return None
    if top not in code.packages:
        return []
    while is_whole and not code.module(name):
        name = name.rpartition(".")[0]
    return [(name, WHOLE)] if is_whole else [(part, WHOLE) for part in code.submodules(name)]


def _beginning(module: Module, node: ast.expr | None) -> tuple[str, bool]:
    """Return the text that an expression begins with, and whether that is all of it."""
    match node:
        case ast.Constant(value=str(text)):
            return text, True
        case ast.Name(id="__name__" | "__package__"):
            return module.name, True
        case ast.Name(id="__path__"):
            return f"{module.name}.", False
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return _beginning(module, value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [left, right]
        case ast.JoinedStr(values=parts):
            pass
        case _:
            return "", False
    texts = [_beginning(module, part) for part in parts]
    whole = list(itertools.takewhile(lambda text: text[1], texts))
    return "".join(text for text, _ in texts[: len(whole) + 1]), len(whole) == len(texts)

"""Names that are not written: what a lookup by a computed name can reach.

``import_module(f"{__name__}.{slug}")`` counts for all below what its text begins with. Where
nothing tells what is looked up (``eval``, ``globals()``, ``sys.modules``, ``pickle``), or where
something is read that no key has (a docstring, a line's number, a module's file), the answer is a
mark with the line, and :mod:`dlexp.lab.reach` decides what to do about it.
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
    | {"builtins.__import__", "builtins.__builtins__", "builtins.compile", "types.FunctionType"}
    | {"importlib.machinery", "importlib.reload", "importlib.util.spec_from_file_location"}
    | {"importlib.util.spec_from_loader", "importlib.util.module_from_spec"}
    | {"code", "codeop", "ctypes", "gc", "pickle", "shelve", "zipimport"}
    | {"runpy.run_module", "runpy.run_path", "pydoc.importfile"}
    | {"sys.meta_path", "sys.path_hooks", "sys.path_importer_cache"}
    | {"timeit.Timer", "timeit.repeat", "timeit.timeit"}
)
"""With all that lies in them: what ``code`` has counts as ``code`` itself."""

_BY_ATTRIBUTE = frozenset(
    {"__subclasses__", "__globals__", "__loader__", "__spec__"}
    | {"exec_module", "load_module", "f_builtins", "f_globals", "f_locals"}
)
_READS = frozenset(
    {"typing.get_type_hints", "inspect", "dis", "linecache", "tokenize"}
    | {"importlib.resources", "importlib.abc", "pkgutil.get_data", "pkgutil.get_loader"}
    | {"traceback.extract_stack", "traceback.extract_tb", "traceback.format_exc"}
    | {"traceback.format_stack", "traceback.format_tb", "pydoc.getdoc", "pydoc.render_doc"}
)
_READS_ATTRIBUTE = frozenset(
    {"__doc__", "__annotations__", "__code__", "__file__", "__cached__"}
    | {"co_code", "co_consts", "co_filename", "co_firstlineno", "co_lines", "co_names"}
    | {"co_positions", "f_lineno", "tb_lineno", "get_source"}
)
_BY_ANY_NAME = frozenset({"__dict__", "__getattribute__"})
_HOLD = frozenset(name.rpartition(".")[0] for name in _BY_TEXT | _BY_WHATEVER | _READS) - {""}
"""Modules that have one of these: handed on whole, ``getattr(sys, "mod" + "ules")`` finds it."""


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
    starts = _starts(module, lookup, targets)
    names = {part for start in starts for part in _parts([start, *lookup.attributes])}
    held = {_held(start, lookup.attributes) for start in starts} & _HOLD
    last = {*lookup.attributes, *([lookup.name] if lookup.in_module else [])}
    if _is_name_of_module(lookup):
        last -= {"f_globals"}
    reached: list[Symbol] = []
    marks = [f"{LEFT_OUT}{{line}}:{what}" for what in names & _READS | last & _READS_ATTRIBUTE]
    for what in names & (_BY_TEXT | _BY_WHATEVER) | last & _BY_ATTRIBUTE | held:
        below = _below(code, module, lookup.argument) if what in _BY_TEXT else None
        reached += below or []
        if below is None and not (what == "builtins.vars" and lookup.argument):  # vars(x) has x
            marks.append(f"{ANYTHING}{{line}}:{what}")
    line = getattr(lookup.node, "lineno", 0)
    return reached + [(module.name, mark.format(line=line)) for mark in sorted(marks)]


def _starts(module: Module, lookup: Lookup, targets: Iterable[Target]) -> list[str]:
    """Return what stands for the ``a`` of ``a.b.c``, as it is called where it comes from."""
    starts = [base if name is None else f"{base}.{name}" for base, name in targets]
    if not starts and lookup.in_module and lookup.name not in module.definitions:
        return [f"builtins.{lookup.name}"]
    return starts


def _parts(names: Iterable[str]) -> list[str]:
    """Return ``a``, ``a.b`` and ``a.b.c`` of ``a.b`` and ``c``."""
    return list(itertools.accumulate(".".join(names).split("."), "{}.{}".format))


def _held(start: str, attributes: tuple[str, ...]) -> str:
    """Return what is looked up, or what ``__dict__`` or the like is asked for all it has."""
    named = itertools.takewhile(lambda each: each not in _BY_ANY_NAME, attributes)
    return ".".join([start, *named])


def _is_name_of_module(lookup: Lookup) -> bool:
    """``frame.f_globals.get("__name__")`` has the name, and nothing of what is in the module."""
    match lookup.argument:
        case ast.Constant(value="__name__"):
            return lookup.attributes[-2:] == ("f_globals", "get")
    return False


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

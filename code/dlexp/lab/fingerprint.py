"""What a piece of the book's code depends on: the symbols it can reach, each with a digest.

Everything is read from source files and nothing is imported, so that a key costs milliseconds
and no Keras. Names are over-approximated: scopes are ignored, a module that is handed on whole
counts whole, a computed import counts for its whole package. Docstrings, comments, layout and
the annotations of plain functions are left out, for they change no result.

What remains invisible is code that is reached without its name being written, such as a
function that a decorator puts in a registry. There is none of it in the package;
:func:`guard` proves that while code runs.
"""

import ast
import builtins
import contextlib
import copy
import hashlib
import importlib.util
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, cast

from dlexp import paths

Symbol = tuple[str, str]
"""A module and a name in it. ``*`` is all of the module, ``@name`` an import bound to a name,
``<effects>`` the statements that importing the module runs without binding a name."""

WHOLE = "*"
EFFECTS = "<effects>"

ENGINE = ("dlexp.cli", "dlexp.lab", "dlexp.paths")
"""Modules and packages that carry a result and do not make it: no part of a unit's key.
(A change in what a stored record hands on raises ``results.SCHEMA`` instead.)"""

_PAGE = "<page>"
_COMPUTED_IMPORTS = frozenset({"import_module", "__import__", "iter_modules", "walk_packages"})


class Undeclared(RuntimeError):
    """Code ran that the static closure does not have; what it computed must not be stored."""


# ---- one module, read -------------------------------------------------------------------------


@dataclass
class Module:
    """The top-level names of one source file and what each statement binds.

    Attributes
    ----------
    name : str
        As it is imported.
    is_package : bool
        Whether the file is an ``__init__.py``; relative imports need to know.
    tree : ast.Module
    definitions : dict of str to list of statements
        What binds each name, imports aside.
    imports : dict of str to set of (module, name or None)
        What each imported name may stand for; imports inside functions are the functions' own.
    stars : list of str
        Modules of which everything is imported.
    effects : list of statements
        Those that bind no name: ``register(x)``, ``TABLE["k"] = f``.
    """

    name: str
    is_package: bool
    tree: ast.Module
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: "Imports" = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    effects: list[ast.stmt] = field(default_factory=list)

    def __post_init__(self) -> None:
        for statement in self.tree.body:
            if not _is_docstring(statement) and not _is_for_types_only(statement):
                self._index(statement)

    def _index(self, statement: ast.stmt) -> None:
        bound = _bound_names(statement)
        if not isinstance(statement, _Definition):
            _merge(self.imports, self.imports_in(statement))
            stars = [n for n in ast.walk(statement) if isinstance(n, ast.ImportFrom)]
            self.stars += [self.origin(n) for n in stars if n.names[0].name == "*"]
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return
        for name in bound:
            self.definitions.setdefault(name, []).append(statement)
        if not bound:
            self.effects.append(statement)

    def imports_in(self, statement: ast.stmt) -> "Imports":
        """Return what the names that are imported anywhere in a statement stand for."""
        found: Imports = {}
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.split(".")[0]
                    target = alias.name if alias.asname else top
                    found.setdefault(alias.asname or top, set()).add((target, None))
            elif isinstance(node, ast.ImportFrom) and node.names[0].name != "*":
                for alias in node.names:
                    target = self.origin(node)
                    found.setdefault(alias.asname or alias.name, set()).add((target, alias.name))
        return found

    def origin(self, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module that ``from ... import`` names."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")[: None if self.is_package else -1]
        package = package[: len(package) - (node.level - 1)]
        return ".".join([*package, *([node.module] if node.module else [])])


Imports = dict[str, set[tuple[str, str | None]]]


def _merge(into: Imports, more: Imports) -> None:
    for name, targets in more.items():
        into.setdefault(name, set()).update(targets)


def _is_docstring(statement: ast.stmt) -> bool:
    """A bare string: a docstring, or the note below a constant or a field."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_for_types_only(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test) in {
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
    }


_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _bound_names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, _Definition):
        return {statement.name}
    nodes = list(ast.walk(statement))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {n.name for n in nodes if isinstance(n, _Definition)}


# ---- what counts of a statement ---------------------------------------------------------------


class _Essence(ast.NodeTransformer):
    """Drop what changes no result: docstrings, and annotations except those of class fields.

    A decorated function keeps its annotations, since ``functools.singledispatch`` reads them.
    """

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [statement for statement in body if not _is_docstring(statement)]
            cast(Any, node).body = kept or ([ast.Pass()] if body else [])
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if not node.decorator_list:
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        node.body = [_without_annotation(statement) for statement in node.body]
        return self.generic_visit(node)


def _without_annotation(statement: ast.stmt) -> ast.stmt:
    if not isinstance(statement, ast.AnnAssign):
        return statement
    if statement.value is None:
        return ast.copy_location(ast.Pass(), statement)
    plain = ast.Assign(targets=[statement.target], value=statement.value)
    return ast.copy_location(plain, statement)


def _essence(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    copies = copy.deepcopy(list(statements))  # the transformer edits in place
    return [cast(ast.stmt, _Essence().visit(_without_annotation(node))) for node in copies]


def _dump(node: object) -> str:
    """Write a syntax tree down: the same text on every Python version (``ast.dump`` is not)."""
    if isinstance(node, ast.AST):
        parts = [(name, getattr(node, name, None)) for name in node._fields]
        kept = [
            f"{name}={_dump(value)}"
            for name, value in parts
            if value not in (None, []) and name not in {"kind", "type_comment", "ctx"}
        ]
        # None is a value in Constant(None) and nothing elsewhere; both read the same, so keep it
        if isinstance(node, ast.Constant):
            kept = [f"{type(node.value).__name__}:{node.value!r}"]
        return f"{type(node).__name__}({','.join(kept)})"
    if isinstance(node, list):
        return f"[{','.join(_dump(item) for item in node)}]"
    return repr(node)


def _digest(statements: Sequence[ast.stmt]) -> str:
    text = "\n".join(_dump(statement) for statement in statements)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# ---- the packages -----------------------------------------------------------------------------


_parsed: dict[tuple[str, str, bytes], Module] = {}  # by name, file name and content


class Code:
    """Source files below some folders, as they are when first asked for.

    Parameters
    ----------
    roots : sequence of Path, optional
        Folders that packages lie in, such as ``code``; searched in this order.
    """

    def __init__(self, roots: Sequence[Path] | None = None) -> None:
        chosen = (paths.PROJECT / "code",) if roots is None else roots
        self.roots: tuple[Path, ...] = tuple(Path(root).resolve() for root in chosen)
        self._modules: dict[str, Module | None] = {}
        self._closures: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
        self._references: dict[tuple[str, str], list[Symbol]] = {}
        self._digests: dict[tuple[str, str], str] = {}

    @classmethod
    def imported(cls, packages: Iterable[str]) -> "Code":
        """Return the code of these packages where this process would import them from."""
        roots: list[Path] = []
        for package in packages:
            spec = importlib.util.find_spec(package)
            if spec is None or spec.origin is None:
                raise ModuleNotFoundError(f"the package {package} must be importable")
            origin = Path(spec.origin)
            root = origin.parent.parent if origin.name == "__init__.py" else origin.parent
            if root.resolve() not in roots:
                roots.append(root.resolve())
        return cls(roots)

    @cached_property
    def packages(self) -> frozenset[str]:
        """Top-level names of ours."""
        folders = {p.parent.name for root in self.roots for p in root.glob("*/__init__.py")}
        return frozenset(folders | {p.stem for root in self.roots for p in root.glob("*.py")})

    def module(self, name: str) -> Module | None:
        """Return a module of ours, or None where the name is of another package."""
        if name not in self._modules:
            self._modules[name] = self._find(name)
        return self._modules[name]

    def _find(self, name: str) -> Module | None:
        parts = name.split(".")
        if parts[0] not in self.packages or not all(part.isidentifier() for part in parts):
            return None
        for root in self.roots:
            folder = root.joinpath(*parts)
            for file in (folder / "__init__.py", folder.with_suffix(".py")):
                if file.is_file():
                    return _parse(name, file)
        return None

    def submodules(self, package: str) -> list[str]:
        """Return the names of all modules below a package."""
        found = set()
        for root in self.roots:
            folder = root.joinpath(*package.split("."))
            for file in folder.rglob("*.py"):
                parts = file.relative_to(root).with_suffix("").parts
                found.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        return sorted(found)

    def closure(self, target: str, *, outside: tuple[str, ...] = ()) -> dict[str, str]:
        """Return every symbol that a target reaches, with its digest.

        Parameters
        ----------
        target : str
            ``"package.module:name"``; the name ``*`` is the whole module.
        outside : tuple of str
            Modules and packages that are not entered.

        Returns
        -------
        dict
            From ``"module:symbol"`` to 16 hexadecimal digits, sorted.

        Raises
        ------
        ValueError
            If the target is not one of ours.
        """
        module, _, name = target.partition(":")
        found = self.module(module)
        if found is None or not (name == WHOLE or name in found.definitions | found.imports):
            raise ValueError(
                f"a target must be 'module:name' of a top-level name below "
                f"{', '.join(map(str, self.roots))}; received {target!r}"
            )
        if (target, outside) not in self._closures:
            walk = _Walk(self, outside)
            walk.reach([(module, name)])
            self._closures[target, outside] = walk.manifest()
        return dict(self._closures[target, outside])

    def page_closure(self, source: str) -> dict[str, str]:
        """Return what a page's code cells reach of our packages; see :func:`cells_closure`."""
        page = Module(_PAGE, False, _parse_cells(source))
        fresh = Code(self.roots)  # so that no cell's statement stays behind in the caches
        fresh._modules[_PAGE] = page
        page.effects = list(page.tree.body)  # all of a page runs
        walk = _Walk(fresh, ())
        walk.reach([(_PAGE, EFFECTS)])
        return {name: d for name, d in walk.manifest().items() if not name.startswith(_PAGE)}

    def digest(self, module: Module, name: str) -> str:
        """Return the digest of one name's statements."""
        key = (module.name, name)
        if key not in self._digests:
            self._digests[key] = _digest(_essence(_statements(module, name)))
        return self._digests[key]

    def references(self, module: Module, name: str) -> list[Symbol]:
        """Return what one name's statements refer to."""
        key = (module.name, name)
        if key not in self._references:
            statements = _essence(_statements(module, name))
            found = [ref for s in statements for ref in _References(self, module, s).found()]
            self._references[key] = list(dict.fromkeys(found))
        return self._references[key]


def _statements(module: Module, name: str) -> list[ast.stmt]:
    return module.effects if name == EFFECTS else module.definitions[name]


def _parse(name: str, file: Path) -> Module:
    source = file.read_bytes()
    key = (name, file.name, hashlib.sha256(source).digest())
    if key not in _parsed:
        tree = ast.parse(source, filename=str(file))
        _parsed[key] = Module(name, file.name == "__init__.py", tree)
    return _parsed[key]


def _parse_cells(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # IPython's %magics and !commands are no Python
        lines = ("" if line.lstrip()[:1] in {"%", "!"} else line for line in source.splitlines())
        return ast.parse("\n".join(lines))


# ---- what a statement refers to ---------------------------------------------------------------


class _References:
    """The symbols that a statement names; too many rather than too few."""

    def __init__(self, code: Code, module: Module, statement: ast.stmt) -> None:
        self.code = code
        self.module = module
        self.statement = statement
        self.local = module.imports_in(statement)

    def found(self) -> list[Symbol]:
        nodes = list(ast.walk(self.statement))
        found: list[Symbol] = []
        for node in nodes:
            if isinstance(node, ast.Constant):
                found += self._of_string(node.value)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found += _effects_of_import(self.code, self.module, node)
        chained, resolved = self._of_attributes(nodes)
        found += chained
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found += self._of_name(node.id, id(node) in resolved)
        return found

    def _of_attributes(self, nodes: Iterable[ast.AST]) -> tuple[list[Symbol], set[int]]:
        """Return what ``a.b.c`` refers to, and which names were the start of such a chain."""
        found: list[Symbol] = []
        resolved: set[int] = set()
        inner: set[int] = set()  # a.b of a.b.c is no chain of its own
        for node in nodes:
            if not isinstance(node, ast.Attribute):
                continue
            inner.add(id(node.value))
            if node.attr in _COMPUTED_IMPORTS:
                found += self._of_computed_import()
            base, attributes = _chain(node)
            symbols = self._of_chain(base.id, attributes) if base and id(node) not in inner else []
            if base and symbols:
                found += symbols
                resolved.add(id(base))
        return found, resolved

    def _targets(self, name: str) -> list[tuple[str, str | None]]:
        both = self.local.get(name, set()) | self.module.imports.get(name, set())
        return sorted(both, key=str)

    def _of_string(self, value: object) -> list[Symbol]:
        """A target in words: ``"package.module:name"``."""
        if isinstance(value, str) and value.count(":") == 1:
            module, name = value.split(":")
            if name.isidentifier() and self.code.module(module):
                return [(module, name)]
        return []

    def _of_chain(self, name: str, attributes: list[str]) -> list[Symbol]:
        """``alias.attribute``: where the alias is a module of ours, that one symbol of it."""
        found: list[Symbol] = []
        for base, symbol in self._targets(name):
            current = base if symbol is None else f"{base}.{symbol}"
            if not self.code.module(current):
                return []
            rest = list(attributes)
            while rest and self.code.module(f"{current}.{rest[0]}"):
                current = f"{current}.{rest.pop(0)}"
            found.append((current, rest[0] if rest else WHOLE))
        return found + self._of_alias(name) if found else []

    def _of_alias(self, name: str) -> list[Symbol]:
        """What the name stands for is part of the closure: ``import a as m`` may become b."""
        return [(self.module.name, f"@{name}")] if name in self.module.imports else []

    def _of_name(self, name: str, resolved: bool) -> list[Symbol]:
        if name in _COMPUTED_IMPORTS:
            return self._of_computed_import()
        found = [(self.module.name, name)] if name in self.module.definitions else []
        if not resolved:
            found += self._of_alias(name)
            found += [_normal(self.code, *target) for target in self._targets(name)]
            if not found and not hasattr(builtins, name):
                found = [(base, name) for base in self.module.stars]
        return found

    def _of_computed_import(self) -> list[Symbol]:
        package = self.module.name
        if not self.module.is_package:
            package = package.rpartition(".")[0]
        return [(name, WHOLE) for name in self.code.submodules(package)] if package else []


def _normal(code: Code, base: str, name: str | None) -> Symbol:
    """An imported thing as a symbol: a module counts whole."""
    if name is None:
        return base, WHOLE
    return (f"{base}.{name}", WHOLE) if code.module(f"{base}.{name}") else (base, name)


def _effects_of_import(
    code: Code, module: Module, node: ast.Import | ast.ImportFrom
) -> list[Symbol]:
    """An import runs the side effects of what it imports, even if no name of it is used."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        base = module.origin(node)
        names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return [(name, EFFECTS) for name in names if code.module(name)]


def _chain(node: ast.Attribute) -> tuple[ast.Name | None, list[str]]:
    """Split ``a.b.c`` into the name ``a`` and ``["b", "c"]``."""
    attributes: list[str] = []
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        attributes.append(base.attr)
        base = base.value
    return (base if isinstance(base, ast.Name) else None), attributes[::-1]


# ---- the walk over all that is reached --------------------------------------------------------


class _Walk:
    def __init__(self, code: Code, outside: tuple[str, ...]) -> None:
        self.code = code
        self.outside = outside
        self.seen: dict[Symbol, str] = {}
        self.todo: list[Symbol] = []

    def reach(self, symbols: Iterable[Symbol]) -> None:
        self.todo += symbols
        while self.todo:
            module_name, name = self.todo.pop()
            module = self.code.module(module_name)
            if module is not None and not _is_in(module_name, self.outside):
                self._run_imports_of(module_name)
                if (module_name, name) not in self.seen:
                    self._visit(module, name)

    def manifest(self) -> dict[str, str]:
        """Return the digests; a mark for a whole module has none and is left out."""
        return {f"{m}:{name}": digest for (m, name), digest in sorted(self.seen.items()) if digest}

    def _run_imports_of(self, module_name: str) -> None:
        """Importing ``a.b.c`` runs the side effects of ``a``, ``a.b`` and ``a.b.c``."""
        parts = module_name.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            parent = self.code.module(name)
            if parent and not _is_in(name, self.outside) and (name, EFFECTS) not in self.seen:
                self._visit(parent, EFFECTS)
                self.todo += self._imported_at_once(parent)

    def _imported_at_once(self, module: Module) -> list[Symbol]:
        top = (s for s in module.tree.body if isinstance(s, ast.Import | ast.ImportFrom))
        return [symbol for node in top for symbol in _effects_of_import(self.code, module, node)]

    def _visit(self, module: Module, name: str) -> None:
        key = (module.name, name)
        if name == EFFECTS:
            self.seen[key] = self.code.digest(module, name) if module.effects else ""
            self.todo += self.code.references(module, name)
        elif name == WHOLE:
            self.seen[key] = ""
            self.todo += [(module.name, each) for each in (*module.definitions, *module.imports)]
            self.todo += [(base, WHOLE) for base in module.stars]
        elif name.startswith("@"):
            self.seen[key] = _bindings(module, name[1:])
        elif name in module.definitions or name in module.imports:
            self._visit_bound(module, name)
        elif self.code.module(f"{module.name}.{name}"):
            self.todo.append((f"{module.name}.{name}", WHOLE))
        else:
            self.todo += [(base, name) for base in module.stars]

    def _visit_bound(self, module: Module, name: str) -> None:
        key = (module.name, name)
        self.seen[key] = ""
        if name in module.definitions:
            self.seen[key] = self.code.digest(module, name)
            self.todo += self.code.references(module, name)
        if name in module.imports:  # a name handed on from elsewhere
            self.seen[key] += _bindings(module, name)
            self.todo += [_normal(self.code, *target) for target in module.imports[name]]


def _is_in(module: str, packages: tuple[str, ...]) -> bool:
    """Whether a module is one of these, or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _bindings(module: Module, name: str) -> str:
    targets = (f"{base}:{symbol or WHOLE}" for base, symbol in module.imports[name])
    return "import " + " ".join(sorted(targets))


# ---- the functions that others use ------------------------------------------------------------


def closure(target: str) -> dict[str, str]:
    """Return every symbol of the package that a target reaches, with its digest.

    Parameters
    ----------
    target : str
        ``"module:name"``, for example ``"dlexp.byhand.conv:conv2d"``.

    Returns
    -------
    dict of str to str
        From ``"module:symbol"`` to a digest of the symbol's source. It changes when a result
        may change, and not with docstrings, comments, layout or what is not reached.

    Raises
    ------
    ValueError
        If there is no such top-level name.

    Examples
    --------
    >>> sorted(closure("dlexp.paths:RESULTS"))
    ['dlexp.paths:@Path', 'dlexp.paths:PROJECT', 'dlexp.paths:RESULTS']
    """
    return Code().closure(target)


def cells_closure(source: str) -> dict[str, str]:
    r"""Return what a page's code cells, joined by newlines, reach of the package.

    The cells' own statements are not part of it. Lines of IPython (``%``, ``!``) are skipped.

    Raises
    ------
    SyntaxError
        If the cells are no Python.

    Examples
    --------
    >>> sorted(cells_closure("from dlexp.paths import DATA\nprint(DATA)"))
    ['dlexp.paths:@Path', 'dlexp.paths:DATA', 'dlexp.paths:PROJECT']
    """
    return Code().page_closure(source)


def chapters_reached(closure: Mapping[str, str]) -> set[str]:
    """Return the slugs of the chapters that have a symbol in a closure.

    Examples
    --------
    >>> chapters_reached({"dlexp.chapters.grad_cam.measure:units": "1f", "dlexp.data:load": "2e"})
    {'grad_cam'}
    """
    modules = {symbol.partition(":")[0] for symbol in closure}
    parts = (module.split(".") for module in modules)
    return {p[2] for p in parts if p[:2] == ["dlexp", "chapters"] and len(p) > 2}


# ---- the guard --------------------------------------------------------------------------------


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
    ran = {symbol for each in watch.seen if (symbol := _symbol_of(code, each))}
    missing = sorted(
        f"{module}:{name}"
        for module, name in ran
        if not _is_in(module, outside) and f"{module}:{name}" not in manifest
    )
    if missing:
        raise Undeclared(f"what runs must be in the static closure; not in it: {missing}")


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
        inner = itertools.takewhile(lambda each: each not in self.outer, _stack(frame))
        return any(each.f_code.co_name == "<module>" for each in inner)

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


def _symbol_of(code: Code, ran: CodeType) -> Symbol | None:
    """Return the top-level name whose lines a code object starts in."""
    file = Path(ran.co_filename)
    for root in code.roots:
        if ran.co_name != "<module>" and file.is_relative_to(root):
            parts = file.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            module = code.module(name)
            return (name, _name_at(module, ran.co_firstlineno)) if module else None
    return None


def _name_at(module: Module, line: int) -> str:
    for name, statements in module.definitions.items():
        for statement in statements:
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(each.lineno for each in decorators)])
            if first <= line <= (statement.end_lineno or first):
                return name
    return EFFECTS

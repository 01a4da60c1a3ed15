"""All that a symbol reaches: the walk from reference to reference."""

import ast
from collections.abc import Iterable, Mapping

from dlexp.lab.computed import ANYTHING, LEFT_OUT
from dlexp.lab.module import EFFECTS, Module
from dlexp.lab.references import as_symbols, imported, references, references_of
from dlexp.lab.source import WHOLE, Code, Symbol

_PAGE = "<page>"


class Unreadable(ValueError):
    """What a key covers looks something up that no key can cover; one line names the place."""


def closure(code: Code, target: str, *, outside: tuple[str, ...] = ()) -> dict[str, str]:
    """Return every symbol that a target reaches, with its digest.

    Parameters
    ----------
    code : Code
        The packages as they are on disk.
    target : str
        ``"package.module:name"``, for example ``"dlexp.byhand.conv:conv2d"``; the name ``*`` is
        the whole module.
    outside : tuple of str
        Modules and packages that are not entered.

    Returns
    -------
    dict of str to str
        From ``"module:symbol"`` to a digest of the symbol's source, sorted. It changes when a
        result may change, and not with docstrings, comments, layout or what is not reached.

    Raises
    ------
    ValueError
        If there is no such top-level name.
    Unreadable
        If something that is reached looks code up by a name that nobody can read.

    Examples
    --------
    >>> sorted(closure(Code(), "dlexp.lab.intervals:measured"))
    ['dlexp.lab.intervals:@np', 'dlexp.lab.intervals:FEWEST_SEEDS', 'dlexp.lab.intervals:measured']
    """
    module_name, _, name = target.partition(":")
    module = code.module(module_name)
    if module is None or not (name == WHOLE or name in module.definitions | module.imports):
        raise ValueError(
            f"a target must be 'module:name' of a top-level name below "
            f"{', '.join(map(str, code.roots))}; got {target!r}"
        )
    if (target, outside) not in code.closures:
        walk = _Walk(code, outside, strict=True)
        walk.reach([(module_name, name)])
        code.closures[target, outside] = walk.manifest()
    return dict(code.closures[target, outside])


def cells_closure(source: str, code: Code | None = None) -> dict[str, str]:
    r"""Return the symbols that a page's code cells, joined by newlines, reach, with digests.

    The cells' own statements are not part of it. Lines of IPython (``%``, ``!``) are skipped.
    A cell that looks up what nobody can read reaches everything.

    Parameters
    ----------
    source : str
    code : Code, optional
        The packages; by default as they are on disk now.

    Raises
    ------
    SyntaxError
        If the cells are no Python.

    Examples
    --------
    >>> sorted(cells_closure("from dlexp.paths import DATA\nprint(DATA)"))
    ['dlexp.paths:@Path', 'dlexp.paths:DATA', 'dlexp.paths:PROJECT']
    """
    code = Code() if code is None else code
    page = Module(_PAGE, False, _parse_cells(source))
    page.effects = list(page.tree.body)  # all of a page runs
    walk = _Walk(code, (), strict=False)
    walk.reach(references_of(code, page, page.reading(EFFECTS)))
    return walk.manifest()


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


def is_in(module: str, packages: tuple[str, ...]) -> bool:
    """Return whether a module is one of these, or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _parse_cells(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # IPython's %magics and !commands are no Python
        lines = ("" if line.lstrip()[:1] in {"%", "!"} else line for line in source.splitlines())
        return ast.parse("\n".join(lines))


class _Walk:
    def __init__(self, code: Code, outside: tuple[str, ...], *, strict: bool) -> None:
        self.code = code
        self.outside = outside
        self.strict = strict
        self.seen: dict[Symbol, str] = {}
        self.imported: set[str] = set()
        self.todo: list[Symbol] = []

    def reach(self, symbols: Iterable[Symbol]) -> None:
        self.todo += symbols
        while self.todo:
            module_name, name = symbol = self.todo.pop()
            if symbol in self.seen or is_in(module_name, self.outside):
                continue
            if name[0] in {ANYTHING, LEFT_OUT}:
                self._look_up(module_name, name)
                continue
            module = self.code.module(module_name)
            if module is not None:
                self._run_imports_of(module_name)
                if symbol not in self.seen:
                    self._visit(module, name)

    def manifest(self) -> dict[str, str]:
        """Return the digests; a mark for a whole module has none and is left out."""
        return {f"{m}:{name}": digest for (m, name), digest in sorted(self.seen.items()) if digest}

    def _look_up(self, module: str, mark: str) -> None:
        """Refuse what cannot be followed; in a page, where staleness costs little, follow all."""
        line, _, what = mark[1:].partition(":")
        if self.strict:
            what = what.removeprefix("builtins.")
            rule = "what a key covers must be named in the code, or be no part of a result"
            raise Unreadable(f"{rule}; got {what} at {self.code.file(module)}:{line}")
        if mark[0] == ANYTHING and (_PAGE, WHOLE) not in self.seen:
            self.seen[_PAGE, WHOLE] = ""
            self.todo += [(name, WHOLE) for name in self.code.modules()]

    def _run_imports_of(self, module_name: str) -> None:
        """Importing ``a.b.c`` runs the side effects of ``a``, ``a.b`` and ``a.b.c``."""
        if module_name in self.imported:
            return
        self.imported.add(module_name)
        parts = module_name.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            parent = self.code.module(name)
            if parent and not is_in(name, self.outside) and (name, EFFECTS) not in self.seen:
                self._visit(parent, EFFECTS)
                self.todo += self._imported_at_once(parent)

    def _imported_at_once(self, module: Module) -> list[Symbol]:
        top = (s for s in module.tree.body if isinstance(s, ast.Import | ast.ImportFrom))
        return [symbol for node in top for symbol in imported(self.code, module, node)]

    def _visit(self, module: Module, name: str) -> None:
        key = (module.name, name)
        self.seen[key] = ""
        if name == EFFECTS:
            self.seen[key] = module.digest(name) if module.effects else ""
            self.todo += references(self.code, module, name)
        elif name in {WHOLE, "__dict__"}:
            self._visit_whole(module)
        elif name.startswith("@"):
            self.seen[key] = self._bindings(module, name[1:])
        else:
            self._visit_name(module, name)

    def _visit_whole(self, module: Module) -> None:
        """All names of a module; those of a package's modules, too, which are its attributes."""
        self.todo += [(module.name, name) for name in (*module.definitions, *module.imports)]
        self.todo += [(base, WHOLE) for base in module.stars]
        if module.is_package:
            self.todo += [(part, WHOLE) for part in self.code.submodules(module.name)]

    def _visit_name(self, module: Module, name: str) -> None:
        key = (module.name, name)
        if name in module.definitions:
            self.seen[key] = module.digest(name)
            self.todo += references(self.code, module, name)
        if name in module.imports:  # a name handed on from elsewhere
            self.seen[key] += self._bindings(module, name)
            for target in module.imports[name]:
                self.todo += as_symbols(self.code, target)
        self.todo += [(base, name) for base in module.stars]
        if not self.seen[key]:
            if self.code.module(f"{module.name}.{name}"):
                self.todo.append((f"{module.name}.{name}", WHOLE))
            elif "__getattr__" in module.definitions:
                self.todo.append((module.name, "__getattr__"))

    def _bindings(self, module: Module, name: str) -> str:
        """Return what an imported name stands for; what is not entered may move as it likes."""
        targets = [
            f"{base}:{symbol or WHOLE}"
            for base, symbol in module.imports[name]
            if not is_in(f"{base}.{symbol or ''}", self.outside)
        ]
        return f"import {' '.join(sorted(targets))}" if targets else ""

"""Which names statements bind, and which they look up in their module: Python's own scopes.

``symtable`` says the same, and a test compares the two. It is not asked, since from Python 3.12
on it lists a comprehension's loop variables with the names around it, and a key must not depend
on the version of Python.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dlexp.lab.binding import (
    Binding,
    Comprehension,
    Function,
    Import,
    Origin,
    Target,
    binding,
    evaluated_outside,
    parameters,
)


@dataclass(frozen=True)
class Lookup:
    """A name that is read, with the attributes behind it: ``a.b.c``.

    Attributes
    ----------
    node : ast.AST
    name : str
        ``a``; empty where the attributes are not those of a name, as in ``f().b``.
    attributes : tuple of str
        ``("b", "c")``.
    in_module : bool
        Whether the name may be one of the module, or a builtin.
    imports : frozenset of (module, name or None)
        What it may stand for by imports in the functions and classes around it.
    argument : ast.expr or None
        The first argument if it is called, the index if it is indexed.
    """

    node: ast.AST
    name: str
    attributes: tuple[str, ...]
    in_module: bool
    imports: frozenset[Target] = frozenset()
    argument: ast.expr | None = None


@dataclass
class Reading:
    """What statements read: names, imported modules, and strings with a colon in them."""

    lookups: list[Lookup] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def reading(statements: Iterable[ast.stmt], origin: Origin) -> Reading:
    """Return the names that statements of a module read, resolved in the scopes inside them."""
    reader = _Reader(origin)
    for statement in statements:
        reader.visit(statement)
    return reader.reading


@dataclass
class _Scope:
    """A function, a comprehension or the body of a class, inside another scope."""

    bound: Binding
    outer: "_Scope | None"
    is_class: bool = False
    ready: set[str] = field(default_factory=set)  # names of a class that surely have a value by now

    def has(self, name: str) -> bool:
        is_bound = name in self.bound.names or name in self.bound.imports
        return is_bound and name not in self.bound.borrowed


class _Reader(ast.NodeVisitor):
    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.reading = Reading()
        self.scope: _Scope | None = None
        self.arguments: dict[ast.AST, ast.expr | None] = {}

    # -- names --

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._note(node, node.id, ())

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._note(node.target, node.target.id, ())  # x += 1 reads x, too
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        base, attributes = _chain(node)
        if isinstance(base, ast.Name):
            self._note(node, base.id, attributes)
        else:
            self.reading.lookups.append(Lookup(node, "", attributes, in_module=False))
            self.visit(base)

    def visit_Call(self, node: ast.Call) -> None:
        self.arguments[node.func] = node.args[0] if node.args else None
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.arguments[node.value] = node.slice
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.count(":") == 1:
            self.reading.texts.append(node.value)

    def _import(self, node: Import) -> None:
        self.reading.imports.append(node)

    visit_Import = visit_ImportFrom = _import

    def _note(self, node: ast.AST, name: str, attributes: tuple[str, ...]) -> None:
        in_module, imports = self._resolved(name)
        argument = self.arguments.get(node)
        self.reading.lookups.append(Lookup(node, name, attributes, in_module, imports, argument))

    def _resolved(self, name: str) -> tuple[bool, frozenset[Target]]:
        """Return whether a name may be the module's, and what it may stand for by local imports."""
        scope = self.scope
        while scope is not None and name not in scope.bound.declared:
            if scope.has(name) and (scope is self.scope or not scope.is_class):
                imports = frozenset(scope.bound.imports.get(name, ()))
                return scope.is_class and name not in scope.ready, imports
            scope = scope.outer
        return True, frozenset()

    # -- scopes --

    def _enter(self, bound: Binding, node: ast.AST, *, is_class: bool = False) -> _Scope:
        for name, targets in bound.imports.items():
            if is_class or name in bound.declared:  # others may get at it, by whatever name
                self.reading.lookups.append(Lookup(node, name, (), False, frozenset(targets)))
        self.scope = _Scope(bound, self.scope, is_class)
        return self.scope

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def _function(self, node: Function | ast.Lambda) -> None:
        self._visit_all(evaluated_outside(node))
        body: Sequence[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else node.body
        bound = binding(body, self.origin)
        bound.names |= {parameter.arg for parameter in parameters(node)}
        scope = self._enter(bound, node)
        self._visit_all(body)
        self.scope = scope.outer

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(evaluated_outside(node))
        scope = self._enter(binding(node.body, self.origin), node, is_class=True)
        for statement in node.body:
            self.visit(statement)
            if _surely_binds(statement):
                bound = binding([statement], self.origin)
                scope.ready |= bound.names | bound.imports.keys()
        self.scope = scope.outer

    def _comprehension(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)  # the only part that is evaluated outside
        targets = binding((loop.target for loop in node.generators), self.origin)
        scope = self._enter(targets, node)
        for number, loop in enumerate(node.generators):
            self._visit_all([loop.target, *loop.ifs, *([loop.iter] if number else [])])
        inner = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._visit_all(inner)
        self.scope = scope.outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def _surely_binds(statement: ast.stmt) -> bool:
    """Whether a statement of a class's body gives its names a value, whatever happens."""
    if isinstance(statement, ast.AnnAssign):
        return statement.value is not None
    return isinstance(statement, ast.Assign | Function | ast.ClassDef | Import)


def _chain(node: ast.Attribute) -> tuple[ast.expr, tuple[str, ...]]:
    """Split ``a.b.c`` into ``a`` and ``("b", "c")``."""
    attributes: list[str] = []
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        attributes.append(base.attr)
        base = base.value
    return base, tuple(attributes[::-1])

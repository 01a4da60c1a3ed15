"""What statements bind in the scope that they stand in, by Python's own rules."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Target = tuple[str, str | None]
"""What an imported name stands for: a module, or a module and a name in it."""

Imports = dict[str, set[Target]]
"""What each imported name may stand for."""

Origin = Callable[[ast.ImportFrom], str]
"""Gives the absolute name of the module that ``from ... import`` names."""

Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Binding:
    """What statements bind in the scope that they stand in.

    Attributes
    ----------
    names : set of str
        Bound by anything but an import.
    imports : dict of str to set of (module, name or None)
    stars : list of str
        Modules of which everything is imported.
    declared : set of str
        ``global`` here.
    borrowed : set of str
        ``nonlocal`` here.
    """

    names: set[str] = field(default_factory=set)
    imports: Imports = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)
    borrowed: set[str] = field(default_factory=set)


def binding(nodes: Iterable[ast.AST], origin: Origin) -> Binding:
    """Return the names that statements bind, all scopes inside them left out."""
    binder = _Binder(origin)
    for node in nodes:
        binder.visit(node)
    return binder.bound


class _Binder(ast.NodeVisitor):
    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.bound = Binding()
        self.in_comprehension = False

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load) and not self.in_comprehension:
            self.bound.names.add(node.id)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.bound.names.add(node.target.id)  # also from inside a comprehension
        self.visit(node.value)

    def _definition(self, node: Function | ast.ClassDef) -> None:
        self.bound.names.add(node.name)
        self._around(node)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _definition

    def _around(self, node: Function | ast.Lambda | ast.ClassDef) -> None:
        for expression in evaluated_outside(node):
            self.visit(expression)

    visit_Lambda = _around

    def _comprehension(self, node: Comprehension) -> None:
        before, self.in_comprehension = self.in_comprehension, True
        self.generic_visit(node)
        self.in_comprehension = before

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _named(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> None:
        self.bound.names |= {node.name} if node.name else set()
        self.generic_visit(node)

    visit_ExceptHandler = visit_MatchAs = visit_MatchStar = _named

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.bound.names |= {node.rest} if node.rest else set()
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.bound.declared.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.bound.borrowed.update(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            target = alias.name if alias.asname else top
            self.bound.imports.setdefault(alias.asname or top, set()).add((target, None))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = self.origin(node)
        for alias in node.names:
            if alias.name == "*":
                self.bound.stars.append(base)
            else:
                name = alias.asname or alias.name
                self.bound.imports.setdefault(name, set()).add((base, alias.name))


def evaluated_outside(node: Function | ast.Lambda | ast.ClassDef) -> list[ast.AST]:
    """Return the parts of a definition that are evaluated in the scope that it stands in."""
    decorators = getattr(node, "decorator_list", [])
    if isinstance(node, ast.ClassDef):
        return [*decorators, *node.bases, *node.keywords]
    annotations = [parameter.annotation for parameter in parameters(node)]
    defaults = [*node.args.defaults, *node.args.kw_defaults]
    outside = [*decorators, *defaults, *annotations, getattr(node, "returns", None)]
    return [expression for expression in outside if expression is not None]


def parameters(node: Function | ast.Lambda) -> list[ast.arg]:
    """Return the parameters of a function."""
    signature = node.args
    starred = [argument for argument in (signature.vararg, signature.kwarg) if argument]
    return [*signature.posonlyargs, *signature.args, *signature.kwonlyargs, *starred]

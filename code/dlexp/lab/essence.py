"""What counts of a statement, and its digest: the same on every version of Python."""

import ast
import copy
import hashlib
from collections.abc import Sequence
from typing import Any, cast


def essence(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return copies of statements without what changes no result.

    Docstrings and the annotations of plain functions go; those of class fields are data, and
    those of a decorated function may be read, as ``functools.singledispatch`` does.
    """
    copies = copy.deepcopy(list(statements))  # the transformer edits in place
    return [cast(ast.stmt, _Essence().visit(_without_annotation(node))) for node in copies]


def digest(statements: Sequence[ast.stmt]) -> str:
    """Return 16 hexadecimal digits for statements, whatever their layout."""
    text = "\n".join(_dump(statement) for statement in statements)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_docstring(statement: ast.stmt) -> bool:
    """Return whether this is a bare string: a docstring, or the note below a constant."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


class _Essence(ast.NodeTransformer):
    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            statements = [statement for statement in body if not is_docstring(statement)]
            cast(Any, node).body = statements or ([ast.Pass()] if body else [])
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if not node.decorator_list:
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        node.body = [_without_annotation(statement) for statement in node.body]
        return self.generic_visit(node)

    visit_FunctionDef = visit_AsyncFunctionDef = _function


def _without_annotation(statement: ast.stmt) -> ast.stmt:
    if not isinstance(statement, ast.AnnAssign):
        return statement
    if statement.value is None:
        return ast.copy_location(ast.Pass(), statement)
    plain = ast.Assign(targets=[statement.target], value=statement.value)
    return ast.copy_location(plain, statement)


def _dump(node: object) -> str:
    """Write a syntax tree down: the same text on every Python version (``ast.dump`` is not)."""
    if isinstance(node, ast.Constant):
        return f"Constant({type(node.value).__name__}:{node.value!r})"
    if isinstance(node, ast.AST):
        values = [(name, getattr(node, name, None)) for name in node._fields]
        fields = [
            f"{name}={_dump(value)}"
            for name, value in values
            if value not in (None, []) and name not in {"kind", "type_comment", "ctx"}
        ]
        return f"{type(node).__name__}({','.join(fields)})"
    if isinstance(node, list):
        return f"[{','.join(_dump(item) for item in node)}]"
    return repr(node)

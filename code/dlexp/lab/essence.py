"""What counts of a statement, and its digest: the same on every version of Python."""

import ast
import hashlib
from collections.abc import Sequence
from typing import Any, cast

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Fields of statements that hold statements."""


def essence(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return statements without what changes no result; they are edited where they stand.

    Docstrings and the annotations of plain functions go; those of class fields are data, and
    those of a decorated function may be read, as ``functools.singledispatch`` does. The essence of
    an essence is the same: a statement that binds two names may be asked for twice.
    """
    plain = [_without_annotation(node) for node in statements]
    for statement in plain:
        _strip(statement)
    return plain


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


def _strip(node: ast.AST) -> None:
    """Edit a statement, and those inside it: expressions hold none."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        _strip_annotations(node)
    for block in _BLOCKS:
        for inner in getattr(node, block, ()):
            _strip(inner)
    body: list[ast.stmt] = getattr(node, "body", [])
    if body:
        cast(Any, node).body = [each for each in body if not is_docstring(each)] or [ast.Pass()]


def _strip_annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    if not node.decorator_list:
        node.returns = None
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
    node.body = [_without_annotation(statement) for statement in node.body]


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

"""A ``build`` of one's own: where its module lies, what it is made of, and the function itself.

Chapter: book/keras_tuner.md. Only `load` runs any of it; what a stored search is of is read from
the sources.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def check(target: str, place: Path) -> None:
    """Refuse what names no function of a module below a folder.

    Parameters
    ----------
    target : str
        ``"module:function"``, the module with dots if it lies in packages.
    place : Path

    Raises
    ------
    ValueError
        If it is written otherwise, or there is no such module or function.
    """
    module, colon, function = target.partition(":")
    if not (colon and function.isidentifier() and all(map(str.isidentifier, module.split(".")))):
        raise ValueError(f"--build must be module:function, as in nets:build; got {target}")
    file = _file(module, place)
    if file is None:
        raise ValueError(f"--build must name a module in {place}; got {module}")
    if function not in _defined(file):
        raise ValueError(f"--build must name a function of {file.name}; got {function}")


def digests(target: str, place: Path) -> dict[str, str]:
    """Return the digest of each module below a folder that a target's module can import.

    Parameters
    ----------
    target, place
        As in `check`, which they have passed.

    Returns
    -------
    dict
        The target itself, and names of modules, to SHA-256 of a source.
    """
    waiting, found = [target.partition(":")[0]], {}
    while waiting:
        module = waiting.pop()
        file = _file(module, place)
        if file is not None and module not in found:
            source = file.read_bytes()
            found[module] = hashlib.sha256(source).hexdigest()
            waiting += _imported(ast.parse(source), module)
    return {target: found[target.partition(":")[0]]} | found


def load(target: str, place: Path) -> Callable[[Any], Any]:
    """Import the module of a target, and return its function."""
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
    module, _, function = target.partition(":")
    found: Callable[[Any], Any] = getattr(importlib.import_module(module), function)
    return found


def _file(module: str, place: Path) -> Path | None:
    path = place.joinpath(*module.split("."))
    return next((f for f in (path.with_suffix(".py"), path / "__init__.py") if f.is_file()), None)


def _defined(file: Path) -> set[str]:
    """Return what a module calls a function at its top level, or gives another name there."""
    names: set[str] = set()
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _imported(tree: ast.Module, module: str) -> Iterator[str]:
    """Yield every module that a source may import, and the packages around each."""
    package = module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            named = [base, *(f"{base}.{alias.name}".strip(".") for alias in node.names)]
        else:
            continue
        for name in filter(None, named):
            parts = name.split(".")
            yield from (".".join(parts[: i + 1]) for i in range(len(parts)))

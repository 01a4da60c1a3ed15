"""The packages on disk: source files, each read once, and what was found out about them."""

import importlib.util
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from dlexp import paths
from dlexp.lab.module import Module, parse

Symbol = tuple[str, str]
"""A module and a name in it. ``*`` is all of the module, ``@name`` an import bound to a name,
``<effects>`` the statements that importing the module runs for more than a name's value."""

WHOLE = "*"


class Code:
    """Source files below some folders, as they are when first asked for.

    Parameters
    ----------
    roots : sequence of Path, optional
        Folders that packages lie in, such as ``code``; searched in this order.

    Attributes
    ----------
    closures, references, identities : dict
        What :mod:`dlexp.lab.reach` and :mod:`dlexp.lab.keys` found in this snapshot; kept here,
        since it is true of no other.
    """

    def __init__(self, roots: Sequence[Path] | None = None) -> None:
        chosen = (paths.PROJECT / "code",) if roots is None else roots
        self.roots: tuple[Path, ...] = tuple(Path(root).resolve() for root in chosen)
        self.closures: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
        self.references: dict[Symbol, list[Symbol]] = {}
        self.identities: dict[int, tuple[Any, Any]] = {}
        self._modules: dict[str, Module | None] = {}

    @classmethod
    def imported(cls, packages: Iterable[str]) -> "Code":
        """Return the code of these packages where this process would import them from."""
        roots: list[Path] = []
        for package in packages:
            spec = importlib.util.find_spec(package)
            if spec is None or spec.origin is None:
                raise ModuleNotFoundError(f"packages must be importable; got {package!r}")
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
            file = self.file(name)
            self._modules[name] = parse(name, file) if file else None
        return self._modules[name]

    def file(self, name: str) -> Path | None:
        """Return the file of a module of ours, or None."""
        parts = name.split(".")
        if parts[0] not in self.packages or not all(part.isidentifier() for part in parts):
            return None
        for root in self.roots:
            folder = root.joinpath(*parts)
            for file in (folder / "__init__.py", folder.with_suffix(".py")):
                if file.is_file():
                    return file
        return None

    def submodules(self, package: str) -> list[str]:
        """Return the names of all modules in a package, its own included."""
        names = set()
        for root in self.roots:
            folder = root.joinpath(*package.split("."))
            for file in folder.rglob("*.py"):
                parts = file.relative_to(root).with_suffix("").parts
                names.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        return sorted(names)

    def modules(self) -> list[str]:
        """Return the names of all modules of ours."""
        names = {name for package in self.packages for name in self.submodules(package)}
        return sorted(names | self.packages)

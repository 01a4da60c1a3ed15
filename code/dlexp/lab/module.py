"""One source file, read: its top-level names, what binds each, and what importing it does."""

import ast
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from dlexp.lab import scopes
from dlexp.lab.binding import Imports, binding
from dlexp.lab.essence import digest, essence, is_docstring
from dlexp.lab.scopes import Reading

EFFECTS = "<effects>"
"""Names the statements that importing a module runs for more than the names that they bind."""

_FOR_TYPES_ONLY: Imports = {
    "TYPE_CHECKING": {("typing", "TYPE_CHECKING")},
    "typing.TYPE_CHECKING": {("typing", None)},
}


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
        ``register(x)``, ``TABLE["k"] = f``, a loop, anything but a plain definition.
    """

    name: str
    is_package: bool
    tree: ast.Module
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: Imports = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    effects: list[ast.stmt] = field(default_factory=list)
    _essences: dict[str, list[ast.stmt]] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _readings: dict[str, Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in self.tree.body:
            self._index(statement)

    def _index(self, statement: ast.stmt) -> None:
        if is_docstring(statement):
            return
        if isinstance(statement, ast.If) and self._is_for_types_only(statement):
            for other in statement.orelse:
                self._index(other)
            return
        bound = binding([statement], self.origin)
        self.stars += bound.stars
        for name, targets in bound.imports.items():
            self.imports.setdefault(name, set()).update(targets)
        for name in bound.names:
            self.definitions.setdefault(name, []).append(statement)
        if _does_more_than_bind(statement):
            self.effects.append(statement)

    def _is_for_types_only(self, statement: ast.If) -> bool:
        """Whether nothing but a type checker enters: by the name that `typing` itself has."""
        test = ast.unparse(statement.test)
        name = test.partition(".")[0]
        may_be_another = name in self.definitions or bool(self.stars)
        is_typings = test in _FOR_TYPES_ONLY and self.imports.get(name) == _FOR_TYPES_ONLY[test]
        return is_typings and not may_be_another

    def origin(self, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module that ``from ... import`` names."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")[: None if self.is_package else -1]
        package = package[: len(package) - (node.level - 1)]
        return ".".join([*package, *([node.module] if node.module else [])])

    def digest(self, name: str) -> str:
        """Return the digest of one name's statements."""
        if name not in self._digests:
            self._digests[name] = digest(self._essence(name))
        return self._digests[name]

    def reading(self, name: str) -> Reading:
        """Return the names, imports and texts that one name's statements read."""
        if name not in self._readings:
            self._readings[name] = scopes.reading(self._essence(name), self.origin)
        return self._readings[name]

    def _essence(self, name: str) -> list[ast.stmt]:
        if name not in self._essences:
            statements = self.effects if name == EFFECTS else self.definitions[name]
            self._essences[name] = essence(statements)
        return self._essences[name]


_parsed: dict[tuple[str, str, bytes], Module] = {}  # by name, file name and content


def parse(name: str, file: Path) -> Module:
    """Return the module in a file; one with the same content is read once."""
    source = file.read_bytes()
    key = (name, file.name, hashlib.sha256(source).digest())
    if key not in _parsed:
        tree = ast.parse(source, filename=str(file))
        _parsed[key] = Module(name, file.name == "__init__.py", tree)
    return _parsed[key]


def _does_more_than_bind(statement: ast.stmt) -> bool:
    """Whether importing runs a statement for more than to give names a value.

    A value that changes something else while it is made (``done = TABLE.update(...)``) and a
    decorator that keeps what it decorates are not seen; ``@f.register`` is.
    """
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return any(map(_is_registration, statement.decorator_list))
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return False
        case ast.Assign(targets=targets):
            return not all(map(_is_plain, targets))
        case ast.AnnAssign(target=target):
            return not _is_plain(target)
    return True


def _is_registration(decorator: ast.expr) -> bool:
    """``@f.register``, with or without arguments: ``functools.singledispatch``, ``abc.ABC``."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr == "register"


def _is_plain(target: ast.expr) -> bool:
    """Whether an assignment to this only binds names, and not ``_``, which nobody reads."""
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_plain, target.elts))
    if isinstance(target, ast.Starred):
        return _is_plain(target.value)
    return isinstance(target, ast.Name) and target.id != "_"

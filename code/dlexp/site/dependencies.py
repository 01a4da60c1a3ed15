"""What decides the outputs of a page, each with a digest of its content: never a date of a file.

A page's cells reach code of the package (by symbols), through it data and the records of
experiments, and always the libraries and the Python that run them. Whatever else a page must
follow it names in its front matter, with paths that start at the project's folder::

    depends: [data/extra/table.csv, data/more]

A folder stands for all files in it. What cells use and a page does not follow is an error: see
:mod:`dlexp.site.running`.
"""

import ast
import hashlib
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from dlexp import paths
from dlexp.lab import drafts, fingerprint
from dlexp.lab.libraries import SLOW, libraries

LIBRARIES = ("tensorflow", "keras", "numpy", "matplotlib", "scipy", "myst-nb", "ipykernel")
"""Distributions whose version decides what a cell prints or draws."""

ABSENT = "absent"
"""Stands for the digest of what does not exist."""

Digests = dict[str, str]
"""What is depended upon, as a person would name it, and the digest of its content."""


def text_digest(text: str) -> str:
    """Return the digest of a text: 16 hexadecimal digits, enough to notice an edit."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def file_digest(file: Path) -> str:
    """Return the digest of a file's content, of the modules in a folder, or ``"absent"``."""
    if file.is_dir():
        modules = [*file.glob("*.py"), *file.glob("*/__init__.py")]
        return text_digest(" ".join(sorted(_name(module, file) for module in modules)))
    try:
        stamp = file.stat()
    except OSError:
        return ABSENT
    # The stamp spares a second reading of a file that did not change in between.
    return _content_digest(file, (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino))


@cache
def _content_digest(file: Path, _stamp: tuple[int, ...]) -> str:
    """Return a digest, computed once for each stamp."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def file_digests(files: Iterable[Path], *, root: Path = paths.PROJECT) -> Digests:
    """Return the digests of files, named by their paths below `root`."""
    return {_name(file, root): file_digest(file) for file in sorted(files)}


def _name(file: Path, root: Path) -> str:
    """Return a file's path below `root`, or in full if it lies elsewhere."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def cells_source(notebook: NotebookNode) -> str:
    """Return the code cells of a notebook as one Python text.

    What IPython runs for a ``%magic`` stands in it as Python, if it is some; else it counts as
    something that nobody can read.
    """
    transform = TransformerManager().transform_cell  # type: ignore[no-untyped-call]
    cells = (transform(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    return "\n".join(text for cell in cells for text in (cell, *_in_magics(cell)))


_MAGICS = {"run_line_magic": 1, "run_cell_magic": 1, "run_cell": 0, "ex": 0, "ev": 0}
"""Methods of IPython that run a text, and which argument is the first that may be one."""


def _in_magics(cell: str) -> Iterator[str]:
    """Yield what the magics of a cell run."""
    for node in ast.walk(parsed(cell) or ast.Module([], [])):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = _MAGICS.get(node.func.attr, len(node.args))
            for text in node.args[first:]:
                said = text.value if isinstance(text, ast.Constant) else None
                readable = isinstance(said, str) and parsed(said)
                yield str(said) if readable else "exec('')"


def parsed(text: str) -> ast.Module | None:
    """Return the syntax of a Python text; None for what is no Python."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


def called(call: ast.Call) -> str:
    """Return the last name of what is called: ``"b"`` of ``a.b(...)``; empty where it has none."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def has_code(notebook: NotebookNode) -> bool:
    """Return whether a notebook has a code cell."""
    return any(cell.cell_type == "code" for cell in notebook.cells)


@cache
def closure(source: str) -> Digests:
    """Return the symbols of the package that a Python text reaches, each with its digest.

    One that is no Python reaches nothing: running it says better what is wrong.
    """
    try:
        return dict(fingerprint.cells_closure(source, code()))
    except SyntaxError:
        return {}


@cache
def code() -> fingerprint.Code:
    """Return the package as it was when a build began, or had computed its results."""
    return fingerprint.Code()


def forget() -> None:
    """Start from the files as they are now."""
    closure.cache_clear()
    code.cache_clear()


def record_files(slugs: Iterable[str]) -> Iterator[Path]:
    """Yield the records of experiments; each carries the checksum of its arrays."""
    folders = [paths.RESULTS, *([paths.BUILD / "records"] if drafts.are_shown() else [])]
    for slug in slugs:
        for folder in folders:
            yield from (folder / slug).glob("*.json")


def data_files() -> Iterator[Path]:
    """Yield the data sets that lie in the repository."""
    return (file for file in paths.DATA.rglob("*") if file.is_file())


def reached(symbols: Digests) -> Digests:
    """Return symbols, and the records and data that they read, with their digests.

    Examples
    --------
    >>> reached({"dlexp.byhand.conv:conv2d": "1f"})
    {'dlexp.byhand.conv:conv2d': '1f'}
    """
    files = list(record_files(fingerprint.chapters_reached(symbols)))
    if any(symbol.startswith("dlexp.data:") for symbol in symbols):
        files.extend(data_files())
    return {**symbols, **file_digests(files)}


@cache
def versions() -> Digests:
    """Return the versions of Python and of the libraries that decide outputs."""
    return {"Python": platform.python_version()} | {
        name: metadata.version(name) for name in LIBRARIES
    }


def _declared(notebook: NotebookNode) -> list[str]:
    """Return what a page names in ``depends``: one name, or a list."""
    names = notebook.metadata.get("depends", [])
    return [names] if isinstance(names, str) else [str(name) for name in names or []]


def _files_of(name: str) -> Iterator[Path]:
    """Yield a file that a page names; of a folder those in it, but for what tools left there."""
    place = paths.PROJECT / name
    inside = sorted(place.rglob("*")) if place.is_dir() else [place]
    for file in inside:
        parts = file.relative_to(place).parts
        if not file.is_dir() and not any(part.startswith((".", "__")) for part in parts):
            yield file


def slow_libraries(notebook: NotebookNode) -> frozenset[str]:
    """Return which of the libraries that take long to load a page uses, itself or by our code."""
    source = cells_source(notebook)
    imports = [
        name
        for node in ast.walk(parsed(source) or ast.Module([], []))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
    ]
    own = {str(name).partition(".")[0] for name in imports}
    return SLOW & (own | libraries(code(), closure(source)))


def undeclarable(notebook: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with what a page names in ``depends``."""
    for name in _declared(notebook):
        place = (paths.PROJECT / name).resolve()
        if not place.exists() or not place.is_relative_to(paths.PROJECT):
            yield f"`depends` must name files or folders of the project; got {name}"


def of_notebook(notebook: NotebookNode) -> Digests:
    """Return all that decides the outputs of a notebook besides its own cells.

    Without code it has no outputs, and nothing decides them.
    """
    if not has_code(notebook):
        return {}
    declared = [file for name in _declared(notebook) for file in _files_of(name)]
    return reached(closure(cells_source(notebook))) | file_digests(declared) | versions()


def unfollowed(notebook: NotebookNode, used: Mapping[str, Iterable[str]]) -> list[str]:
    """Return what the cells of a notebook used, as a kernel reports it, and nothing follows.

    Parameters
    ----------
    notebook : NotebookNode
    used : mapping of str to str
        ``files``, as paths, those of folders that were listed with a slash at the end; and
        ``modules`` of ours, by their names.
    """
    followed = {*of_notebook(notebook), *(f"{name.rstrip('/')}/" for name in _declared(notebook))}
    modules = {name.partition(":")[0] for name in followed if ":" in name}
    packages = {name[: dot.start()] for name in modules for dot in re.finditer(r"\.", name)}
    files = [_name(Path(file), paths.PROJECT) + "/" * file.endswith("/") for file in used["files"]]
    # A record says the checksum of its arrays.
    files = [re.sub(r"^((?:results|_build/records)/.*)\.npz$", r"\1.json", file) for file in files]
    # What was unpacked is used only if it is, byte for byte, what the archive holds.
    files = [re.sub(r"^_build/data/(.+)$", r"data/mnist/\1.gz", file) for file in files]
    return sorted({f"the file {file}" for file in files if file not in followed}) + sorted(
        f"the module {name}" for name in used["modules"] if name not in modules | packages
    )


def first_difference(old: Digests, new: Digests) -> str | None:
    """Return the name of the first thing that differs, or None.

    Examples
    --------
    >>> first_difference({"a": "1", "b": "2"}, {"a": "1", "b": "3"})
    'b'
    """
    names = sorted(old.keys() | new.keys())
    return next((name for name in names if old.get(name) != new.get(name)), None)

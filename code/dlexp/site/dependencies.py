"""What decides the outputs of a page, each with a digest of its content: never a date of a file.

A page's cells reach code of the package (by symbols), through it data and the records of
experiments, and always the libraries and the Python that run them. Whatever else a page must
follow it names in its front matter, with paths that start at the project's folder::

    depends: [data/extra/table.csv]
"""

import hashlib
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from dlexp import paths
from dlexp.lab import fingerprint

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
    """Return the code cells of a notebook as one Python text, without IPython's own syntax."""
    transform = TransformerManager().transform_cell  # type: ignore[no-untyped-call]
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return "\n".join(transform(source) for source in cells)


def has_code(notebook: NotebookNode) -> bool:
    """Return whether a notebook has a code cell."""
    return any(cell.cell_type == "code" for cell in notebook.cells)


@cache
def closure(source: str) -> Digests:
    """Return the symbols of the package that a Python text reaches, each with its digest.

    One that is no Python reaches nothing: running it says better what is wrong. Forget with
    ``closure.cache_clear()`` when files may have changed.
    """
    try:
        return dict(fingerprint.cells_closure(source))
    except SyntaxError:
        return {}


def record_files(slugs: Iterable[str]) -> Iterator[Path]:
    """Yield the records of experiments; each carries the checksum of its arrays."""
    for slug in slugs:
        yield from (paths.RESULTS / slug).glob("*.json")


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


def versions() -> Digests:
    """Return the versions of Python and of the libraries that decide outputs."""
    return {"Python": platform.python_version()} | {
        name: metadata.version(name) for name in LIBRARIES
    }


def of_notebook(notebook: NotebookNode) -> Digests:
    """Return all that decides the outputs of a notebook besides its own cells.

    Without code it has no outputs, and nothing decides them.
    """
    if not has_code(notebook):
        return {}
    declared = (paths.PROJECT / name for name in notebook.metadata.get("depends", []))
    return reached(closure(cells_source(notebook))) | file_digests(declared) | versions()


def first_difference(old: Digests, new: Digests) -> str | None:
    """Return the name of the first thing that differs, or None.

    Examples
    --------
    >>> first_difference({"a": "1", "b": "2"}, {"a": "1", "b": "3"})
    'b'
    """
    names = sorted(old.keys() | new.keys())
    return next((name for name in names if old.get(name) != new.get(name)), None)

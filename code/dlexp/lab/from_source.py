"""Our modules run as their source stands, whatever bytecode lies beside it.

Python trusts a compiled file whose date, in whole seconds, and size are those of the source. Two
edits of one length within a second, or a tool that keeps dates, would run old code under the key
of the new.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

PACKAGE = "dlexp."
"""What the names of our modules begin with."""


class _Loader(SourceFileLoader):
    """Compiles the source each time; nothing is known of it that bytecode could agree with."""

    def path_stats(self, path: Any) -> Any:
        raise OSError(f"bytecode must not stand for {path}")


class _Finder(MetaPathFinder):
    """Finds our modules as Python does, and has them loaded from their source."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(PACKAGE):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def insist() -> None:
    """From now on, import our modules from their source in this process."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())

"""No build loads a framework: the pages about the package are made from its sources.

Autodoc puts something in the place of what `autodoc_mock_imports` names while it loads a module of
ours, and looks such a thing's own module up afterwards, by loading it for real. Viewcode loads
every module whose source it shows. TensorFlow takes half a gigabyte and seconds, and talks.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.pycode import ModuleAnalyzer

from dlexp.site import dependencies


class Refusal(MetaPathFinder):
    """Finds nothing of some packages; autodoc's own finder is asked before, while it stands in."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> None:
        """Refuse to find a module of these packages."""
        if fullname.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"a build must not load {fullname}", name=fullname)


def refuse(_app: Sphinx, config: Config) -> None:
    """From now on, load nothing of what autodoc does without."""
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, Refusal)]
    sys.meta_path.insert(0, Refusal(config.autodoc_mock_imports))


def source(_app: Sphinx, name: str) -> tuple[str, dict[str, Any]] | None:
    """Return the text of a module of ours and the lines of its names; None for any other."""
    file = dependencies.code().file(name)
    if file is None:
        return None
    known = ModuleAnalyzer.cache.get(("module", name))  # autodoc has read it already
    read = known if isinstance(known, ModuleAnalyzer) else ModuleAnalyzer.for_file(str(file), name)
    return read.code, read.find_tags()


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, and to the extension that shows sources."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.connect("config-inited", refuse)
    app.connect("viewcode-find-source", source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

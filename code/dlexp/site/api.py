"""The pages about the package: every public module of a part of it, with nothing listed by hand.

``{modules} dlexp.byhand`` documents each module below a package, in alphabetical order; with the
option ``:itself:`` the package alone, where the modules below it have pages of their own. Where a
package stands on a page, every module below it must. A field of a configuration is explained by the
comment behind it, which appears with the class.
"""

import dataclasses
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from dlexp.lab.settings import comments
from dlexp.site import dependencies

LOG = logging.getLogger(__name__)

_ENTRY = """
## `{name}`

```{{eval-rst}}
.. automodule:: {name}
   :members:
   :ignore-module-all:
```
"""


def modules(package: str) -> Iterator[tuple[str, Path]]:
    """Yield name and file of a module, and of all public modules below it, without importing them.

    Examples
    --------
    >>> [name for name, _ in modules("dlexp.byhand")][:2]
    ['dlexp.byhand', 'dlexp.byhand.activations']
    """
    file = dependencies.code().file(package)
    if file is None:
        raise ValueError(f"a package must be importable; got {package!r}")
    yield package, file
    below = pkgutil.iter_modules([str(file.parent)]) if file.name == "__init__.py" else ()
    for module in below:
        if not module.name.startswith("_"):
            yield from modules(f"{package}.{module.name}")


class ModulesDirective(SphinxDirective):
    """Document every module of a package, or the package alone, or some of its modules.

    Which ones, `only` and `but` say, by their last names: so a long package has two pages.
    """

    required_arguments = 1
    option_spec: ClassVar = {"itself": directives.flag, "only": str.split, "but": str.split}

    def run(self) -> list[nodes.Node]:
        """Return a section for each module, and follow their files."""
        listed = list(modules(self.arguments[0]))
        # Of a package's own file, `dlexp.site.fresh` follows what modules lie beside it, too.
        for _, file in listed:
            self.env.note_dependency(str(file))
        shown = listed[:1] if "itself" in self.options else list(self._chosen(listed))
        text = "".join(_ENTRY.format(name=name) for name, _ in shown)
        return self.parse_text_to_nodes(text, allow_section_headings=True)

    def _chosen(self, listed: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
        """Yield those of a package's modules that the options leave."""
        only, but = self.options.get("only"), self.options.get("but", ())
        for name, file in listed:
            last = name.rpartition(".")[2]
            if last not in but and (only is None or last in only):
                yield name, file


def missing(documented: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the modules that no page documents, each after a documented package above it.

    Examples
    --------
    >>> ("dlexp.draw", "dlexp.draw.style") in missing(["dlexp.draw", "dlexp.draw.lines"])
    True
    """
    known = set(documented)
    for package in sorted(known):
        yield from ((package, name) for name, _ in modules(package) if name not in known)


def check(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of modules that no page documents, although their package stands on one."""
    documented = env.get_domain("py").data["modules"]
    for package, name in missing(documented):
        LOG.warning(
            "a module of %s must stand on a page about the package; got none for %s",
            package,
            name,
            location=documented[package].docname,
            type="strict",
            subtype="api",
        )


def explain_fields(
    _app: Sphinx, what: str, _name: str, documented: object, _options: object, lines: list[str]
) -> None:
    """Append the comments behind the fields of a dataclass to what is said of it."""
    if what != "class" or not dataclasses.is_dataclass(documented):
        return
    try:
        explained = comments(inspect.getsource(documented))  # type: ignore[arg-type]
    except (OSError, TypeError):
        return
    fields = [field.name for field in dataclasses.fields(documented)]
    if told := [name for name in fields if name in explained]:
        lines += ["", *(f"* ``{name}``: {explained[name]}" for name in told), ""]


def adopt(_app: Sphinx, doctree: nodes.document) -> None:
    """Make all nodes of a page its own.

    MyST parses reStructuredText in documents of their own, whose settings hold all that Sphinx
    knows. As long as a node is theirs, all that is stored with its page: megabytes, read often.
    """
    for node in doctree.findall():
        node.document = doctree


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and say more of dataclasses."""
    app.add_directive("modules", ModulesDirective)
    app.connect("env-check-consistency", check)
    app.connect("doctree-read", adopt)
    app.connect("autodoc-process-docstring", explain_fields, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

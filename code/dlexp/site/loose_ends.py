"""Nothing of a book hangs loose: pages that no contents names, exercises that nobody solves."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOG = logging.getLogger(__name__)

_PLACED = re.compile(r"\{glue(?::\w+)?\}`?[ \t]*(?:[^`\s]*::)?(?P<name>\w+)")


def orphans(folder: Path, suffixes: Iterable[str], pages: Iterable[Path]) -> list[Path]:
    """Return the files in a folder that have the ending of a page and are none."""
    files = {file for suffix in suffixes for file in folder.rglob(f"*{suffix}")}
    return sorted(files - set(pages))


def unsolved(registry: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the exercises that have no solution: page and label.

    Parameters
    ----------
    registry : mapping
        As sphinx-exercise keeps it: from a label to the node and its page.
    """
    solved = {entry["node"].get("target_label") for entry in registry.values()}
    return sorted(
        (entry["docname"], label)
        for label, entry in registry.items()
        if "target_label" not in entry["node"] and label not in solved
    )


def placed(text: str) -> set[str]:
    r"""Return the names of what a text places.

    Examples
    --------
    >>> sorted(placed("{glue:text}`a.md::best:.1f`, {glue}`worst`\n```{glue:figure} curve\n```"))
    ['best', 'curve', 'worst']
    """
    return {match["name"] for match in _PLACED.finditer(text)}


def check_pages(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> Iterable[str]:
    """Warn of files among the pages that the table of contents does not name."""
    pages = {Path(env.doc2path(docname)) for docname in env.found_docs}
    book = Path(app.srcdir, "book")
    for file in orphans(book, app.config.source_suffix, pages):
        _warn("a page must stand in _toc.yml, and what is included must end in .inc", f"{file}:1")
    return []


def check(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of exercises without a solution, and of what is published and never placed."""
    for docname, label in unsolved(getattr(env, "sphinx_exercise_registry", {})):
        _warn(f"an exercise must have a solution; got none for {label}", docname)
    text = "\n".join(Path(env.doc2path(doc)).read_text("utf-8") for doc in sorted(env.found_docs))
    names = placed(text)
    for docname in sorted(env.found_docs):
        published = NbMetadataCollector.get_doc_data(env)[docname].get("glue", [])
        for name in sorted(set(published) - names):
            _warn(f"what is published must be placed; got {name}, which no page shows", docname)


def _warn(message: str, location: str) -> None:
    LOG.warning("%s", message, location=location, type="strict", subtype="loose")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("env-get-outdated", check_pages)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Pages that are parsed as the book is, for the tests of the number lint."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, docutils_namespace

from dlexp import paths
from dlexp.site.number_lint import Finding, lint

EXTENSIONS = [
    "myst_nb",
    "sphinx_design",
    "sphinx_exercise",
    "sphinxcontrib.bibtex",
    "sphinx.ext.autodoc",
    "dlexp.site.claim",
    "dlexp.site.interactive",
]
"""Those of the book that make nodes for what pages say."""


MARKDOWN = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
MARKDOWN += ["substitution"]


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><title>It reached 99.</title></svg>'


PUBLISHED = {
    "accuracy": {"text/plain": "'0.991'"},
    "curve": {"image/svg+xml": DRAWING},
    "table": {"text/html": "<table><tr><td>99</td></tr></table>", "text/plain": "99"},
}
"""What the pages of these tests may glue, by name, with the formats it has."""


PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


CELL = 10_001
"""MyST-NB counts the lines of a notebook's first cell from here."""


class SomeDay(SphinxDirective):
    """A directive that the lint does not know, with a node that it does not know."""

    required_arguments = 1
    has_content = True

    class Node(nodes.General, nodes.Element):
        """Of what is to come."""

    def run(self) -> list[nodes.Node]:
        node = self.Node()
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sphinx]:
    """Yield Sphinx as the book uses it, with no page yet; no cell is run."""
    folder = tmp_path_factory.mktemp("book")
    with docutils_namespace():
        app = Sphinx(
            str(folder),
            None,
            str(folder / "out"),
            str(folder / "doctrees"),
            "html",
            confoverrides={
                "extensions": EXTENSIONS,
                "bibtex_bibfiles": [str(paths.BOOK / "references.bib")],
                "myst_enable_extensions": MARKDOWN,
                "nb_execution_mode": "off",
                # Without a dictionary of our own MyST-NB writes into the one that all books share.
                "source_suffix": {".rst": "restructuredtext"},
            },
            status=None,
            warning=io.StringIO(),
        )
        app.add_directive("some-day", SomeDay)
        yield app


@pytest.fixture
def read(app: Sphinx) -> Iterator[Callable[[str, str], nodes.document]]:
    """Return what reads a page, given as the name of its file and its text."""

    def run(name: str, text: str) -> nodes.document:
        file = Path(app.srcdir, name)
        file.write_text(text, "utf-8")
        app.env.find_files(app.config, app.builder)
        app.builder.read_doc(file.stem)
        return pages[-1]

    pages: list[nodes.document] = []
    listener = app.connect("doctree-read", lambda _, page: pages.append(page), priority=900)
    yield run
    app.disconnect(listener)
    for file in Path(app.srcdir).glob("*.*"):
        app.emit("env-purge-doc", app.env, file.stem)
        app.env.clear_doc(file.stem)
        file.unlink()


def notebook(text: str) -> str:
    """Return a notebook of a cell of text, and one that has published what pages may glue."""
    outputs = [
        new_output(
            "display_data",
            formats,
            metadata={"scrapbook": {"name": name, "mime_prefix": ""}},
        )
        for name, formats in PUBLISHED.items()
    ]
    cells = [new_markdown_cell(text), new_code_cell("run()", outputs=outputs)]
    return nbformat.writes(new_notebook(cells=cells, metadata=PYTHON))


def numbers(findings: Iterable[Finding]) -> list[str]:
    """Return what was found."""
    return [finding.text for finding in findings]


@pytest.fixture
def found(
    read: Callable[[str, str], nodes.document],
) -> Callable[[str], list[tuple[int, str, str]]]:
    """Return what finds the broken rules of a page: with line, rule and what was found.

    What glues must be a notebook, for only there has anything been published.
    """

    def run(text: str) -> list[tuple[int, str, str]]:
        page = ("page.ipynb", notebook(text)) if "{glue" in text else ("page.md", text)
        return [(each.line % CELL, each.rule, each.text) for each in lint(read(*page))]

    return run

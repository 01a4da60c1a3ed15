"""A book of a few pages, built in this process with some of our extensions and nothing else."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace


@dataclass(frozen=True)
class Built:
    """A built book: its pages and what Sphinx warned of."""

    out: Path
    warnings: list[str]
    app: Sphinx

    def page(self, name: str) -> str:
        """Return the HTML of a page."""
        return (self.out / f"{name}.html").read_text("utf-8")


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Built]:
    """Return a function that builds pages, given as texts by name, with one extension."""

    def run(extension: str, fresh: bool = True, **pages: str) -> Built:
        source, out = tmp_path / "source", tmp_path / "out"
        source.mkdir(exist_ok=True)
        for name, text in pages.items():
            (source / f"{name}.md").write_text(text, "utf-8")
        warnings = io.StringIO()
        with docutils_namespace():
            app = Sphinx(
                str(source),
                None,
                str(out),
                str(tmp_path / "doctrees"),
                "html",
                confoverrides={
                    "extensions": ["myst_parser", extension],
                    "html_theme": "basic",
                    "root_doc": next(iter(pages)),
                    "myst_enable_extensions": ["colon_fence", "dollarmath"],
                },
                status=None,
                warning=warnings,
                freshenv=fresh,
            )
            app.build()
        # Pages of a test need no table of contents.
        lines = warnings.getvalue().splitlines()
        return Built(out, [line for line in lines if "any toctree" not in line], app)

    return run

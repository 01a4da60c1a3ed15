"""A book of a few pages, built in this process with some of our extensions and nothing else."""

import io
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

import demo
from dlexp import chapters
from dlexp.lab.claims import Claim
from dlexp.lab.runs import Runs
from linting import app, found, read  # noqa: F401 - fixtures


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

    def run(extension: str | list[str], fresh: bool = True, **pages: str) -> Built:
        source, out = tmp_path / "source", tmp_path / "out"
        source.mkdir(exist_ok=True)
        for name, text in pages.items():
            page = source / f"{name}.md"
            page.parent.mkdir(parents=True, exist_ok=True)
            if not page.exists() or page.read_text("utf-8") != text:
                page.write_text(text, "utf-8")
        warnings = io.StringIO()
        extensions = [extension] if isinstance(extension, str) else extension
        with docutils_namespace():
            app = Sphinx(
                str(source),
                None,
                str(out),
                str(tmp_path / "doctrees"),
                "html",
                confoverrides={
                    "extensions": ["myst_parser", *extensions],
                    "html_theme": "basic",
                    "root_doc": next(iter(pages)),
                    "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath"],
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


@pytest.fixture
def chapter(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A chapter ``demo`` with records of its own; returns what may be changed of it."""
    made = types.SimpleNamespace(runs=demo.runs(1.5, 2.0, 2.5), calls=0)

    def settle(runs: Runs) -> list[Claim]:
        never = runs.never("never", "failures, share", failures=0, trials=1200)
        return [demo.better(runs), never]

    made.claims = settle

    def load(slug: str) -> Runs:
        if slug != "demo":
            raise ValueError(f"a chapter must be one of demo; got {slug!r}")
        made.calls += 1
        return made.runs

    def module(slug: str, part: str) -> Any:
        load(slug)
        if part != "claims":
            raise ImportError(part)
        return types.SimpleNamespace(claims=made.claims, BAR=0.9)

    monkeypatch.setattr(chapters, "slugs", lambda: ["demo"])
    monkeypatch.setattr(chapters, "load", load)
    monkeypatch.setattr(chapters, "module", module)
    monkeypatch.setattr(chapters, "units", lambda slug: load(slug) and demo.UNITS)
    return made

"""A build that reads no page spares what follows from pages, and what only drawing needs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

from dlexp.paths import PROJECT

PAGES = {"index": "# Title\n\n```{toctree}\nother\n```", "other": "# Other"}
EXTENSIONS = ["dlexp.site.complete", "dlexp.site.unchanged"]


@pytest.fixture
def numbered(monkeypatch: pytest.MonkeyPatch) -> list[BuildEnvironment]:
    """The books whose figures Sphinx has numbered, in all builds of a test."""
    books: list[BuildEnvironment] = []

    def number(_: TocTreeCollector, env: BuildEnvironment) -> list[str]:
        books.append(env)
        return []

    monkeypatch.setattr(TocTreeCollector, "assign_figure_numbers", number)
    return books


def test_figures_of_unchanged_pages_keep_their_numbers(
    build: Callable[..., object], numbered: list[BuildEnvironment]
) -> None:
    build(EXTENSIONS, **PAGES)
    assert len(numbered) == 1
    build(EXTENSIONS, fresh=False, **PAGES)
    assert len(numbered) == 1


def test_figures_are_numbered_again_after_an_edit(
    build: Callable[..., object], numbered: list[BuildEnvironment]
) -> None:
    build(EXTENSIONS, **PAGES)
    build(EXTENSIONS, fresh=False, **PAGES | {"other": "# Another title"})
    assert len(numbered) == 2


def test_figures_are_numbered_again_after_the_end_of_a_page(
    build: Callable[..., object], numbered: list[BuildEnvironment], tmp_path: Path
) -> None:
    build(EXTENSIONS, **PAGES)
    (tmp_path / "source" / "other.md").unlink()
    build(EXTENSIONS, fresh=False, index=PAGES["index"])
    assert len(numbered) == 2


LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
from dlexp import chapters
from dlexp.site import interactive_files
chapters.all_units(), interactive_files.figures()
print(*sorted({"keras", "matplotlib", "scipy", "tensorflow"} & sys.modules.keys()))
"""


def test_build_loads_nothing_that_only_drawing_or_training_needs() -> None:
    settings = yaml.safe_load((PROJECT / "_config.yml").read_text("utf-8"))
    command = [sys.executable, "-c", LOADED, *settings["sphinx"]["config"]["extensions"]]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == ""

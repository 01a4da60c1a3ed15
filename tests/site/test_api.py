"""The pages about the package: a module of a package that has a page has one, too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from books import Book
from dlexp import paths
from dlexp.site import api

EXTENSIONS = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "dlexp.site.api"]
RULE = "must stand on a page about the package; got none for dlexp.training."
SHOWN = ["dlexp.byhand", "dlexp.chapters", "dlexp.data", "dlexp.draw", "dlexp.lab"]
SHOWN += ["dlexp.training", "dlexp.tuning"]

LARGEST = 12_000
"""Elements of a page: with more, a phone takes seconds to lay it out."""


def entries(*names: str, option: str = "") -> str:
    parts = (f"```{{modules}} {name}\n{option}\n```\n" for name in names)
    return "# Package\n\n" + "\n".join(parts)


def test_a_package_brings_all_its_modules(build: Callable[..., Any]) -> None:
    built = build(EXTENSIONS, index=entries("dlexp.training"))

    assert built.warnings == []
    assert 'id="module-dlexp.training.loop"' in built.page("index")


def test_a_page_is_stored_without_all_that_sphinx_knows(build: Callable[..., Any]) -> None:
    built = build(EXTENSIONS, index=entries("dlexp.training"))

    stored = (Path(built.app.doctreedir) / "index.doctree").read_bytes()
    assert b"BuildEnvironment" not in stored
    assert b"dlexp.training" in stored


def test_a_package_alone_leaves_its_modules_to_other_pages(build: Callable[..., Any]) -> None:
    below = [name for name, _ in api.modules("dlexp.training")][1:]
    alone = entries("dlexp.training", option=":itself:")

    built = build(EXTENSIONS, index=alone, others=entries(*below))

    assert built.warnings == []
    assert "dlexp.training.graph" not in built.page("index")


def test_a_module_without_a_page_is_named(build: Callable[..., Any]) -> None:
    below = [name for name, _ in api.modules("dlexp.training")][1:]
    alone = entries("dlexp.training", option=":itself:")

    built = build(EXTENSIONS, index=alone, others=entries(*below[:-1]))

    [warning] = built.warnings
    assert f"{RULE}timing" in warning
    assert "others" not in warning


def test_every_module_that_pages_are_made_of_is_on_one_page(real_book: Book) -> None:
    names = [name for package in SHOWN for name, _ in api.modules(package)]
    pages = {file.stem: file.read_text("utf-8") for file in real_book.html.glob("api*.html")}

    wrong = [name for name in names if sum(f'id="module-{name}"' in p for p in pages.values()) != 1]
    assert wrong == []
    assert len(names) > 100
    assert {file.stem for file in (paths.BOOK).glob("api*.md")} == set(pages)


def test_no_page_about_the_package_is_too_long_for_a_phone(real_book: Book) -> None:
    pages = {file.stem: file.read_text("utf-8") for file in real_book.html.glob("api*.html")}
    sizes = {n: len(BeautifulSoup(p, "html.parser").find_all(True)) for n, p in pages.items()}

    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


@pytest.mark.parametrize("slug", ["conv_shapes", "grad_cam"])
def test_a_figure_still_leads_to_its_code(real_book: Book, slug: str) -> None:
    page = BeautifulSoup(real_book.page(slug), "html.parser")
    links = [str(a["href"]) for a in page.select(".made-by a:not([download])")]

    assert len(links) == len(page.select(".made-by"))
    assert all(link.startswith(f"_modules/dlexp/chapters/{slug}/") for link in links)

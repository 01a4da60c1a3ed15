"""CONTRIBUTING keeps its word: its chapter is computed, tested and built as it stands."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import books
from books import Book
from dlexp.paths import PROJECT

pytestmark = pytest.mark.timeout(900)

FILE = re.compile(
    r"^`(?P<path>(?:code|book|tests)/[\w/.]+)`\n\n"
    r"(?P<fence>`{3,})\w+\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)


def shown() -> dict[str, str]:
    """Return the files that CONTRIBUTING shows, by path."""
    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    return {found["path"]: found["text"] for found in FILE.finditer(text)}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The tiny book with the chapter that CONTRIBUTING shows."""
    folder = tmp_path_factory.mktemp("contributing")
    made = books.tiny(folder)
    for path, text in shown().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    contents = folder / "_toc.yml"
    added = contents.read_text()
    for line, page in (
        ("  - file: book/tiny\n", "averages"),
        ("  - file: book/api\n", "api_averages"),
    ):
        added = added.replace(line, f"{line}  - file: book/{page}\n")
    contents.write_text(added)
    return made


def python(book: Book, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(book.folder / "code")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=book.folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_whole_chapter_is_there() -> None:
    parts = ("__init__", "measure", "claims", "figures", "page")
    tests = ("measure", "claims", "figures")
    assert set(shown()) == {
        *(f"code/dlexp/chapters/averages/{part}.py" for part in parts),
        *(f"tests/chapters/averages/test_{part}.py" for part in tests),
        "book/averages.md",
        "book/api_averages.md",
    }


def test_its_tests_pass(book: Book) -> None:
    done = python(book, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/chapters/averages")

    assert done.returncode == 0, done.stdout


def test_it_is_computed_claimed_and_built(book: Book) -> None:
    assert python(book, "-m", "dlexp", "run", "averages").returncode == 0
    claims = python(book, "-m", "dlexp", "claims", "averages")
    assert "averages.root_of_ten: supported (expected: supported)" in claims.stdout
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    page = BeautifulSoup(book.page("averages"), "html.parser")
    assert page.find(id="claim-averages-root_of_ten").find(class_="claim-effect")
    assert page.find("figure", id="fig-spreads").find(class_="made-by")
    assert "4,000 times for each count" in page.get_text()
    assert "remove-cell" not in str(page)


def test_it_is_written_as_the_project_writes(book: Book) -> None:
    files = [path for path in shown() if path.endswith(".py")]
    ruff = [sys.executable, "-m", "ruff"]
    settings = ["--config", str(PROJECT / "pyproject.toml")]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *command, *settings, *files],
            cwd=book.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_its_types_hold(book: Book) -> None:
    known = PROJECT / ".mypy_cache"  # of the libraries, where `make types` ran before
    if known.is_dir():
        shutil.copytree(known, book.folder / known.name)
    settings = ["--config-file", str(PROJECT / "pyproject.toml")]
    done = python(book, "-m", "mypy", *settings, "--package", "dlexp.chapters.averages")

    assert done.returncode == 0, done.stdout


def test_what_the_text_names_exists() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`((?:code|book|tests|results|benchmarks)/[\w/.]+)`", text))
    examples = {path for path in named if "averages" in path}

    assert [name for name in named - examples if not Path(PROJECT, name).exists()] == []

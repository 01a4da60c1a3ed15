"""The programs that pages show run as they stand, and print what the pages say they print."""

import importlib.util
from pathlib import Path

import pytest

import placing
import programs

pytestmark = pytest.mark.timeout(600)

FILES = {f"{file.parent.name}/{file.stem}": file for file in programs.files()}


@pytest.mark.costly
@pytest.mark.parametrize("name", FILES)
def test_program_prints_what_the_page_says(name: str, tmp_path: Path) -> None:
    file = FILES[name]
    if "import torch" in file.read_text("utf-8") and not importlib.util.find_spec("torch"):
        pytest.skip("PyTorch is not installed")
    printed = programs.run(file, tmp_path)
    expected = file.with_suffix(".txt").read_text("utf-8")
    assert programs.differences(printed, expected) == [], printed


@pytest.mark.parametrize("name", FILES)
def test_program_stands_on_its_page_with_what_it_prints(name: str) -> None:
    file = FILES[name]
    page = placing.chapter_text(file.parent.name)
    for shown in (file, file.with_suffix(".txt")):
        assert f"literalinclude}} programs/{file.parent.name}/{shown.name}" in page


@pytest.mark.parametrize("name", FILES)
def test_program_is_complete(name: str) -> None:
    """A reader need not have this book: no program uses its package."""
    source = FILES[name].read_text("utf-8")
    assert "dlexp" not in source
    assert max(map(len, source.splitlines())) <= 72


@pytest.mark.parametrize("name", FILES)
def test_program_has_no_name_of_a_library(name: str) -> None:
    """A program called as what it imports would import itself, or hide it from its neighbours."""
    assert importlib.util.find_spec(FILES[name].stem) is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("12", "13"), ("0.80", "0.90"), ("a", "b"), ("a b", "a"), ("80%", "90%"), ("-1.0", "1.0")],
)
def test_another_output_is_seen(printed: str, expected: str) -> None:
    assert programs.differences(printed, expected)

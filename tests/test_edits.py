"""The tiny book, changed: each edit reaches the pages that it must, and runs no other."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from books import Book

pytestmark = [pytest.mark.costly, pytest.mark.timeout(1800)]


def test_unchanged_book_is_left_alone(tiny: Book) -> None:
    outcome = tiny.build()
    assert (outcome.status, outcome.ran) == (0, set()), outcome.log
    assert outcome.log.endswith("the last good build, whose site stands\n"), outcome.log


def test_file_that_no_page_follows_has_none_read(tiny: Book) -> None:
    (tiny.folder / "notes.txt").write_text("Words.", "utf-8")
    outcome = tiny.build()
    assert (outcome.status, outcome.ran) == (0, set()), outcome.log
    assert "no targets are out of date" in outcome.log
    assert "whose site stands" in tiny.build().log


def test_prose_runs_no_page(tiny: Book) -> None:
    whole = tiny.bytes()
    with tiny.edited("book/first.md", "Twice three", "Three, twice,"):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, set()), outcome.log
        assert "Three, twice," in tiny.page("first")
        assert ">6<" in tiny.page("first")
    assert tiny.build().ran == set()
    assert tiny.bytes() == whole


def test_cell_reruns_its_page_and_no_other(tiny: Book) -> None:
    with tiny.edited("book/first.md", "double(3)", "double(3) + 1"):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"first"}), outcome.log
        assert ">7<" in tiny.page("first")


def test_constant_reruns_exactly_its_page_and_so_does_undoing_it(tiny: Book) -> None:
    before = tiny.bytes()
    with tiny.edited("code/dlexp/byhand/tiny.py", "TWO = 2", "TWO = 5"):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"first"}), outcome.log
        quoting = BeautifulSoup(tiny.page("quoting"), "html.parser").get_text()
        assert "The answer of the first page is 15" in quoting
    outcome = tiny.build()
    assert (outcome.status, outcome.ran) == (0, {"first"}), outcome.log
    assert tiny.bytes() == before
    assert tiny.build().ran == set()  # the old figure is no longer followed


def test_docstring_reruns_nothing_and_reaches_the_api_page(tiny: Book) -> None:
    with tiny.edited("code/dlexp/byhand/tiny.py", "Return twice the value", "Give twice the value"):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, set()), outcome.log
        assert "Give twice the value" in tiny.page("api")


def test_new_module_reaches_the_api_page_and_so_does_its_end(tiny: Book) -> None:
    chapter = tiny.folder / "code" / "dlexp" / "chapters" / "tiny"
    added = [chapter / "later.py", chapter / "deep" / "__init__.py"]
    for number, file in enumerate(added):
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'"""The module that came as number {number}."""\n', "utf-8")
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, set()), outcome.log
        assert f"The module that came as number {number}" in tiny.page("api")
    added[0].unlink()
    shutil.rmtree(added[1].parent)
    assert tiny.build().status == 0
    assert "The module that came" not in tiny.page("api")


def test_setting_of_a_chapter_recomputes_and_reaches_its_pages(tiny: Book) -> None:
    with tiny.edited(
        "code/dlexp/chapters/tiny/measure.py", "offset: float = 10.0", "offset: float = 20.0"
    ):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"tiny"}), outcome.log
        assert "by stored times; `make draft` shows the pages now" in outcome.log
        assert "21" in BeautifulSoup(tiny.page("tiny"), "html.parser").get_text()
    with tiny.edited(
        "code/dlexp/chapters/tiny/measure.py", "offset: float = 10.0", "offset: float = -9.0"
    ):
        outcome = tiny.build()
        assert outcome.status == 1, outcome.log
        assert "tiny.above_zero" in outcome.log


def test_live_figure_follows_its_records(tiny: Book) -> None:
    before = tiny.bytes()
    offset = ("code/dlexp/chapters/tiny/measure.py", "offset: float = 10.0", "offset: float = 30.0")
    with tiny.edited(*offset):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"tiny"}), outcome.log
        data = tiny.bytes()["_static/interactive/data/network.js"]
        assert data == b'DLX.data("network", [30.0,31.0,32.0]);\n'
        assert tiny.bytes()["live.html"] != before["live.html"]
    assert tiny.build().status == 0
    after = tiny.bytes()
    assert [name for name in before if before[name] != after.get(name)] == []


def test_live_figure_follows_its_scripts(tiny: Book) -> None:
    before = tiny.bytes()
    with tiny.edited("book/_interactive/digit.js", "values: ", "numbers: "):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, set()), outcome.log
        assert b"numbers: " in tiny.bytes()["_static/interactive/digit.js"]
        assert tiny.bytes()["live.html"] != before["live.html"]
    assert tiny.build().status == 0
    assert tiny.bytes() == before


def test_every_page_follows_the_script_that_stands_first(tiny: Book) -> None:
    before = tiny.bytes()
    with tiny.edited("book/_interactive/storage.js", "'dlexp'", "'another name'"):
        assert tiny.build().status == 0
        pages = {name for name in before if name.endswith(".html") and name[0] != "_"}
        assert {"first.html", "search.html", "genindex.html"} <= pages
        assert [name for name in pages if b"'another name'" not in tiny.bytes()[name]] == []
    assert tiny.build().status == 0
    assert tiny.bytes() == before


def test_pages_without_live_figures_load_none_of_their_files(tiny: Book) -> None:
    pages = {name for name, content in tiny.bytes().items() if b"_static/interactive/" in content}
    assert pages == {"live.html"}


def test_terminal_output_of_cells_stays_out_of_pages(tiny: Book) -> None:
    outputs = BeautifulSoup(tiny.page("second"), "html.parser").find_all(class_="cell_output")
    assert "for the terminal" not in " ".join(each.get_text() for each in outputs)


def test_notebook_runs_as_it_is_in_another_folder(tiny: Book, tmp_path: Path) -> None:
    file = tiny.html / "notebooks" / "first.ipynb"
    program = (
        "import nbformat, sys; from nbclient import NotebookClient;"
        "nb = nbformat.read(sys.argv[1], 4); nbformat.validate(nb);"
        "NotebookClient(nb, kernel_name='python3').execute();"
        "print([o.data for c in nb.cells if c.cell_type == 'code' for o in c.outputs])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={"PATH": str(Path(sys.executable).parent), "PYTHONPATH": str(tiny.folder / "code")},
    )
    assert "svg" in done.stdout

"""The book as a whole: the real one is built once and read; a tiny one is built, changed, broken.

The tiny one has the settings, the extensions and the package of the real one.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

import books
from books import Book
from dlexp.paths import PROJECT

pytestmark = pytest.mark.timeout(1800)


# ---- the real book -------------------------------------------------------------------------------


def _pages(book: Book) -> dict[str, BeautifulSoup]:
    files = [file for file in book.html.rglob("*.html") if "_static" not in file.parts]
    return {
        file.relative_to(book.html).as_posix(): BeautifulSoup(
            file.read_text("utf-8"), "html.parser"
        )
        for file in files
    }


@pytest.fixture(scope="module")
def pages(real_book: Book) -> dict[str, BeautifulSoup]:
    return _pages(real_book)


def _chapters(folder: Path) -> list[str]:
    """Return the pages of the table of contents."""
    contents = yaml.safe_load((folder / "_toc.yml").read_text("utf-8"))
    parts = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [name.removeprefix("book/") for name in [contents["root"], *parts]]


def _attributes(page: BeautifulSoup, tag: str, attribute: str) -> list[str]:
    return [str(each[attribute]) for each in page.find_all(tag) if each.has_attr(attribute)]


def test_landing_page_is_a_page(pages: dict[str, BeautifulSoup]) -> None:
    assert pages["index.html"].find("h1") is not None
    assert pages["index.html"].find("meta", attrs={"http-equiv": "Refresh"}) is None


def test_every_page_of_the_contents_is_there(pages: dict[str, BeautifulSoup]) -> None:
    missing = [name for name in _chapters(PROJECT) if f"{name}.html" not in pages]
    assert not missing


def test_nothing_comes_from_another_host(pages: dict[str, BeautifulSoup]) -> None:
    sources = [
        (name, address)
        for name, page in pages.items()
        for tag, attribute in [
            ("script", "src"),
            ("img", "src"),
            ("link", "href"),
            ("source", "src"),
        ]
        for address in _attributes(page, tag, attribute)
    ]
    outside = [each for each in sources if urlsplit(each[1]).scheme not in ("", "data")]
    assert not outside
    assert not [name for name, page in pages.items() if page.find(["iframe", "object", "embed"])]


def test_every_image_has_words(pages: dict[str, BeautifulSoup]) -> None:
    bad = [
        (name, str(image)[:200])
        for name, page in pages.items()
        for image in page.find_all("img")
        if len(str(image.get("alt", ""))) < 10 or re.search(r"\.(svg|png)$", str(image["alt"]))
    ]
    assert not bad


def test_every_internal_link_leads_somewhere(
    real_book: Book, pages: dict[str, BeautifulSoup]
) -> None:
    anchors = {
        name: {str(each["id"]) for each in page.find_all(id=True)} for name, page in pages.items()
    }
    broken = []
    for name, page in pages.items():
        here = real_book.html / name
        for link in _attributes(page, "a", "href"):
            parts = urlsplit(link)
            if parts.scheme or link == "#":
                continue
            file = (here.parent / unquote(parts.path)).resolve() if parts.path else here
            target = file.relative_to(real_book.html.resolve()).as_posix() if parts.path else name
            known = not parts.fragment or unquote(parts.fragment) in anchors.get(target, ())
            if not file.is_file() or not known:
                broken.append((name, link))
    assert not broken


def test_pages_show_nothing_of_the_machine(pages: dict[str, BeautifulSoup]) -> None:
    bad = re.compile(
        r"Traceback \(most recent|\b0x[0-9a-f]{6,}|/tmp/|/home/|cpu_feature_guard|oneDNN"
    )
    shown = {name: bad.search(_text_without_examples(page)) for name, page in pages.items()}
    # The package's own source, which is on the site too, may speak of such things.
    assert not {n: m for n, m in shown.items() if m and not n.startswith("_modules/")}


def _text_without_examples(page: BeautifulSoup) -> str:
    """Return what a page says outside of doctests, which may show an error as Python does."""
    copy = BeautifulSoup(str(page), "html.parser")
    for example in copy.find_all(class_="doctest"):
        example.decompose()
    return copy.get_text()


def test_search_index_has_the_addresses_of_pages(real_book: Book) -> None:
    script = (real_book.html / "searchindex.js").read_text("utf-8")
    index = json.loads(script.removeprefix("Search.setIndex(").removesuffix(")"))
    assert set(index["docnames"]) == set(_chapters(PROJECT))
    assert len(index["terms"]) > 100


def test_every_page_with_code_offers_its_notebook(
    real_book: Book, pages: dict[str, BeautifulSoup]
) -> None:
    for name in _chapters(PROJECT):
        has_code = "{code-cell}" in (PROJECT / "book" / f"{name}.md").read_text("utf-8")
        link = pages[f"{name}.html"].find("a", href=f"notebooks/{name}.ipynb")
        assert (link is not None) == has_code, name
        if isinstance(link, Tag):
            assert "notebook" in str(link.get("title") or link.get("data-bs-title") or link)
            made = json.loads((real_book.html / str(link["href"])).read_text("utf-8"))
            assert made["metadata"]["kernelspec"]["name"] == "python3"
            assert not any(cell.get("outputs") for cell in made["cells"])


def test_formulas_have_as_many_parts_as_mathml_wants(pages: dict[str, BeautifulSoup]) -> None:
    wanted = {"msub": 2, "msup": 2, "mfrac": 2, "munder": 2, "mover": 2, "mroot": 2}
    wanted |= {"msubsup": 3, "munderover": 3}
    found = [
        (str(formula), len(formula.find_all(recursive=False)) == wanted[formula.name])
        for page in pages.values()
        for formula in page.find_all(list(wanted))
    ]
    assert found
    assert not [formula for formula, whole in found if not whole]


def test_math_is_finished_html_and_its_style_is_only_where_needed(
    pages: dict[str, BeautifulSoup],
) -> None:
    for name, page in pages.items():
        styled = any("katex" in link for link in _attributes(page, "link", "href"))
        assert styled == (page.find(class_="katex") is not None), name
        assert not re.search(
            r"\\[(\[]", page.find("article").get_text() if page.find("article") else ""
        )


# ---- the tiny book -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = books.tiny(tmp_path_factory.mktemp("book") / "tiny")
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    assert outcome.ran == {"first", "second", "tiny"}
    return book


PLANTED = {
    "typed result": ("index.md", "Begin", "The accuracy is 98.7 %.\nBegin", "98.7"),
    "claim": ("tiny.md", "{supported} above", "{refuted} above", "tiny.above_zero"),
    "missing glue key": ("first.md", "`answer`", "`nothing`", "nothing"),
    "missing glue key of another page": ("quoting.md", "::answer", "::nothing", "nothing"),
    "NaN": ("first.md", "double(3)", "float('nan')", "nan"),
    "failing cell": ("second.md", "import sys", "import sys; 1 / 0", "ZeroDivisionError"),
    "undefined reference": ("quoting.md", "{ref}`second`", "{ref}`third`", "third"),
    "unknown macro": ("first.md", r"\quad", r"\nosuch", r"\nosuch"),
    "figure without words": ("first.md", "A line that rises from left to right.", "", "alt"),
    "unknown live figure": ("live.md", "{interactive} digit", "{interactive} dot", "one of digit"),
    "live figure without words": ("live.md", ":try: Look at the number.\n", "", ":try: WORDS"),
    "live figure without print": ("live.md", "```{figure} dot.svg", "```{note}", "for paper"),
    "image without words": ("index.md", "Begin", "![](dot.svg)\n\nBegin", "dot.svg"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_fault_makes_the_build_red_twice(tiny: Book, fault: str) -> None:
    page, old, new, named = PLANTED[fault]
    with tiny.edited(f"book/{page}", old, new):
        for _ in range(2):
            outcome = tiny.build()
            assert outcome.status == 1, outcome.log
            assert named.lower() in outcome.log.lower()
            assert re.search(r"not fit to publish: \d+ problem", outcome.log)


def test_mended_book_is_green_twice_and_nothing_runs(tiny: Book) -> None:
    for _ in range(2):
        outcome = tiny.build()
        assert outcome.status == 0, outcome.log
        assert outcome.ran == set()
    assert "no targets are out of date" in outcome.log


def test_constant_reruns_exactly_its_page_and_undoing_it_nothing(tiny: Book) -> None:
    tiny.build()
    before = tiny.bytes()
    with tiny.edited("code/dlexp/byhand/tiny.py", "TWO = 2", "TWO = 5"):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"first"}), outcome.log
        quoting = BeautifulSoup(tiny.page("quoting"), "html.parser").get_text()
        assert "The answer of the first page is 15" in quoting
    outcome = tiny.build()
    assert (outcome.status, outcome.ran) == (0, set()), outcome.log
    assert tiny.bytes() == before


def test_docstring_reruns_nothing_and_reaches_the_api_page(tiny: Book) -> None:
    with tiny.edited("code/dlexp/byhand/tiny.py", "Return twice the value", "Give twice the value"):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, set()), outcome.log
        assert "Give twice the value" in tiny.page("api")


def test_setting_of_a_chapter_recomputes_and_reaches_its_pages(tiny: Book) -> None:
    with tiny.edited(
        "code/dlexp/chapters/tiny/measure.py", "offset: float = 10.0", "offset: float = 20.0"
    ):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"tiny"}), outcome.log
        assert "21" in BeautifulSoup(tiny.page("tiny"), "html.parser").get_text()
    with tiny.edited(
        "code/dlexp/chapters/tiny/measure.py", "offset: float = 10.0", "offset: float = -9.0"
    ):
        outcome = tiny.build()
        assert outcome.status == 1, outcome.log
        assert "tiny.above_zero" in outcome.log


def test_live_figure_follows_its_records_and_its_scripts(tiny: Book) -> None:
    data, script = (f"_static/interactive/{name}.js" for name in ("data/network", "digit"))
    assert tiny.build().status == 0
    before = tiny.bytes()
    offset = ("code/dlexp/chapters/tiny/measure.py", "offset: float = 10.0", "offset: float = 30.0")
    with tiny.edited(*offset):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, {"tiny"}), outcome.log
        assert tiny.bytes()[data] == b'DLX.data("network", [30.0,31.0,32.0]);\n'
        assert tiny.bytes()["live.html"] != before["live.html"]
    with tiny.edited("book/_interactive/digit.js", "values: ", "numbers: "):
        outcome = tiny.build()
        assert (outcome.status, outcome.ran) == (0, set()), outcome.log
        assert b"numbers: " in tiny.bytes()[script]
        assert tiny.bytes()["live.html"] != before["live.html"]
    assert tiny.build().status == 0
    after = tiny.bytes()
    assert [name for name in before if before[name] != after.get(name)] == []


def test_pages_without_live_figures_load_none_of_their_files(tiny: Book) -> None:
    tiny.build()
    pages = {name for name, content in tiny.bytes().items() if b"_static/interactive/" in content}
    assert pages == {"live.html"}


def test_experiment_that_fails_ends_the_build_in_one_line(tiny: Book) -> None:
    with tiny.edited(
        "code/dlexp/chapters/tiny/measure.py", "return Measurement", "1 / 0\n    return Measurement"
    ):
        outcome = tiny.build()
    assert outcome.status == 1
    lines = [line for line in outcome.log.splitlines() if "cannot be computed" in line]
    assert len(lines) == 1
    assert "ZeroDivisionError" in lines[0]


def test_two_clean_builds_and_a_mended_one_are_equal_byte_for_byte(
    tiny: Book, tmp_path: Path
) -> None:
    assert tiny.build().status == 0
    # The same sources and the same records: these say how long they took.
    other = Book(tmp_path / "elsewhere" / "other")
    shutil.copytree(tiny.folder, other.folder, ignore=shutil.ignore_patterns("_build"))
    assert other.build().status == 0
    ours, theirs = tiny.bytes(), other.bytes()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


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

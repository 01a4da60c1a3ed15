"""What a page follows: what its magics run, what it names, and what it used without naming it."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from dlexp import paths
from dlexp.site import dependencies

USE = "from dlexp.paths import DATA\nDATA"


def _page(source: str, **metadata: object) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source)], metadata=metadata)


@pytest.mark.parametrize(
    "source",
    [
        f"%%time\n{USE}",
        f"%%capture output\n{USE}",
        "%time from dlexp.paths import DATA; DATA",
        f"get_ipython().run_cell({USE!r})",
        f"if True:\n    get_ipython().ex({USE!r})",
    ],
)
def test_what_a_magic_runs_is_followed(source: str) -> None:
    assert "dlexp.paths:DATA" in dependencies.of_notebook(_page(source))


def test_magic_that_nobody_can_read_counts_for_everything() -> None:
    found = dependencies.of_notebook(_page("%timeit -n 3 double(3)"))
    assert "dlexp.byhand.conv:conv2d" in found


def test_magic_that_runs_nothing_counts_for_nothing() -> None:
    names = dependencies.of_notebook(_page("%matplotlib inline\n%config A.b = 'svg'")).keys()
    assert not [name for name in names if ":" in name]


@pytest.mark.parametrize("named", ["LICENSE", ["LICENSE"]])
def test_page_may_name_one_file_or_several(named: object) -> None:
    page = _page("1", depends=named)
    assert "LICENSE" in dependencies.of_notebook(page)
    assert list(dependencies.undeclarable(page)) == []


def test_folder_stands_for_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    for name in ("more/a.csv", "more/deep/b.csv", "more/.hidden", "more/__pycache__/c.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", "utf-8")
    found = dependencies.of_notebook(_page("1", depends=["more"]))
    names = [Path(name).name for name in found if "more" in name]
    assert sorted(names) == ["a.csv", "b.csv"]


@pytest.mark.parametrize("name", ["nosuch.csv", "data/*.csv", "..", "/etc/hosts"])
def test_what_is_named_must_be_there_and_of_the_project(name: str) -> None:
    [problem] = dependencies.undeclarable(_page("1", depends=[name]))
    assert problem == f"`depends` must name files or folders of the project; got {name}"


def _unfollowed(page: NotebookNode, *files: str, modules: tuple[str, ...] = ()) -> list[str]:
    used = {"files": [str(paths.PROJECT / file) for file in files], "modules": modules}
    return dependencies.unfollowed(page, used)


def test_what_was_used_and_not_named_is_told() -> None:
    page = _page(USE, depends=["LICENSE"])
    assert _unfollowed(page, "LICENSE", modules=("dlexp", "dlexp.paths")) == []
    assert _unfollowed(page, "README.md", modules=("dlexp.data",)) == [
        "the file README.md",
        "the module dlexp.data",
    ]


def test_arrays_are_followed_with_their_record() -> None:
    slug = next(paths.RESULTS.glob("*/*.npz")).parent.name
    page = _page(f"from dlexp.chapters.{slug} import measure\nmeasure.units()")
    array = next((paths.RESULTS / slug).glob("*.npz"))
    assert _unfollowed(page, f"results/{slug}/{array.name}") == []
    assert _unfollowed(page, "results/other/a.npz") == ["the file results/other/a.json"]


def test_what_was_unpacked_is_followed_with_its_archive() -> None:
    """It is used only if its bytes have the checksum that stands in the code."""
    unpacked = "_build/data/t10k-images-idx3-ubyte"
    assert _unfollowed(_page("from dlexp import data\ndata.load('mnist')"), unpacked) == []
    assert _unfollowed(_page(USE), unpacked) == ["the file data/mnist/t10k-images-idx3-ubyte.gz"]

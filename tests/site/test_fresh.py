"""What a page's outputs depend on; how a build acts on it is in test_edits.py."""

import os
from pathlib import Path
from string import Template
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlexp import paths
from dlexp.site import dependencies, fresh, kernels
from dlexp.site.addresses import address, readdress_index


def test_page_without_code_depends_on_nothing() -> None:
    assert dependencies.of_notebook(new_notebook(cells=[new_markdown_cell("import numpy")])) == {}


def test_page_depends_on_symbols_versions_and_declared_files() -> None:
    page = new_notebook(cells=[new_code_cell("from dlexp.paths import DATA\nDATA")])
    page.metadata["depends"] = ["LICENSE", "nothing/here"]
    found = dependencies.of_notebook(page)
    assert {"dlexp.paths:DATA", "Python", "tensorflow", "LICENSE"} <= found.keys()
    assert found["nothing/here"] == dependencies.ABSENT
    assert "dlexp.paths:RESULTS" not in found


def test_page_that_loads_data_depends_on_the_files() -> None:
    page = new_notebook(cells=[new_code_cell("from dlexp import data\ndata.load('mnist')")])
    assert any(name.startswith("data/") for name in dependencies.of_notebook(page))


def test_records_of_reached_experiments_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "RESULTS", tmp_path)
    for slug in ("demo", "other"):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "train.json").write_text("{}", "utf-8")
    before = dependencies.reached({"dlexp.chapters.demo:units": "1"})
    (tmp_path / "other" / "train.json").write_text("[]", "utf-8")
    assert dependencies.reached({"dlexp.chapters.demo:units": "1"}) == before
    (tmp_path / "demo" / "train.json").write_text("[1]", "utf-8")
    assert dependencies.reached({"dlexp.chapters.demo:units": "1"}) != before


def test_a_page_of_claims_follows_what_was_asked_on_other_data() -> None:
    env: Any = SimpleNamespace(
        dlexp_claims={"travels": {"weight_decay"}, "shapes": {"conv_shapes"}}
    )

    there, home = (fresh._claim_digests(env, page) for page in ("travels", "shapes"))

    assert "dlexp.chapters.weight_decay.travels:units" in there
    assert any("data=fashion_mnist" in name for name in there)
    assert not any(".travels:" in name for name in home)


def test_digest_follows_content_and_not_dates(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert dependencies.file_digest(file) == dependencies.ABSENT
    file.write_text("one", "utf-8")
    first = dependencies.file_digest(file)
    os.utime(file, (1, 1))
    assert dependencies.file_digest(file) == first
    file.write_text("two", "utf-8")
    assert dependencies.file_digest(file) != first


def test_cells_of_ipython_and_no_python_at_all() -> None:
    page = new_notebook(cells=[new_code_cell("%matplotlib inline\n!ls\nx = 1")])
    assert "x = 1" in dependencies.cells_source(page)
    dependencies.closure(dependencies.cells_source(page))
    assert dependencies.closure("not Python at all") == {}


def test_first_difference_sees_what_came_and_what_went() -> None:
    assert dependencies.first_difference({"a": "1"}, {"a": "1"}) is None
    assert dependencies.first_difference({}, {"a": "1"}) == "a"
    assert dependencies.first_difference({"a": "1"}, {}) == "a"


def test_kernel_of_this_python_is_found_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    monkeypatch.setenv("JUPYTER_PATH", "elsewhere")
    kernels.install(tmp_path)
    kernels.install(tmp_path)
    assert os.environ["JUPYTER_PATH"] == os.pathsep.join([str(tmp_path), "elsewhere"])
    found = KernelSpecManager().get_kernel_spec("python3")
    assert found.argv[0] == kernels.specification()["argv"][0]  # type: ignore[index]
    assert found.env["PYTHONHASHSEED"] == "0"
    assert str(paths.PROJECT / "code") in found.env["PYTHONPATH"]


def test_kernel_takes_a_dollar_for_a_dollar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter fills in what follows one."""
    monkeypatch.setenv("PYTHONPATH", "/it's $HOME")
    variables: dict[str, str] = kernels.specification()["env"]  # type: ignore[assignment]
    search = Template(variables["PYTHONPATH"]).safe_substitute(os.environ).split(os.pathsep)
    assert "/it's $HOME" in search


def test_address_leaves_out_the_folder_of_pages_only() -> None:
    assert address("book/a/b") == "a/b"
    assert address("_modules/book/a") == "_modules/book/a"
    with pytest.raises(ValueError, match="a search index is"):
        readdress_index("{}")

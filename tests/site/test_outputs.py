"""What the cells of a page printed is kept while all that decides it is what it was."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlexp import paths
from dlexp.lab import drafts
from dlexp.site import outputs, same
from dlexp.site.outputs import Ran


def page(*sources: str, words: str = "Words.") -> Any:
    cells = [new_markdown_cell(words), *(new_code_cell(source) for source in sources)]
    return new_notebook(cells=cells, metadata={"depends": "LICENSE", "source_map": [1, 2]})


def ran(*sources: str) -> Ran:
    """Return a page whose cells printed what they say."""
    done = page(*sources)
    for count, cell in enumerate(done.cells[1:], start=1):
        cell.execution_count = count
        cell.outputs = [new_output("stream", name="stdout", text=cell.source)]
    done.metadata["language_info"] = {"pygments_lexer": "ipython3"}
    return Ran(done, 1.5, "{}")


@pytest.fixture
def env(tmp_path: Path) -> Any:
    return SimpleNamespace(doctreedir=tmp_path)


@pytest.fixture
def kept(env: Any) -> Any:
    """The environment of a build that kept the outputs of a page of two cells."""
    done = ran("1", "2")
    outputs.keep(env, "book/a", outputs.key(done.notebook), done)
    return env


def test_other_words_find_the_outputs_and_stay(kept: Any) -> None:
    edited = page("1", "2", words="Other words.")
    edited.metadata["source_map"] = [1, 7]
    found = outputs.find(kept, "book/a", edited)
    assert found is not None
    assert [cell.source for cell in found.notebook.cells] == ["Other words.", "1", "2"]
    assert [cell.outputs[0].text for cell in found.notebook.cells[1:]] == ["1", "2"]
    assert [cell.execution_count for cell in found.notebook.cells[1:]] == [1, 2]
    assert (found.seconds, found.report) == (1.5, "{}")
    assert found.notebook.metadata.language_info.pygments_lexer == "ipython3"
    assert found.notebook.metadata.source_map == [1, 7]
    assert not edited.cells[1].outputs
    assert "language_info" not in edited.metadata


@pytest.mark.parametrize("sources", [("1", "3"), ("2", "1"), ("1",), ("1", "2", "3")])
def test_other_cells_find_none(kept: Any, sources: tuple[str, ...]) -> None:
    assert outputs.find(kept, "book/a", page(*sources)) is None


def test_another_page_finds_none(kept: Any) -> None:
    assert outputs.find(kept, "book/b", page("1", "2")) is None


def test_what_cells_reach_decides(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs.dependencies, "of_notebook", lambda _: {"LICENSE": "edited"})
    assert outputs.find(kept, "book/a", page("1", "2")) is None


def test_what_runs_cells_decides(
    kept: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in outputs.MACHINERY:
        copy = tmp_path / "dlexp" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((outputs.PACKAGE / name).read_bytes() + b"# edited")
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    monkeypatch.setattr(outputs, "PACKAGE", tmp_path / "dlexp")
    assert outputs.find(kept, "book/a", page("1", "2")) is None


def test_what_is_installed_decides(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same, "installed", lambda: ["numpy-0.dist-info"])
    assert outputs.find(kept, "book/a", page("1", "2")) is None


def test_outputs_are_not_kept_under_what_was_edited_meanwhile(env: Any) -> None:
    outputs.keep(env, "book/a", "what it was before its cells ran", ran("1"))
    assert outputs.find(env, "book/a", page("1")) is None


def test_draft_neither_keeps_nor_finds(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "are_shown", lambda: True)
    assert outputs.find(kept, "book/a", page("1", "2")) is None
    outputs.keep(kept, "book/b", outputs.key(page("1")), ran("1"))
    monkeypatch.undo()
    assert outputs.find(kept, "book/b", page("1")) is None


def test_file_that_is_none_of_ours_finds_none(kept: Any) -> None:
    file = Path(kept.doctreedir, "outputs", "book", "a.json")
    file.write_text(file.read_text("utf-8")[:40], "utf-8")
    assert outputs.find(kept, "book/a", page("1", "2")) is None

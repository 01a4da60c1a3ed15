"""Which cells of a draft are marked: those that rest on stale records, and no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dlexp.lab import drafts
from dlexp.lab.drafts import Stale
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.site import draft_cells

RUNS = Runs(
    "demo",
    (
        Stale("demo", "old-seed=0", "", {}, 0, {"x": 1.0}, {}, {}, {}),
        Record("demo", "new-seed=0", "", {}, 0, {"x": 2.0}, {}, {}),
    ),
)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    settings = Config(HistoryManager={"enabled": False})
    shell = InteractiveShell(config=settings, ipython_dir=str(tmp_path))  # type: ignore[no-untyped-call]
    shell.user_ns.update(runs=RUNS, shown=[])
    monkeypatch.setattr(draft_cells, "display", shell.user_ns["shown"].append)
    draft_cells.follow(shell)
    yield shell
    drafts.show(on=False)
    drafts.READ.clear()


def _marked(shell: InteractiveShell, *cells: str) -> list[bool]:
    """Return for each cell whether a mark stands below it."""
    marks = []
    for cell in cells:
        shell.user_ns["shown"].clear()
        shell.run_cell(cell).raise_error()  # type: ignore[no-untyped-call]
        texts = [html.data for html in shell.user_ns["shown"]]
        marks.append('<p class="draft-mark">Stale: demo/old (1 record)</p>' in texts)
    return marks


def test_a_cell_that_reads_a_stale_record_is_marked_and_the_next_is_not(
    shell: InteractiveShell,
) -> None:
    cells = ("runs('old').numbers('x')", "runs('new').numbers('x')", "runs.seeds, len(runs)", "1")
    assert _marked(shell, *cells) == [True, False, False, False]


@pytest.mark.parametrize(
    "cells",
    [
        ("old = runs('old').numbers('x')", "old + 1"),
        ("old = runs('old').numbers('x')", "more = old + 1", "more"),
        ("kept = []", "kept.append(runs('old').numbers('x'))", "kept"),
        ("old = runs('old').numbers('x')", "def f():\n    return old", "f()"),
    ],
)
def test_what_was_read_stays_behind_the_values_that_a_cell_names(
    shell: InteractiveShell, cells: tuple[str, ...]
) -> None:
    marks = _marked(shell, *cells, "import math", "math.pi", "runs('new').numbers('x')")
    assert marks[len(cells) - 1 :] == [True, False, False, False]


def test_what_is_no_python_is_run_as_ever(shell: InteractiveShell) -> None:
    assert _marked(shell, "%who_ls", "") == [False, False]

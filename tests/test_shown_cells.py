"""What a page shows as code runs when copied: its shown cells, joined, and nothing else."""

from pathlib import Path

import pytest

import programs
from dlexp.paths import BOOK

pytestmark = pytest.mark.timeout(600)

PAGES = {page.stem: page for page in sorted(BOOK.glob("*.md")) if programs.shown_cells(page)}


@pytest.mark.costly
@pytest.mark.parametrize("name", PAGES)
def test_shown_cells_run_by_themselves(name: str, tmp_path: Path) -> None:
    program = tmp_path / f"{name}.py"
    program.write_text("\n".join(programs.shown_cells(PAGES[name])), "utf-8")
    programs.run(program, tmp_path)


def test_hidden_cells_and_options_are_left_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```{code-cell} ipython3\n:tags: [remove-cell]\na = 1\n```\n\n"
        "```{code-cell} ipython3\n:tags: [hide-input]\nb = 2\n```\n",
        "utf-8",
    )
    assert programs.shown_cells(page) == ["b = 2\n"]

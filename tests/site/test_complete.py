"""Whether a site is whole; whole books are stopped and mended in test_stopping.py."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dlexp.site import complete


@pytest.fixture
def site(build: Callable[..., object], tmp_path: Path) -> Path:
    build("dlexp.site.complete", index="# Title")
    return tmp_path / "out"


def test_good_build_is_whole(site: Path) -> None:
    assert complete.is_whole(site)


@pytest.mark.parametrize("name", ["index.html", "searchindex.js", "_static/basic.css"])
def test_removed_file_is_missed(site: Path, name: str) -> None:
    (site / name).unlink()
    assert not complete.is_whole(site)


def test_cut_off_file_is_noticed(site: Path) -> None:
    (site / "searchindex.js").write_text("Search", "utf-8")
    assert not complete.is_whole(site)


@pytest.mark.parametrize("text", [None, "", "[]", '{"index.html'])
def test_no_note_or_a_damaged_one_is_no_whole_site(site: Path, text: str | None) -> None:
    note = complete.note(site)
    note.unlink()
    if text is not None:
        note.write_text(text, "utf-8")
    assert not complete.is_whole(site)


def test_page_is_written_again_where_a_file_is_missing(
    build: Callable[..., object], site: Path
) -> None:
    (site / "search.html").unlink()
    build("dlexp.site.complete", fresh=False, index="# Title")
    assert complete.is_whole(site)
    assert (site / "search.html").is_file()

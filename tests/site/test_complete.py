"""Whether a site is whole; whole books are stopped and mended in test_stopping.py."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

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


def test_note_goes_before_pages_are_read(site: Path) -> None:
    """Also those of sites that other builders made of the same pages."""
    other = complete.note(site.with_name("dirhtml"))
    other.touch()
    complete.start(SimpleNamespace(outdir=site), None, [])  # type: ignore[arg-type]
    assert complete.is_whole(site)
    complete.start(SimpleNamespace(outdir=site), None, ["index"])  # type: ignore[arg-type]
    assert not complete.is_whole(site)
    assert not other.exists()


def test_site_that_is_not_whole_is_made_from_nothing(
    build: Callable[..., object], site: Path
) -> None:
    """Nothing of an earlier build is read: not its memory, its pictures, nor its pages."""
    kept = [site / "old.html", site.with_name("jupyter_execute") / "old.svg"]
    for file in kept:
        file.parent.mkdir(exist_ok=True)
        file.touch()
    (site.with_name("doctrees") / "index.doctree").write_bytes(b"cut off")
    build("dlexp.site.complete", fresh=False, index="# Title")
    assert not any(file.exists() for file in kept)
    assert complete.is_whole(site)


def test_site_may_lie_elsewhere(build: Callable[..., object], site: Path) -> None:
    elsewhere = site.rename(site.with_name("elsewhere"))
    site.symlink_to(elsewhere)
    (elsewhere / "search.html").unlink()
    (elsewhere / "old.html").touch()
    build("dlexp.site.complete", fresh=False, index="# Title")
    assert site.is_symlink()
    assert (elsewhere / "search.html").exists()
    assert not (elsewhere / "old.html").exists()

"""What a project is made of: whatever may decide its site counts."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dlexp.site import complete, same


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a site that is whole, and noted as made of it."""
    for name in ("book/a.md", "code/b.py", "_config.yml", "_build/html/a.html", ".git/c"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, "utf-8")
    begin(tmp_path)
    return tmp_path


def begin(project: Path, status: int = 0, error: Exception | None = None) -> None:
    """End a build that began with what is there now."""
    app: Any = SimpleNamespace(outdir=project / "_build" / "html", statuscode=status)
    same._BEGUN[:] = [same.content(project)]
    complete.close(app, error)
    same.close(app, error)
    same._BEGUN.clear()


def stands(project: Path) -> bool:
    return same.stands(project / "_build" / "html", same.content(project))


def test_site_stands_while_nothing_changes(project: Path) -> None:
    assert stands(project)
    (project / "book" / "a.md").touch()
    (project / ".git" / "c").write_text("other", "utf-8")
    (project / "code" / "__pycache__").mkdir()
    (project / "code" / "__pycache__" / "b.pyc").write_text("compiled", "utf-8")
    (project / "env").mkdir()
    (project / "env" / "pyvenv.cfg").touch()
    assert stands(project)


@pytest.mark.parametrize("name", ["book/a.md", "code/b.py", "_config.yml", "_build/html/a.html"])
def test_edited_file_is_seen(project: Path, name: str) -> None:
    (project / name).write_text("other", "utf-8")
    assert not stands(project)


@pytest.mark.parametrize("name", ["book/a.md", "_build/html/a.html", "_build/.html.made-of"])
def test_file_that_is_gone_is_seen(project: Path, name: str) -> None:
    (project / name).unlink()
    assert not stands(project)


@pytest.mark.parametrize("name", ["book/d.md", "d.txt", ".ci/run", "_build/html/d.html"])
def test_new_file_is_seen(project: Path, name: str) -> None:
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).touch()
    assert not stands(project)


def test_what_moved_from_file_to_file_is_seen(project: Path) -> None:
    (project / "book" / "a.md").rename(project / "book" / "aa.md")
    assert not stands(project)


def test_what_is_installed_is_seen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same, "installed", lambda: iter(["numpy-0.dist-info"]))
    assert not stands(project)


def test_folder_behind_a_link_is_never_the_same(project: Path, tmp_path: Path) -> None:
    (project / "data").symlink_to(tmp_path / "book")
    begin(project)
    assert not stands(project)


@pytest.mark.parametrize("end", [{"status": 1}, {"error": RuntimeError()}])
def test_red_build_leaves_no_note(project: Path, end: dict[str, Any]) -> None:
    (project / "book" / "a.md").write_text("wrong", "utf-8")
    begin(project, **end)
    assert not stands(project)


@pytest.mark.parametrize("option", ["--all", "-W", "--builder=html", "-v"])
def test_option_has_the_build_do_its_work(option: str) -> None:
    assert same.is_plain(["jupyter-book", "build", "."])
    assert not same.is_plain(["jupyter-book", "build", ".", option])


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], set()),
        (["book/a.md"], {"book/a.md"}),
        (["book/a.md", "code/b.py"], None),
        (["_config.yml"], None),
        (["book/new.md"], None),
    ],
)
def test_words_are_all_that_was_edited(
    project: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], found: set[str] | None
) -> None:
    for name in names:
        (project / name).write_text("other", "utf-8")
    monkeypatch.setattr(same, "_BEGUN", [same.content(project)])
    assert same.edited_pages(project / "_build" / "html") == found


def test_nobody_knows_what_was_edited_where_nothing_was_noted(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert same.edited_pages(project / "_build" / "html") is None  # no build is at work
    monkeypatch.setattr(same, "_BEGUN", [same.content(project)])
    assert same.edited_pages(project / "elsewhere") is None
    (project / "book" / "a.md").unlink()
    monkeypatch.setattr(same, "_BEGUN", [same.content(project)])
    assert same.edited_pages(project / "_build" / "html") is None

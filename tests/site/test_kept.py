"""What builds keep for the next: only good ones, only what they used, only while it is decided."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sphinx.highlighting

from dlexp.site import interactive_files, kept

SOURCE = "# Title\n\n```{eval-rst}\n.. automodule:: dlexp.lab.recorded\n   :members:\n```\n"


@pytest.fixture(autouse=True)
def at_work() -> Iterator[None]:
    """No build of another test is at work."""
    yield
    kept._FOLDER.clear()
    kept._USED.clear()


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function that is a build which uses some texts; it returns those it made."""

    def build(*used: str, status: int = 0, fails: bool = False, alone: bool = False) -> list[str]:
        env = SimpleNamespace(dlexp_alone=alone)
        app: Any = SimpleNamespace(doctreedir=tmp_path, statuscode=status, env=env)
        made: list[str] = []
        kept.begin(app)
        for name in used:
            assert kept.text(name, lambda n=name: made.append(n) or f"{n}\r\n") == f"{name}\r\n"
        kept.close(app, RuntimeError() if fails else None)
        return made

    return build


def test_text_is_made_once_and_again_when_what_decides_it_is_another(built) -> None:
    assert built("a", "b", "a") == ["a", "b"]
    assert built("a", "b") == []
    assert built("a", "c") == ["c"]


def test_what_the_last_good_build_did_not_use_is_gone(built) -> None:
    built("a", "b")
    built("a")
    assert built("a", "b") == ["b"]


def test_build_that_wrote_some_pages_forgets_nothing_of_the_others(built) -> None:
    built("a", "b")
    built("a", alone=True)
    assert built("a", "b") == []


def test_build_that_used_nothing_changes_nothing(built) -> None:
    built("a")
    built()
    assert built("a") == []


@pytest.mark.parametrize("bad", [{"status": 1}, {"fails": True}])
def test_bad_build_keeps_nothing(built, bad: dict[str, Any]) -> None:
    """Else what it warned of while it made something would not be met again."""
    built("a", **bad)
    assert built("a") == ["a"]


def test_nothing_is_kept_where_no_build_is_at_work() -> None:
    assert [kept.text("a", lambda: "one"), kept.text("a", lambda: "two")] == ["one", "two"]


def test_error_is_raised_every_time(built) -> None:
    built()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            kept.text("a", lambda: str(1 / 0))


def test_source_page_is_coloured_once(build, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured: list[str] = []
    real = sphinx.highlighting.highlight

    def highlight(source: str, *how: Any) -> str:
        coloured.append(source)
        return real(source, *how)

    monkeypatch.setattr(sphinx.highlighting, "highlight", highlight)
    extensions = ["dlexp.site.kept", "dlexp.site.unloaded", "dlexp.site.highlighted"]
    first = build(extensions, index=SOURCE)
    page = first.page("_modules/dlexp/lab/recorded")
    assert [source for source in coloured if "def recorded" in source]
    coloured.clear()
    (first.out / "_modules/dlexp/lab/recorded.html").unlink()
    second = build(extensions, fresh=False, index=f"{SOURCE}\nOne more sentence.\n")
    assert "One more sentence." in second.page("index")
    assert not [source for source in coloured if "def recorded" in source]
    assert second.page("_modules/dlexp/lab/recorded") == page


def test_live_data_follows_what_decides_it(built, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(interactive_files, "_source", lambda _: lambda: made.append(1) or len(made))
    behind = {"results/demo/a.json": "1f"}
    monkeypatch.setattr(interactive_files, "_behind", lambda _: dict(behind))
    built()  # a build is at work
    scripts = []
    for record in ("1f", "1f", "2e"):
        behind["results/demo/a.json"] = record
        interactive_files.forget()
        scripts.append(interactive_files.data_script("dots"))
    assert [script[-5:] for script in scripts] == [" 1);\n", " 1);\n", " 2);\n"]
    interactive_files.forget()

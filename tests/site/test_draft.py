"""Claims of a draft: those of stale records are marked and judged by nobody, others wait."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

import demo
from dlexp import paths
from dlexp.lab import drafts
from dlexp.lab.drafts import Absent, Stale
from dlexp.lab.runs import Runs
from dlexp.site import draft

EXTENSIONS = ["dlexp.site.claim", "dlexp.site.roles", "dlexp.site.draft"]

PAGE = """# Demo

The gain is {effect}`better:.1f`, with failures in {checked}`never`.

```{VERDICT} better
It is better.
```

```{counted}
never
: It never fails.
```

```{claims-register}
```
"""


@pytest.fixture(autouse=True)
def in_a_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is built into the folder of the test is a draft, and what comes after is none."""
    monkeypatch.setattr(paths, "DRAFT", tmp_path)
    monkeypatch.setattr(draft, "close", lambda *_: None)  # it counts the units of a store
    monkeypatch.delenv("DLEXP_DRAFT", raising=False)
    yield
    drafts.show(on=False)
    drafts.READ.clear()


def _as(kind: type, chapter: Any) -> None:
    """Make the first record of the chapter stale, or absent."""
    first, *others = chapter.runs.records
    more = {"present": first.config} if kind is Stale else {}
    chapter.runs = Runs("demo", (kind(**vars(first), **more), *others))


def _warnings(built: Any) -> list[str]:
    """Return the warnings but that of a theme which has no line for all pages, as ours has."""
    return [line for line in built.warnings if "announcement" not in line]


def _article(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_claims_of_stale_records_are_marked_and_their_verdict_is_no_fault(
    build: Callable[..., Any], chapter: Any
) -> None:
    _as(Stale, chapter)

    built = build(EXTENSIONS, demo=PAGE.replace("VERDICT", "refuted"))

    assert _warnings(built) == []
    page = _article(built.page("demo"))
    marks = [mark.get_text() for mark in page.select(".draft-mark")]
    assert marks == [drafts.words([f"demo/{demo.UNITS[0].name}"])] * 4
    assert page.get_text().count("(stale)") == 2
    assert "Marked on this page: 6 stale." in page.get_text()


@pytest.mark.usefixtures("chapter")
def test_verdict_of_current_records_is_judged_in_a_draft_too(build: Callable[..., Any]) -> None:
    built = build(EXTENSIONS, demo=PAGE.replace("VERDICT", "refuted"))

    [warning] = _warnings(built)
    assert "the page expects demo.better to be refuted; got supported" in warning
    assert not _article(built.page("demo")).select(".draft-mark, .draft-banner")


def test_claims_that_wait_say_so(build: Callable[..., Any], chapter: Any) -> None:
    _as(Absent, chapter)

    built = build(EXTENSIONS, demo=PAGE.replace("VERDICT", "supported"))

    assert _warnings(built) == []
    page = _article(built.page("demo"))
    marks = [mark.get_text() for mark in page.select(".draft-mark")]
    assert marks == ["Not computed yet"] * 2 + ["Not computed yet: claims of demo"]
    assert page.select_one("#claim-demo-better") is not None
    assert "The gain is not computed yet, with failures in not computed yet." in page.get_text()
    assert "Marked on this page: 5 not computed yet." in page.get_text()


@pytest.mark.usefixtures("chapter")
def test_outside_of_its_folder_nothing_is_a_draft(
    build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "DRAFT", tmp_path / "elsewhere")
    monkeypatch.setenv("DLEXP_DRAFT", "1")  # as a shell may have it
    drafts.show(on=True)

    build(EXTENSIONS, demo=PAGE.replace("VERDICT", "supported"))

    assert not drafts.are_shown()
    assert "DLEXP_DRAFT" not in draft.os.environ

"""The directive of live figures, on pages of its own; whole books with one are in test_edits.py."""

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from dlexp import chapters
from dlexp.draw.live import LiveFigure
from dlexp.lab.store import MissingResult
from dlexp.site import interactive, interactive_files

EXTENSION = "dlexp.site.interactive"
PAGE = """# A

````{{interactive}} {name}
:label: {label}
:try: Press the button.

{content}
````
"""
PRINTED = "```{figure} dot.png\n:alt: A dot.\n\nA dot, as printed.\n```"


def numbers() -> dict[str, list[float]]:
    return {"values": [1, 2.5]}


def missing() -> None:
    raise MissingResult("no current record of demo/train")


def shown(monkeypatch: pytest.MonkeyPatch, **data: Callable[[], Any]) -> None:
    """Let ``dot`` be the only live figure there is."""
    dot = LiveFigure(("dot",), data)
    monkeypatch.setattr(interactive_files, "figures", lambda: {"dot": dot})


@pytest.fixture(autouse=True)
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A figure ``dot`` with a script and data of its own."""
    folder = tmp_path / "scripts"
    folder.mkdir()
    for name in ("page.js", "interactive.css", "dot.js"):
        (folder / name).write_text(f"/* {name} */ a{{}}", "utf-8")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    monkeypatch.setattr(interactive_files, "SOURCE", folder)
    shown(monkeypatch, numbers=numbers)
    return folder


def page(name: str = "dot", label: str = "A dot", content: str = PRINTED) -> str:
    return PAGE.format(name=name, label=label, content=content)


def host(markup: str) -> Any:
    return BeautifulSoup(markup, "html.parser").find(class_="dlx")


def test_a_live_figure_is_a_named_group_around_the_printed_one(build: Any) -> None:
    built = build(EXTENSION, index=page(label='A "dot" & more'))

    assert built.warnings == []
    found = host(built.page("index"))
    assert (found["role"], found["aria-label"]) == ("group", 'A "dot" & more')
    assert found.find(class_="dlx-try").get_text() == "Try it. Press the button."
    assert "A dot, as printed." in found.find(class_="dlx-fallback").figcaption.get_text()


def test_every_address_leads_to_a_file_and_carries_its_digest(build: Any, scripts: Path) -> None:
    built = build(EXTENSION, index=page())
    found = host(built.page("index"))
    addresses = [*found["data-scripts"].split(), *found["data-data"].split()]

    assert [each.split("?")[0] for each in addresses] == [
        "_static/interactive/dot.js", "_static/interactive/data/numbers.js",
    ]  # fmt: skip
    for each in addresses:
        assert (built.out / each.split("?")[0]).is_file()
    data = (built.out / "_static/interactive/data/numbers.js").read_text("utf-8")
    assert json.loads(data.removeprefix('DLX.data("numbers", ').removesuffix(");\n")) == {
        "values": [1, 2.5]
    }
    (scripts / "dot.js").write_text("other()", "utf-8")
    assert host(build(EXTENSION, index=page()).page("index"))["data-scripts"] != addresses[0]


def test_a_page_without_live_figures_gets_nothing(build: Any) -> None:
    built = build(EXTENSION, index=page(), plain="# Plain\n\nWords.")

    assert "interactive/page.js?v=" in built.page("index")
    assert "interactive/interactive.css?v=" in built.page("index")
    assert "interactive" not in built.page("plain")


def test_a_book_without_live_figures_has_none_of_their_files(build: Any) -> None:
    assert not (build(EXTENSION, index="# A").out / "_static" / "interactive").exists()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (page(name="dots"), "a live figure must be one of dot; got 'dots'"),
        (page(label=""), "live figure dot must say ':label: WORDS'; got no words"),
        (page(content=""), "live figure dot must hold a printed figure; got nothing"),
        (page(content="Words."), "live figure dot must hold a figure with a caption, for paper"),
        (page(content="![A dot.](dot.png)"), "must hold a figure with a caption, for paper"),
        (page() + page().removeprefix("# A"), "must show a live figure once; got dot again"),
    ],
)
def test_what_is_missing_is_a_warning(build: Any, source: str, message: str) -> None:
    assert any(message in line for line in build(EXTENSION, index=source).warnings)


def test_missing_scripts_and_records_are_warnings(
    build: Any, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scripts / "dot.js").unlink()
    [warning] = build(EXTENSION, index=page()).warnings
    assert "must have its files; got no dot.js" in warning
    (scripts / "dot.js").write_text("", "utf-8")
    shown(monkeypatch, numbers=missing)
    lines = build(EXTENSION, index=page()).warnings
    assert any("live figure dot has no data: no current record of demo" in line for line in lines)


def test_the_table_of_weights_counts_what_the_pages_load(build: Any) -> None:
    built = build(EXTENSION, index=page(), table="# B\n\n```{interactive-weights}\n```")

    cells = [each.get_text() for each in BeautifulSoup(built.page("table"), "html.parser")("td")]
    names = [each.get_text() for each in BeautifulSoup(built.page("table"), "html.parser")("th")]
    assert {"A: scripts and style", "data: numbers", "A: all"} <= set(names)
    assert "40,000 / 15,000" in html.unescape(" ".join(cells))


def test_a_figure_follows_its_files_code_and_records(monkeypatch: pytest.MonkeyPatch) -> None:
    shown(monkeypatch, slugs=chapters.slugs)

    followed = interactive.follows(["dot", "gone"])

    assert any(name.endswith("dot.js") for name in followed)
    assert "dlexp.chapters:slugs" in followed


def test_a_figure_follows_which_scripts_it_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    before = interactive.follows(["dot"])
    other = LiveFigure(("page", "dot"), {"numbers": numbers})
    monkeypatch.setattr(interactive_files, "figures", lambda: {"dot": other})

    assert interactive.follows(["dot"])["live figure dot"] != before["live figure dot"]

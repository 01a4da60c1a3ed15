"""Which live figures there are, and what they load: what the chapters say."""

import sys
from pathlib import Path
from typing import Any

import pytest

from dlexp import chapters
from dlexp.draw.live import LiveFigure
from dlexp.site import interactive_files as files


def one() -> int:
    return 1


def two() -> int:
    return 2


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets chapters have these live figures."""

    def offered(**figures: dict[str, LiveFigure]) -> None:
        monkeypatch.setattr(chapters, "slugs", lambda: list(figures))
        monkeypatch.setattr(files, "_figures_of", figures.__getitem__)
        files.forget()

    return offered


def test_every_figure_of_the_chapters_has_its_scripts() -> None:
    missing = [file for name in files.figures() for file in files.script_files(name)]

    assert [file for file in missing if not file.is_file()] == []


def test_every_chapter_with_a_module_for_them_is_asked() -> None:
    [folder] = chapters.__path__
    modules = {file.parent.name for file in Path(folder).glob("*/live.py")}

    assert {slug for slug in chapters.slugs() if files._figures_of(slug)} == modules


def test_a_chapter_without_live_figures_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "silent").mkdir()
    (tmp_path / "silent" / "__init__.py").touch()
    monkeypatch.setattr(chapters, "__path__", [str(tmp_path)])

    assert chapters.slugs() == ["silent"]
    assert files.figures() == {}
    del sys.modules["dlexp.chapters.silent"], chapters.silent  # type: ignore[attr-defined]


def test_figures_come_in_the_order_of_the_chapters(offer: Any) -> None:
    offer(a={"dot": LiveFigure(("dot",))}, b={"line": LiveFigure(("line",))})

    assert list(files.figures()) == ["dot", "line"]
    assert files.figure("line").scripts == ("line",)


def test_an_unknown_figure_is_told_the_known_ones(offer: Any) -> None:
    offer(a={"dot": LiveFigure(("dot",))}, b={"line": LiveFigure(("line",))})

    with pytest.raises(ValueError, match="a live figure must be one of dot, line; got 'dots'"):
        files.script_files("dots")


def test_two_chapters_cannot_have_one_figure(offer: Any) -> None:
    offer(a={"dot": LiveFigure(("dot",))}, b={"dot": LiveFigure(("dot",))})

    with pytest.raises(ValueError, match="names of live figures must differ; got dot again in b"):
        files.figures()


def test_data_of_one_name_is_written_once(offer: Any) -> None:
    offer(a={"dot": LiveFigure((), {"n": one}), "line": LiveFigure((), {"n": one, "m": two})})

    assert files.data_names(["dot", "line"]) == ["m", "n"]
    assert files.data_script("n") == 'DLX.data("n", 1);\n'


def test_data_of_one_name_comes_from_one_function(offer: Any) -> None:
    offer(a={"dot": LiveFigure((), {"n": one})}, b={"line": LiveFigure((), {"n": two})})

    with pytest.raises(ValueError, match="data 'n' must come from one function; got 2"):
        files.data_script("n")

"""What outputs may not show, and what makes a build red."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx

from dlexp.site import strict


@pytest.mark.parametrize(
    "text",
    [
        "<object at 0x7f3a5c0012d0>",
        "Traceback (most recent call last):",
        "/home/someone/book/data",
        "saved to /tmp/x1",
        "loss nan",
        "[1. NaN]",
        "-inf",
        "from 0.1 to Infinity.",
    ],
)
def test_outputs_may_not_show(text: str) -> None:
    assert strict.forbidden(text)


@pytest.mark.parametrize(
    "text",
    ["0x1f", "0.99 +/- 0.01", "a/home/b", "https://x.org/tmp/a", "28/28", "info, nano, nan-safe"],
)
def test_outputs_may_show(text: str) -> None:
    assert strict.forbidden(text) == []


def _app(folder: Path, problems: int) -> Any:
    (folder / ENV_PICKLE_FILENAME).write_bytes(b"")
    return SimpleNamespace(_warncount=problems, statuscode=0, doctreedir=folder)


def test_warning_makes_the_build_red_and_forgotten(tmp_path: Path) -> None:
    app = _app(tmp_path, problems=1)
    strict.close(cast(Sphinx, app), None)
    assert app.statuscode == 1
    assert not (tmp_path / ENV_PICKLE_FILENAME).exists()


def test_clean_build_is_green_and_remembered(tmp_path: Path) -> None:
    app = _app(tmp_path, problems=0)
    strict.close(cast(Sphinx, app), None)
    assert app.statuscode == 0
    assert (tmp_path / ENV_PICKLE_FILENAME).exists()

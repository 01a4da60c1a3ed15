"""A clone is the same on every machine, whatever git does there to line ends."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab.recorded import recorded

SOME = (
    "README.md", "Makefile", "_config.yml", "code/dlexp/paths.py", "data/pytorch/conv.json",
    "book/_assets/screenshot.png", "book/_interactive/page.js",
)  # fmt: skip
"""A file of each kind."""


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_clone_has_the_bytes_of_the_project_whatever_the_user_wants(tmp_path: Path) -> None:
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    for name in (".gitattributes", *SOME):
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths.PROJECT / name, origin / name)
    record = next((paths.PROJECT / "results").glob("*/*.npz"))
    shutil.copy(record, origin)
    _git(origin, "init", "--quiet")
    _git(origin, "add", "--all")
    _git(origin, "commit", "--quiet", "--message=x")
    _git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(origin), str(clone))
    changed = [
        n for n in (*SOME, record.name) if (origin / n).read_bytes() != (clone / n).read_bytes()
    ]
    assert changed == []


def test_recorded_values_are_those_of_a_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dlexp.chapters.conv_shapes.claims import RECORDED_SHA256

    content = (paths.DATA / "pytorch" / "conv.json").read_bytes()
    (tmp_path / "pytorch").mkdir()
    (tmp_path / "pytorch" / "conv.json").write_bytes(content.replace(b"\n", b"\r\n"))
    before = recorded("conv", RECORDED_SHA256)
    monkeypatch.setattr(paths, "DATA", tmp_path)
    assert recorded("conv", RECORDED_SHA256) == before

"""What live figures weigh, and that no script is newer than the browsers it must run in."""

import re
from pathlib import Path

import pytest

import node
from dlexp import paths
from dlexp.site import interactive_files, interactive_weight
from dlexp.site.interactive_weight import Weight

DIRECTIVE = re.compile(r"^[`:]{3,}\{interactive\} (\w+)", re.MULTILINE)
SCRIPTS = sorted(interactive_files.SOURCE.glob("*.js"))

NEWER = re.compile(
    r"\?\.[A-Za-z\[(]|\?\?|\*\*=|\bglobalThis\b|\.(flat|flatMap|at|replaceAll|matchAll|fromEntries)\("
    r"|\bcatch \{|\bimport\b|\bexport\b|\bfetch\(|\bWorker\(|\beval\(|://(?!www\.w3\.org/2000/svg)"
)
"""What came into the language after 2018, what browsers refuse of a folder, other addresses."""


def pages() -> dict[str, list[str]]:
    """Return the live figures of each page, from their sources."""
    files = sorted(paths.BOOK.glob("*.md"))
    found = {file.stem: DIRECTIVE.findall(file.read_text("utf-8")) for file in files}
    return {page: names for page, names in found.items() if names}


def test_live_figures_keep_their_budget() -> None:
    weights = interactive_weight.weights(pages())
    for each in weights:
        print(f"{each.what}: {each.raw:,} bytes, {each.compressed:,} compressed, {each.limits}")

    assert [each.what for each in weights if not each.fits] == []
    assert any(each.what == "data: network" for each in weights)


def test_a_limit_counts_compressed_bytes_too() -> None:
    assert Weight("page", 10, 9, (10, 9)).fits
    assert not Weight("page", 11, 9, (10,)).fits
    assert not Weight("page", 10, 9, (10, 8)).fits


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_scripts_are_classic_strict_and_old_enough(file: Path) -> None:
    source = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", file.read_text("utf-8"), flags=re.DOTALL)

    assert "'use strict';" in source
    assert NEWER.findall(source) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_template_holds_another(file: Path) -> None:
    """The words of an inner one would lose their spaces when rjsmin takes them for code."""
    assert re.findall(r"\$\{[^}`]*`", file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_published_scripts_can_be_read_by_node(file: Path, tmp_path: Path) -> None:
    published = tmp_path / file.name
    published.write_bytes(interactive_files.published(file))

    node.run(published)

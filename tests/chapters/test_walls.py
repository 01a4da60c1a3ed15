"""What computes and what reads are different files: editing a reader makes no record stale."""

import shutil
from pathlib import Path

import pytest

from dlexp import chapters, paths
from dlexp.lab.fingerprint import Code
from dlexp.lab.keys import identify

CODE = paths.PROJECT / "code"
READS = ("from dlexp.draw", "import Claim", "dlexp.lab.runs", "figures")
"""A module of a chapter that has one of these in its imports is a reader."""


def readers(slug: str) -> list[Path]:
    """Return the modules of a chapter that read results."""
    found = []
    for file in sorted((CODE / "dlexp" / "chapters" / slug).glob("*.py")):
        imports = [line for line in file.read_text().splitlines() if "import" in line]
        if any(word in line for line in imports for word in READS):
            found.append(file)
    return found


@pytest.mark.parametrize("slug", chapters.slugs())
def test_a_chapter_without_its_readers_has_the_same_keys(slug: str, tmp_path: Path) -> None:
    """If a reader can be emptied, no edit of any of its lines can make a unit stale."""
    shutil.copytree(CODE, tmp_path / "code", ignore=shutil.ignore_patterns("__pycache__"))
    emptied = [file.relative_to(CODE) for file in readers(slug)]
    for file in emptied:
        (tmp_path / "code" / file).write_text("")
    units = chapters.units(slug)

    whole, without = (Code([root]) for root in (CODE, tmp_path / "code"))
    keys = [[identify(unit, code).key for unit in units] for code in (whole, without)]

    assert {file.stem for file in emptied} >= {"claims", "figures", "page"}
    assert keys[0] == keys[1]


@pytest.mark.parametrize("slug", chapters.slugs())
def test_a_page_is_no_part_of_a_key(slug: str) -> None:
    code = Code([CODE])
    reached = {symbol for unit in chapters.units(slug) for symbol in identify(unit, code).code}

    assert [symbol for symbol in reached if symbol.startswith(("dlexp.draw", "dlexp.site"))] == []


def test_a_changed_measure_is_noticed(tmp_path: Path) -> None:
    """The test of the test: what computes is part of the key."""
    shutil.copytree(CODE, tmp_path / "code", ignore=shutil.ignore_patterns("__pycache__"))
    slug = chapters.slugs()[0]
    file = tmp_path / "code" / "dlexp" / "chapters" / slug / "measure.py"
    file.write_text(file.read_text().replace("return Measurement(", "return 1 and Measurement("))
    keys = [
        [identify(unit, Code([root])).key for unit in chapters.units(slug)]
        for root in (CODE, tmp_path / "code")
    ]

    assert keys[0] != keys[1]

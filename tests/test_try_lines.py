"""The lines that the pages give to try can be typed: nothing is computed to see it."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from dlexp import chapters, paths
from dlexp.cli import trying
from dlexp.lab import variations
from dlexp.lab.settings import changed
from dlexp.lab.units import HOME

LINE = re.compile(r"python -m dlexp try ((?:[^`\n\\#]|\\\n)+)")

FILES = [*sorted((paths.PROJECT / "book").glob("*.md")), paths.PROJECT / "README.md"]

CHAPTERS = {
    "dense_networks",
    "grad_cam",
    "logistic_regression",
    "mnist",
    "pooling_dropout",
    "rnn_vs_cnn",
    "softmax_regression",
    "weight_decay",
}
"""Chapters with an exercise that changes a setting and measures."""


def lines(file: Path) -> list[str]:
    """Return what stands behind ``try`` in a file, in one line each; not where SLUG stands."""
    found = LINE.findall(file.read_text("utf-8"))
    return [" ".join(text.replace("\\\n", " ").split()) for text in found if "SLUG" not in text]


ALL = [(file.stem, line) for file in FILES for line in lines(file)]


def test_exercises_give_a_line_of_their_own_chapter() -> None:
    names = {file.stem for file in FILES}
    own = {slug for page, line in ALL if (slug := line.split()[0]) == paths.chapter(page, names)}
    assert own >= CHAPTERS


@pytest.mark.parametrize(("page", "line"), ALL)
def test_line_names_a_chapter_a_measure_and_fields_that_there_are(page: str, line: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    trying.add_arguments(parser)
    options = parser.parse_args(shlex.split(line))

    assert options.slug in chapters.slugs(), page
    groups = variations.by_measure(chapters.units(options.slug))
    if options.measure is not None:
        texts = dict(text.split("=", 1) for text in options.settings)
        configs = [group[0].config for group in groups[options.measure]]
        asked = [changed(config, texts) for config in configs]
        is_new = all(old != new for old, new in zip(configs, asked, strict=True))
        assert is_new or options.data != HOME, "what is published need not be tried"

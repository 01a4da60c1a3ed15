"""Where the project keeps its things: one place, so that nothing else spells a path."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
"""The folder with ``_config.yml``: the package lives in ``code/dlexp`` below it."""

DATA = PROJECT / "data"
RESULTS = PROJECT / "results"
BOOK = PROJECT / "book"
BUILD = PROJECT / "_build"
"""Everything that can be made again; not in git."""

DRAFT = BUILD / "draft"
"""What a draft build writes, apart from the site."""

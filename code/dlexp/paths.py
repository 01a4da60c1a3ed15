"""Where the project keeps its things: one place, so that nothing else spells a path."""

from collections.abc import Iterable
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


def chapter(page: str, pages: Iterable[str]) -> str:
    """Return the page that another one continues, by its name; or the page itself.

    Parameters
    ----------
    page : str
        A name without folder and suffix.
    pages : iterable of str
        The names of all pages, this one's among them.

    Examples
    --------
    >>> chapter("grad_cam_tests", {"grad_cam", "grad_cam_tests"})
    'grad_cam'
    >>> chapter("grad_cam", {"grad_cam", "grad_cam_tests"})
    'grad_cam'
    """
    return min((name for name in pages if f"{page}_".startswith(f"{name}_")), key=len)

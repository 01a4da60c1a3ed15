"""What pages state and follow, kept in Sphinx's environment between builds."""

from collections.abc import Iterable
from typing import NamedTuple

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from dlexp import chapters


class Shown(NamedTuple):
    """A claim on a page: the verdict expected of it, and its sentence as plain text."""

    expected: str
    sentence: str
    is_counted: bool
    """Whether it is a row of a table of counts."""


def shown_on_pages(env: BuildEnvironment) -> dict[str, dict[str, Shown]]:
    """Return the claims that pages state, by page."""
    shown: dict[str, dict[str, Shown]] = vars(env).setdefault("dlexp_claims_shown", {})
    return shown


def followed_chapters(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return the chapters whose claims or settings each page places.

    Returns
    -------
    dict of str to set of str
        By the name of the page; it must be read again when their code, data or records change.
    """
    followed: dict[str, set[str]] = vars(env).setdefault("dlexp_claims", {})
    return followed


def follow(env: BuildEnvironment, slugs: set[str]) -> None:
    """Have the page that is read follow the code, data and records of chapters."""
    # An unknown chapter is reported where it is named, and cannot be followed.
    known = slugs & set(chapters.slugs())
    followed_chapters(env).setdefault(env.docname, set()).update(known)


def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page stated, for it is gone or about to be read again."""
    shown_on_pages(env).pop(docname, None)
    followed_chapters(env).pop(docname, None)


def merge(
    _app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what another process read."""
    read = set(docnames)
    shown_on_pages(env).update({k: v for k, v in shown_on_pages(other).items() if k in read})
    followed = followed_chapters(other)
    followed_chapters(env).update({k: v for k, v in followed.items() if k in read})

"""``python -m dlexp pdf`` and ``slides``: what else can be made of the built site."""

import argparse
from pathlib import Path

from dlexp import paths
from dlexp.cli.errors import WrongUse

SITE = paths.BUILD / "html"


def pdf(options: argparse.Namespace) -> None:
    """Print the book, or one page of it.

    Raises
    ------
    WrongUse
        If there is no such page, no site, or no browser to print it.
    """
    # Parsers and more, which other commands can do without.
    from dlexp.site import built, printed
    from dlexp.site import pdf as writer

    name = options.page or "deep-learning-by-experiment"
    file = paths.BUILD / "pdf" / f"{name}.pdf"
    try:
        writer.chromium()
        site = built.Site(SITE)
        names = [options.page] if options.page else [entry.name for entry in site.contents]
        pages = writer.write(printed.document(site, names, whole=not options.page), file)
    except built.Unusable as error:
        raise WrongUse(str(error)) from None
    print(f"{_relative(file)}: {pages} pages, {file.stat().st_size / 1e6:.1f} MB")


def slides(options: argparse.Namespace) -> None:
    """Make slides of a page.

    Raises
    ------
    WrongUse
        If there is no such page, or no site.
    """
    from dlexp.site import built
    from dlexp.site import slides as writer

    file = paths.BUILD / "slides" / f"{options.page}.html"
    try:
        count = writer.write(built.Site(SITE), options.page, file)
    except built.Unusable as error:
        raise WrongUse(str(error)) from None
    print(f"{_relative(file)}: {count} slides, {file.stat().st_size / 1e6:.1f} MB")


def _relative(file: Path) -> str:
    return file.relative_to(paths.PROJECT).as_posix()

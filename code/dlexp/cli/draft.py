"""``python -m dlexp draft``: every page with the records that are there, marked where stale."""

import argparse

from dlexp import paths


def draft(_options: argparse.Namespace) -> None:
    """Build a draft of the book, which computes nothing, in a folder of its own.

    Raises
    ------
    SystemExit
        With the exit code of the build.
    """
    # Sphinx and more, which other commands can do without
    from jupyter_book.cli.main import main  # type: ignore[import-untyped]

    main(["build", str(paths.PROJECT), "--path-output", str(paths.DRAFT)], "jupyter-book")

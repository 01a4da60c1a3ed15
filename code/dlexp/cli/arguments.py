"""Arguments that several commands take."""

import argparse
from typing import NoReturn

from dlexp import chapters
from dlexp.cli.errors import WrongUse


class Parser(argparse.ArgumentParser):
    """A parser that complains in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what the parser does not understand.

        Raises
        ------
        WrongUse
            Always.
        """
        raise WrongUse(f"{message}; {self.prog} --help says what is right")


def add_slugs(parser: argparse.ArgumentParser) -> None:
    """Let a command take chapters."""
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help="chapters; by default all")


def add_place(parser: argparse.ArgumentParser) -> None:
    """Let a command choose where it computes."""
    parser.add_argument("--jobs", type=positive, metavar="N", help="units at a time")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster to compute on")


def positive(text: str) -> int:
    """Return a whole number from 1.

    Raises
    ------
    argparse.ArgumentTypeError
        If the text is none.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1; got {text!r}")
    return int(text)


def chosen_slugs(options: argparse.Namespace) -> list[str]:
    """Return the chapters that the command line names, each once; all if it names none.

    Raises
    ------
    WrongUse
        If there is no such chapter.
    """
    known = chapters.slugs()
    for slug in options.slugs:
        if slug not in known:
            raise WrongUse(f"SLUG must be one of {', '.join(known)}; got {slug!r}")
    return list(dict.fromkeys(options.slugs)) or known

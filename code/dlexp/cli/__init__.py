"""The book's results from the command line: what is current, what is stale, whether it holds.

Exit codes: 0 fine, 1 a result or a claim does not hold, 2 wrong use, 130 stopped by Ctrl-C, and 141
when whoever reads the output has gone, as after ``| head``.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence

from dlexp.cli.arguments import Parser, add_place, add_slugs, positive
from dlexp.cli.claims import claims
from dlexp.cli.draft import draft
from dlexp.cli.errors import (
    DOES_NOT_HOLD,
    FINE,
    STOPPED,
    UNREAD,
    WRONG_USE,
    DoesNotHold,
    WrongUse,
)
from dlexp.cli.grading import add_arguments as add_grade_arguments
from dlexp.cli.grading import grade
from dlexp.cli.run import run
from dlexp.cli.status import status
from dlexp.cli.taking import pdf, slides
from dlexp.cli.trying import add_arguments as add_try_arguments
from dlexp.cli.trying import try_it
from dlexp.cli.tune import add_arguments as add_tune_arguments
from dlexp.cli.tune import tune
from dlexp.cli.verify import verify
from dlexp.lab.blame import Broken
from dlexp.lab.fingerprint import Unreadable
from dlexp.lab.store import MissingResult


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Examples
    --------
    >>> main(["verify", "--sample", "none"])  # and one line on stderr says why
    2
    """
    command: Callable[..., None] = run
    try:
        options = _parser().parse_args(arguments)
        command = options.command
        command(options)
        _flush()  # a full disk shows now, and not when Python ends
    except WrongUse as error:
        return _complain(error, WRONG_USE)
    except (Broken, DoesNotHold, MissingResult, Unreadable) as error:
        return _complain(error, DOES_NOT_HOLD)
    except BrokenPipeError:
        _forget_output()
        return UNREAD
    except OSError as error:
        return _complain(_words(error), DOES_NOT_HOLD)
    except KeyboardInterrupt:
        return _complain(_stopped(command), STOPPED)
    return FINE


def _stopped(command: Callable[..., None]) -> str:
    """Return what is said of a command that was stopped: most go on with what they stored."""
    if command in (grade, pdf, slides):
        return "stopped"
    again = {tune: "tune", try_it: "try"}.get(command, "run")
    return f"stopped; what was finished is stored, and {again} goes on there"


def _complain(message: object, code: int) -> int:
    try:
        _flush()  # what was found stands before what is wrong with it
    except OSError:
        _forget_output()
    with contextlib.suppress(OSError):
        print(f"dlexp: {message}", file=sys.stderr, flush=True)
    return code


def _flush() -> None:
    if sys.stdout is not None:  # as it is where a shell has closed it
        sys.stdout.flush()


def _words(error: OSError) -> str:
    """Return in one line what a disk refuses."""
    where = f": {error.filename}" if error.filename else " in writing the output"
    return f"{error.strerror or error}{where}"


def _forget_output() -> None:
    """Let Python end without a word about an output that nobody can take."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a number has nothing to lose
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m dlexp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    _add(commands, "status", status, "what is current, what is stale and why").add_argument(
        "--json", action="store_true", help="for scripts"
    )
    add_place(_add(commands, "run", run, "compute what is missing or stale, nothing else"))
    again = _add(commands, "verify", verify, "compute records again and compare")
    add_place(again)
    again.add_argument("--sample", type=positive, metavar="N", help="units; by default all")
    again.add_argument("--seed", type=int, default=0, metavar="S", help="of the sample")
    _add(commands, "claims", claims, "every claim, its verdict, and the expected one").add_argument(
        "--json", action="store_true", help="for scripts"
    )
    shown = commands.add_parser("draft", help="the pages with the records that are there, marked")
    shown.set_defaults(command=draft)
    printed = commands.add_parser("pdf", help="the built book on paper, or one page of it")
    printed.add_argument("page", nargs="?", metavar="PAGE", help="by default, the whole book")
    printed.set_defaults(command=pdf)
    deck = commands.add_parser("slides", help="a built page's figures and claims, one a slide")
    deck.add_argument("page", metavar="SLUG", help="a page of the book")
    deck.set_defaults(command=slides)
    own = commands.add_parser("try", help="a measure with settings of your own")
    add_try_arguments(own)
    own.set_defaults(command=try_it)
    given = commands.add_parser("grade", help="a student's functions, by the checks of our own")
    add_grade_arguments(given)
    given.set_defaults(command=grade)
    search = commands.add_parser("tune", help="search hyperparameters with several workers")
    add_tune_arguments(search)
    search.set_defaults(command=tune)
    return parser


def _add(
    commands: "argparse._SubParsersAction[Parser]",
    name: str,
    command: Callable[[argparse.Namespace], None],
    words: str,
) -> argparse.ArgumentParser:
    """Add a command that takes chapters."""
    parser = commands.add_parser(name, help=words)
    add_slugs(parser)
    parser.set_defaults(command=command)
    return parser

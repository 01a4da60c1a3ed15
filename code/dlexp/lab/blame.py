"""Who is to blame when a chapter's own code fails: one line names the chapter and the place."""

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path

from dlexp import paths
from dlexp.lab.reach import Unreadable
from dlexp.lab.store import MissingResult


class Broken(ValueError):
    """The code of a chapter fails; one line names the chapter, the file and line, the reason."""


@contextlib.contextmanager
def blaming(slug: str, folder: Path) -> Iterator[None]:
    """Run what a chapter has written, and say in one line where it fails.

    Parameters
    ----------
    slug : str
    folder : Path
        Of the chapter's modules.

    Raises
    ------
    Broken
        Whatever the chapter raises, an end of the program (``sys.exit``) too. What says by itself
        what is wrong passes: a missing record, code that no key can cover, a disk that fails.

    Examples
    --------
    >>> with blaming("demo", Path("demo")):
    ...     {}["x"]
    Traceback (most recent call last):
    dlexp.lab.blame.Broken: demo: KeyError: 'x'
    """
    try:
        yield
    except (Broken, KeyboardInterrupt, MissingResult, Unreadable):
        raise
    except BaseException as error:
        place = _place(error, folder)
        if isinstance(error, OSError) and not place:
            raise
        words = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
        raise Broken(f"{slug}: {place}{type(error).__name__}: {words}") from error


def _place(error: BaseException, folder: Path) -> str:
    """Return the last line of the chapter that an error went through, as ``"file:line: "``."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(Path(error.filename))}:{error.lineno}: "
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return f"{_shown(Path(own[-1].filename))}:{own[-1].lineno}: " if own else ""


def _shown(file: Path) -> Path:
    return file.relative_to(paths.PROJECT) if file.is_relative_to(paths.PROJECT) else file

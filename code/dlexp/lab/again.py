"""A process of ours starts itself again, once, in an environment of ours.

How Python and the libraries behave is decided before the first line of ours runs: by variables of
the shell, and by files of the home folder and of the folder at hand.
"""

import os
import sys

from dlexp.lab.machine import environment

STARTED = "DLEXP_STARTED"
"""The variable that has the number of the process that was started again."""

_TERMINAL = ("NO_COLOR", "TERM")
_SEARCH = "KERASTUNER_"  # who is who in a search across machines


def setting() -> dict[str, str]:
    """Return the environment of any child, but with the terminal and the part in a search."""
    made = environment(**{STARTED: str(os.getpid())})
    for name in _TERMINAL:
        del made[name]
    kept = (name for name in os.environ if name in _TERMINAL or name.startswith(_SEARCH))
    return made | {name: os.environ[name] for name in kept}


def start_again() -> None:
    """Replace this process by one that runs the same command in our environment, once."""
    if os.environ.get(STARTED) == str(os.getpid()):
        return
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # one that the caller closed
            stream.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], setting())

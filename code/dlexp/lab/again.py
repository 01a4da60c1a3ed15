"""A process of ours starts itself again, once, in an environment of ours.

How Python and the libraries behave is decided before the first line of ours runs: by variables of
the shell, and by files of the home folder and of the folder at hand.
"""

import os
import sys

from dlexp.lab.machine import environment

STARTED = "DLEXP_STARTED"
"""The variable that has the number of the process that was started again."""

PARTS = ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT", "no_proxy")
"""What says which part of a search a process is, and how it finds the others."""

_TERMINAL = ("NO_COLOR", "TERM")


def setting() -> dict[str, str]:
    """Return the environment of any child, but with the terminal and the part in a search."""
    made = environment(**{STARTED: str(os.getpid())})
    for name in _TERMINAL:
        del made[name]
    return made | {name: os.environ[name] for name in (*_TERMINAL, *PARTS) if name in os.environ}


def start_again() -> None:
    """Replace this process by one that runs the same command in our environment, once."""
    if os.environ.get(STARTED) == str(os.getpid()):
        return
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # one that the caller closed
            stream.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], setting())

"""Processes forked from one that has loaded the libraries: none of them waits for TensorFlow.

Nothing was done with a library where it was loaded, so that a forked process is like one in which
it has just been imported.
"""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection, Pipe
from typing import Any

from dlexp import paths
from dlexp.lab import from_source
from dlexp.lab.nursery import die_with


class Server:
    """A process that loads libraries once, and forks from then on; all of them die with this one.

    Parameters
    ----------
    libraries : sequence of str
        Modules that it imports.
    begin : str
        What each fork calls with its arguments, as ``"module:function"``.
    variables : mapping of str to str
        Its whole environment.
    """

    def __init__(self, libraries: Sequence[str], begin: str, variables: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._ours, theirs = Pipe()
        place = theirs.fileno()
        call = f"serve({place}, {os.getpid()}, {list(libraries)}, {begin!r})"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import serve; {call}"],
                pass_fds=[place],
                stdin=subprocess.DEVNULL,
                env=dict(variables),
                cwd=paths.PROJECT,
            )

    def fork(self, *arguments: Any) -> "Forked":
        """Return a new process that calls `begin` with these arguments and ends.

        Raises
        ------
        EOFError
            If the server has died.
        """
        with self._lock:
            self._ours.send(arguments)
            return Forked(self._ours.recv())

    def end(self) -> None:
        """End the server and whatever it forked."""
        self._process.kill()
        self._process.wait()


class Forked:
    """A process that a server forked, with what `jupyter_client` asks of a ``Popen``.

    How it ended is not known, for its parent is another process: only that it did.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return 0 once it has ended, and None before."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        """Wait for its end."""
        while self.poll() is None:
            time.sleep(0.02)
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Have it end at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


# ---- in the server -------------------------------------------------------------------------------


def serve(place: int, parent: int, libraries: Sequence[str], begin: str) -> None:
    """Fork for each request that comes over a pipe, until its other end is closed."""
    from_source.insist()
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks for processes decides when to stop
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries those that ended
    for name in libraries:
        importlib.import_module(name)
    module, _, function = begin.partition(":")
    with Connection(place) as pipe:
        while True:
            try:
                arguments = pipe.recv()
            except EOFError:
                return
            server = os.getpid()
            child = os.fork()
            if child == 0:
                die_with(server)
                pipe.close()
                _begin(getattr(importlib.import_module(module), function), arguments)
            pipe.send(child)


def _begin(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Call what a forked process is for, as the first thing of a process of its own, and end."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        tempfile.tempdir = None  # where temporary files go is asked anew
        function(*arguments)
    except SystemExit:
        pass
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)  # nobody is told how it ended

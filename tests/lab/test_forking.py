"""Processes that are forked from one that has loaded the libraries."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlexp.lab.forking import Forked, Server
from dlexp.lab.machine import environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")

PATIENCE = 60  # seconds


@pytest.fixture
def server() -> Iterator[Server]:
    """Runs the program that it is told, with a library loaded that little needs."""
    server = Server(["xmlrpc.client"], "builtins:exec", environment(SIGN="seen"))
    yield server
    server.end()


def _printed(server: Server, program: str, file: Path) -> str:
    server.fork(f"import os, sys; open({str(file)!r}, 'w').write(str(({program})))").wait()
    return file.read_text("utf-8")


def test_what_takes_long_is_loaded_and_the_environment_is_that_of_the_server(
    server: Server, tmp_path: Path
) -> None:
    program = "'xmlrpc.client' in sys.modules, os.environ['SIGN']"
    assert _printed(server, program, tmp_path / "said") == "(True, 'seen')"


def test_each_is_a_process_and_a_session_of_its_own(server: Server, tmp_path: Path) -> None:
    program = "os.getpid(), os.getsid(0) == os.getpid()"
    one, other = (_printed(server, program, tmp_path / name) for name in ("one", "other"))
    assert one != other
    assert "True" in one


def test_one_that_fails_says_why_and_the_next_is_fine(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "errors"
    server.fork(
        f"import os; os.dup2(os.open({str(file)!r}, 66), 2); 1 / 0"
    ).wait()  # made, and written
    assert "ZeroDivisionError" in file.read_text("utf-8")
    assert _printed(server, "2", tmp_path / "said") == "2"


def _has_ended(process: Forked) -> bool:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    return process.poll() == 0


def test_one_is_ended_by_a_signal_and_all_with_their_server(server: Server) -> None:
    killed, left = (server.fork("import time; time.sleep(600)") for _ in range(2))
    killed.kill()
    assert _has_ended(killed)
    assert left.poll() is None
    server.end()
    assert _has_ended(left)
    killed.terminate()  # of one that has ended, nothing comes
    with pytest.raises((EOFError, BrokenPipeError, ConnectionResetError)):
        server.fork("0")

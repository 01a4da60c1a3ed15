"""What tests of runs ask of a toy project and of the processes that it starts."""

import contextlib
import json
import time
from pathlib import Path

import toy

DRAWS = {f"draw-seed={seed}" for seed in range(8)}


ALL = DRAWS | {f"double-seed={seed}" for seed in range(3)}


def numbers(project: toy.Project, name: str) -> dict:
    return json.loads((project.results / f"{name}.json").read_text())["numbers"]


def wait_for(what, seconds: float = 30.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def children(leader: int) -> list[int]:
    """Return the other live processes of a session that we started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return [pid for pid in found if pid != leader]


def status(project) -> dict:
    done = project.dlexp("status", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    return row


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith("dlexp: ")

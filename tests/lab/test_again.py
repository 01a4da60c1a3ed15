"""A process that starts itself again keeps its terminal, its part in a search, and nothing else."""

import os

import pytest

from dlexp.lab import again
from dlexp.lab.machine import environment


def test_what_a_process_keeps_of_its_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM", *again.PARTS):
        monkeypatch.delenv(name, raising=False)
    parts = {name: f"own {name}" for name in again.PARTS}
    for name, value in {**parts, "TERM": "xterm", "XLA_FLAGS": "wild"}.items():
        monkeypatch.setenv(name, value)

    ours = environment(**parts, TERM="xterm", **{again.STARTED: str(os.getpid())})
    assert again.setting() == {name: ours[name] for name in ours if name != "NO_COLOR"}

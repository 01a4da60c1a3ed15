"""The time that a call takes."""

from types import SimpleNamespace

import pytest

from dlexp import clock


def test_time_is_that_of_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call takes two seconds by this clock; a turn of five seconds has room for three."""
    ticks = iter(range(0, 100, 2))
    monkeypatch.setattr(clock, "time", SimpleNamespace(process_time=lambda: next(ticks)))
    calls: list[None] = []

    assert clock.seconds(lambda: calls.append(None), 5) == 2
    assert len(calls) == 3

"""What a second worker saves: counted and timed on searches that only pretend."""

from pathlib import Path
from typing import Any

import pytest

from dlexp.chapters.keras_tuner import speed_up
from dlexp.tuning import distributed
from dlexp.tuning.distributed import SearchPlan

TINY = SearchPlan(trials=4, epochs=1, images=640)


def test_the_speed_up_is_measured_in_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, int | None]] = []

    def pretend(
        plan: SearchPlan, workers: int, *, folder: Path, kill_after: int | None, **_: Any
    ) -> Any:
        calls.append((workers, kill_after))
        assert not folder.exists()
        trial = distributed.Trial(
            name="0", status="COMPLETED", score=0.5, values={"x": plan.seed}, worker="worker-0",
            seconds=3, begun=1 if kill_after is None else 2,
        )  # fmt: skip
        took = 12 / workers + (kill_after or 0)
        return distributed.SearchOutcome(
            trials=(trial,), seconds=took + 4, starting=4, searching=took,
            lost=int(kill_after is not None), folder=folder,
        )  # fmt: skip

    monkeypatch.setattr(speed_up, "tune", pretend)
    (tmp_path / "1-workers-0").mkdir()
    measured = speed_up.measure_speed_up(TINY, tmp_path, repeats=2, kill_after=3)

    assert calls == [(1, None), (2, None), (1, None), (2, None), (2, 3)]
    assert measured["speed_up"] == [2.0, 2.0]
    assert measured["speed_up_whole"] == [1.6, 1.6]
    killed = measured["killed"]
    assert (killed["completed"], killed["repeated"], killed["lost"]) == (1, 1, 1)
    assert killed["seconds_lost"] == 3
    assert measured["same"]


def test_times_are_kept_apart_from_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    times = {"starting": 1.0, "searching": 2.0, "trial": 0.5}
    killed = {**times, "completed": 8, "repeated": 1, "lost": 0, "seconds_lost": 3.0}
    result = {
        "two": [times] * 3, "speed_up": [1.5] * 3, "speed_up_whole": [1.2] * 3,
        "killed": killed, "same": True, "load": 0.1,
    }  # fmt: skip
    monkeypatch.setattr(speed_up, "measure_speed_up", lambda *_, **__: result)

    measured = speed_up.crowd(speed_up.Crowd(), 0)

    assert measured.numbers == {"completed": 8, "repeated": 1, "lost": 0, "same": 1}
    assert measured.arrays["lost"].tolist() == [3.0, 0.5]
    assert measured.arrays["speed_up"].shape == (3,)

"""What a second worker saves, and what a worker that is killed costs.

Chapter: book/keras_tuner.md. Nothing else should compute on the machine meanwhile.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlexp.chapters.keras_tuner.oracles import APART
from dlexp.lab.units import Measurement
from dlexp.tuning import distributed
from dlexp.tuning.distributed import SearchOutcome, SearchPlan, tune


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """One search with one worker and with two, and with one that is killed."""

    trials: int = 8  # as in `dlexp.tuning.distributed.SearchPlan`
    epochs: int = 2  # of each trial
    images: int = 10_000  # training images
    repeats: int = 3  # pairs of runs


def crowd(config: Crowd, seed: int) -> Measurement:
    """Time a search with Keras Tuner's chief and workers on this machine."""
    plan = distributed.SearchPlan(
        trials=config.trials, epochs=config.epochs, images=config.images, seed=APART * (seed + 1)
    )
    found = measure_speed_up(plan, distributed.FOLDER / "speed_up", repeats=config.repeats)
    killed, two = found["killed"], found["two"]
    return Measurement(
        numbers={name: int(killed[name]) for name in ("completed", "repeated", "lost")}
        | {"same": int(found["same"])},
        # Times are no numbers to hold other machines to.
        arrays={
            "speed_up": np.array(found["speed_up"]),
            "speed_up_whole": np.array(found["speed_up_whole"]),
            "starting": np.array([each["starting"] for each in two]),
            "searching": np.array([each["searching"] for each in two]),
            "lost": np.array([killed["seconds_lost"], killed["trial"]]),
            "load": np.array([found["load"]]),
        },
    )


def measure_speed_up(
    plan: SearchPlan, folder: Path, *, repeats: int = 3, kill_after: int = 3
) -> dict[str, Any]:
    """Run one search with one worker and with two, in turns, and once with a worker killed.

    Each run starts from nothing in a folder below ``folder``, which is emptied before. Nothing
    else should compute on the machine meanwhile: a unit that calls this is `timed`.

    Parameters
    ----------
    plan : SearchPlan
    folder : Path
    repeats : int
        Pairs of runs, >= 1.
    kill_after : int
        Ended trials before the accident; less than the plan's trials.

    Returns
    -------
    dict
        ``one`` and ``two``, lists of the times of each run as `times` gives them; ``speed_up``
        and ``speed_up_whole``, lists of ratios, one per pair, of the time of searching and of the
        time with starting; ``killed``, the times of the run with the accident, which has two
        workers, with ``completed``, ``repeated`` (trials begun more than once), ``lost`` and
        ``seconds_lost`` (more than the mean of two workers without it, searching); ``same``,
        whether all runs gave each configuration the same score; ``load``, the machine's load
        before the first run, or -1 where it tells none.
    """
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else -1.0
    pairs = [
        tuple(_afresh(plan, workers, folder / f"{workers}-workers-{repeat}") for workers in (1, 2))
        for repeat in range(repeats)
    ]
    killed = _afresh(plan, 2, folder / "killed", kill_after)
    one, two = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    usual = sum(each.searching for each in two) / repeats
    return {
        "one": [times(each) for each in one],
        "two": [times(each) for each in two],
        "speed_up": [a.searching / b.searching for a, b in pairs],
        "speed_up_whole": [a.seconds / b.seconds for a, b in pairs],
        "killed": {
            **times(killed),
            "completed": sum(each.status == "COMPLETED" for each in killed.trials),
            "repeated": sum(each.begun > 1 for each in killed.trials),
            "lost": killed.lost,
            "seconds_lost": killed.searching - usual,
        },
        "same": len({_scores(each) for each in (*one, *two, killed)}) == 1,
        "load": load,
    }


def times(outcome: SearchOutcome) -> dict[str, float]:
    """Return where the seconds of a search went, and the mean of its trials."""
    lengths = [trial.seconds for trial in outcome.trials]
    return {
        "seconds": outcome.seconds,
        "starting": outcome.starting,
        "searching": outcome.searching,
        "trial": sum(lengths) / max(1, len(lengths)),
    }


def _afresh(
    plan: SearchPlan, workers: int, folder: Path, kill_after: int | None = None
) -> SearchOutcome:
    shutil.rmtree(folder, ignore_errors=True)
    return tune(plan, workers, folder=folder, progress=False, kill_after=kill_after)


def _scores(outcome: SearchOutcome) -> tuple[tuple[str, float | None], ...]:
    return tuple((str(sorted(each.values.items())), each.score) for each in outcome.trials)

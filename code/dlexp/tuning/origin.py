"""What a stored search is of: its code, space, data and libraries; it goes on with no others.

Chapter: book/keras_tuner.md. Trials of two spaces, or scores of two data sets, have nothing to say
of each other, and Keras Tuner would go on with them without a word.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from dlexp.lab.fingerprint import ENGINE, Code, closure
from dlexp.lab.machine import machine
from dlexp.lab.records import write_whole
from dlexp.tuning.folder import _ENDED
from dlexp.tuning.plans import shown

ORIGIN = "origin.json"
"""Lies in the folder of a search, and says what it is of."""

_MADE_BY = ("dlexp.tuning.member:_tuner", "dlexp.tuning.member:_work")
"""What makes a tuner of ours and trains with it; they reach the space and the data."""

_OUTSIDE = (*ENGINE, "dlexp.tuning.own")
"""Part of no space: a function of one's own is told apart by its sources."""

_MADE_WITH = frozenset({"tensorflow", "keras", "keras_tuner"})
"""Libraries of which another version scores otherwise, or proposes other trials."""

_OBJECTIVE = "val_accuracy"

_STATE = frozenset({"hyperparameters", "ongoing_trials", "start_order", "end_order", "retry_queue"})
_TRIAL = frozenset({"trial_id", "hyperparameters", "score", "status"})
"""Entries that Keras Tuner reads from what it has stored."""


class OtherOrigin(ValueError):
    """A stored search cannot go on; one line says why, and what to do."""


def claim(folder: Path, space: Mapping[str, str] | None = None) -> None:
    """Take a folder for a search of the code as it stands, or go on with one of the same.

    Parameters
    ----------
    folder : Path
        Where the search is stored, or will be.
    space : mapping, optional
        Names and digests of what makes the space, where it is not the book's.

    Raises
    ------
    OtherOrigin
        If the search there is of other code, another space, other data or other libraries.
    """
    present, file = origin(space), folder / ORIGIN
    if not file.exists():
        if any(folder.glob("trial_*")):
            raise OtherOrigin(
                _advice(f"{ORIGIN} is missing, so nothing says what it is of", folder)
            )
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(present, indent=1).encode())
    stored = _read(folder, ORIGIN, frozenset(present))  # also what somebody else wrote meanwhile
    if reasons := list(_differences(stored, present)):
        raise OtherOrigin(_advice(f"its {'; its '.join(reasons)}", folder))


def claim_alone(folder: Path, space: Mapping[str, str] | None = None) -> None:
    """Do so for whoever is to read the whole search again, unless somebody is at work in it.

    Raises
    ------
    OtherOrigin
        As `claim`, or if what Keras Tuner stored there is damaged.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.suppress(Timeout),  # whoever starts the search says that another is at work
        FileLock(folder.with_name(f"{folder.name}.lock")).acquire(timeout=0),
    ):
        claim(folder, space)
        check_stored(folder)


def origin(space: Mapping[str, str] | None = None) -> dict[str, dict[str, str]]:
    """Return what a search of ours is of now: names with digests, and libraries with versions."""
    code = Code()
    parts: dict[str, dict[str, str]] = {"space": {}, "data": {}, "code": {}}
    for target in _MADE_BY:
        for symbol, digest in closure(code, target, outside=_OUTSIDE).items():
            parts[_part(symbol)][symbol] = digest
    if space is not None:
        parts["space"] = dict(space)
    return parts | {"libraries": dict(machine(_MADE_WITH)["versions"])}


def _part(symbol: str) -> str:
    module = symbol.partition(":")[0]
    if module in {"dlexp.data", "dlexp.idx", "dlexp.mnist"}:
        return "data"
    return "space" if module == "dlexp.tuning.spaces" else "code"


def _differences(stored: Mapping[str, Any], present: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed, in words: "space changed (dlexp.tuning.spaces:GRID)"."""
    for part, now in present.items():
        then = stored[part] if isinstance(stored[part], dict) else {}
        names = [
            name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)
        ]
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield f"{part} changed ({names[0]}{more})"


def check_stored(folder: Path) -> None:
    """Refuse a folder whose search Keras Tuner cannot go on with.

    Raises
    ------
    OtherOrigin
        If a file of it is missing, empty or no longer what Keras Tuner wrote, or a score is not
        the best that its trial measured.
    """
    files = sorted(folder.glob("trial_*/trial.json"))
    trials = [_read(folder, str(file.relative_to(folder)), _TRIAL) for file in files]
    for file, trial in zip(files, trials, strict=True):
        if trial["status"] == "COMPLETED" and trial["score"] != (best := _best(trial)):
            what = f"{file.relative_to(folder)} has the score {trial['score']} and measured {best}"
            raise OtherOrigin(_advice(what, folder))
    if not (folder / "oracle.json").exists():
        if any(trial["status"] in _ENDED for trial in trials):
            raise OtherOrigin(_advice("oracle.json is missing", folder))
        return
    begun = _read(folder, "oracle.json", _STATE)["start_order"]
    lost = sorted(set(begun) - {trial["trial_id"] for trial in trials})
    if lost:
        raise OtherOrigin(_advice(f"trial_{lost[0]} is missing", folder))


def _best(trial: Mapping[str, Any]) -> float | None:
    """Return the best that a trial measured, as Keras Tuner scores it; None if nothing is there."""
    try:
        epochs = trial["metrics"]["metrics"][_OBJECTIVE]["observations"]
        return max(float(np.mean(epoch["value"])) for epoch in epochs)
    except (KeyError, TypeError, ValueError):
        return None


def _read(folder: Path, name: str, entries: frozenset[str]) -> dict[str, Any]:
    """Return what a file of the search has, which must be at least these entries."""
    data = (folder / name).read_bytes()
    try:
        content = json.loads(data)
    except ValueError:
        what = "no JSON" if data.strip() else "empty"
        raise OtherOrigin(_advice(f"{name} is {what}", folder)) from None
    if not isinstance(content, dict) or not entries <= content.keys():
        raise OtherOrigin(_advice(f"{name} is not what was written there", folder))
    return content


def _advice(reason: str, folder: Path) -> str:
    how = "remove or rename that folder to begin anew, or bring back what it began with"
    return f"the search stored in {shown(folder)} cannot go on: {reason}; {how}"

"""What lies in the folder of a search: the trials that the chief stores, and notes of the workers.

Chapter: book/keras_tuner.md. A note is a line of JSON: what happened, to which trial, and when.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dlexp.tuning.plans import Trial

_ENDED = ("COMPLETED", "FAILED")


@contextlib.contextmanager
def _noted(folder: Path, who: str, trial: str) -> Iterator[None]:
    _note(folder, who, "begin", trial)
    try:
        yield
    except Exception:  # its message does not go through gRPC to the chief; the log has it
        import traceback

        traceback.print_exc()
        raise
    finally:
        _note(folder, who, "end", trial)


def _note(folder: Path, who: str, what: str, trial: str = "") -> None:
    line = json.dumps({"what": what, "trial": trial, "time": time.time()})
    with (folder / f"{who}.log.jsonl").open("a") as file:
        file.write(line + "\n")


def _notes(folder: Path, who: str) -> list[dict[str, Any]]:
    try:
        text = (folder / f"{who}.log.jsonl").read_text()
    except FileNotFoundError:
        return []
    whole, _, _ = text.rpartition("\n")  # what follows the last end of a line is half written
    return [json.loads(line) for line in whole.splitlines()]


def _stored(folder: Path) -> list[dict[str, Any]]:
    """Read the trials that the chief wrote; one that is being written counts at the next look."""
    found = []
    for file in sorted(folder.glob("trial_*/trial.json")):
        with contextlib.suppress(json.JSONDecodeError, FileNotFoundError):
            found.append(json.loads(file.read_text()))
    return found


def _trial(state: Mapping[str, Any], begins: Sequence[tuple[str, float, float]]) -> Trial:
    worker, begin, end = max(begins, key=lambda each: each[1], default=("", 0.0, 0.0))
    completed = state["status"] == "COMPLETED"
    return Trial(
        name=state["trial_id"],
        status=state["status"],
        score=float(state["score"]) if completed else None,
        values=dict(state["hyperparameters"]["values"]),
        worker=worker,
        seconds=end - begin,
        begun=len(begins),
    )

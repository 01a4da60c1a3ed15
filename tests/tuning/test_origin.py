"""A stored search goes on with its own code, space and data, and with no others."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import toy
from dlexp import cli, paths
from dlexp.lab.fingerprint import Code
from dlexp.tuning import distributed, origin, plans
from dlexp.tuning.origin import OtherOrigin

CODE = paths.PROJECT / "code" / "dlexp"
STATE = {name: [] for name in ("start_order", "end_order", "retry_queue")}
STATE |= {"hyperparameters": {}, "ongoing_trials": {}}
EPOCHS = [{"value": [0.25], "step": 0}, {"value": [0.5], "step": 1}, {"value": [0.4], "step": 2}]
METRICS = {"metrics": {"val_accuracy": {"direction": "max", "observations": EPOCHS}}}
TRIAL = {"trial_id": "0", "hyperparameters": {}, "score": 0.5, "status": "COMPLETED"}
TRIAL |= {"metrics": METRICS}
FORGED = json.dumps(TRIAL | {"score": 0.9})
UNMEASURED = json.dumps(TRIAL | {"metrics": {"metrics": {}}})


@pytest.fixture
def search(tmp_path: Path) -> Path:
    """The folder of a search with one trial."""
    folder = tmp_path / "search"
    origin.claim_alone(folder)
    (folder / "trial_0").mkdir()
    (folder / "trial_0" / "trial.json").write_text(json.dumps(TRIAL))
    (folder / "oracle.json").write_text(json.dumps(STATE | {"start_order": ["0"]}))
    return folder


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Return a function that edits a copy of the package, as whose code a search then counts."""
    copy = tmp_path / "code" / "dlexp"
    for part in ("tuning", "byhand", "lab"):
        shutil.copytree(CODE / part, copy / part)
    for name in ("__init__.py", "paths.py", "data.py", "idx.py", "looks.py", "mnist.py"):
        shutil.copy(CODE / name, copy / name)
    monkeypatch.setattr(origin, "Code", lambda: Code([copy.parent]))

    def edit(name: str, old: str, new: str) -> None:
        toy.edit(copy / name, old, new)

    return edit


def test_a_search_of_the_same_origin_goes_on(search: Path) -> None:
    before = (search / origin.ORIGIN).read_bytes()
    origin.claim_alone(search)

    assert (search / origin.ORIGIN).read_bytes() == before


EDITS = {
    "space changed (dlexp.tuning.spaces:GRID)": ("tuning/spaces.py", "(4, 8, 16)", "(4, 8, 32)"),
    "space changed (dlexp.tuning.spaces:DEFAULT)": ("tuning/spaces.py", 's": 32', 's": 16'),
    "data changed (dlexp.data:MNIST_VALIDATION)": ("data.py", "DATION = 5", "DATION = 4"),
    "code changed (dlexp.tuning.member:_work)": ("tuning/member.py", "size=64", "size=32"),
}  # fmt: skip
"""What a search says that goes on after an edit of the package."""


@pytest.mark.parametrize("words", EDITS)
def test_a_search_of_another_origin_says_what_differs(search, edited, words) -> None:
    origin.claim_alone(search)
    edited(*EDITS[words])
    with pytest.raises(OtherOrigin) as refused:
        origin.claim_alone(search)

    message = str(refused.value)
    assert words in message
    assert message.endswith("to begin anew, or bring back what it began with")
    assert "\n" not in message


@pytest.mark.parametrize("library", ["tensorflow", "keras", "keras_tuner"])
def test_a_search_with_another_library_does_not_go_on(search: Path, library: str) -> None:
    stored = json.loads((search / origin.ORIGIN).read_text())
    assert stored["libraries"].keys() == {"tensorflow", "keras", "keras_tuner"}
    stored["libraries"][library] = "0.1"
    (search / origin.ORIGIN).write_text(json.dumps(stored))
    with pytest.raises(OtherOrigin, match=rf"its libraries changed \({library}\)"):
        origin.claim_alone(search)


def test_what_is_not_searched_with_changes_nothing(search, edited) -> None:
    edited("tuning/reports.py", "DEPTHS = (1, 2, 3, 4, 5)", "DEPTHS = (1, 2, 3)")
    edited("tuning/spaces.py", '"""Build and compile a net', '"""Return a net')
    origin.claim_alone(search)


DAMAGE = {
    "oracle.json is empty": ("oracle.json", ""),
    "oracle.json is no JSON": ("oracle.json", '{"start_order": ["0'),
    "oracle.json is not what was written there": ("oracle.json", "[]"),
    "oracle.json is missing": ("oracle.json", None),
    "trial_0/trial.json is empty": ("trial_0/trial.json", ""),
    "trial_0/trial.json is not what was written there": ("trial_0/trial.json", "{}"),
    "trial_0/trial.json has the score 0.9 and measured 0.5": ("trial_0/trial.json", FORGED),
    "trial_0/trial.json has the score 0.5 and measured None": ("trial_0/trial.json", UNMEASURED),
    "trial_0 is missing": ("trial_0/trial.json", None),
    "origin.json is empty": ("origin.json", ""),
    "origin.json is missing, so nothing says what it is of": ("origin.json", None),
}


@pytest.mark.parametrize("reason", DAMAGE)
def test_a_damaged_search_is_one_line_that_says_how_to_go_on(
    search: Path, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name, text = DAMAGE[reason]
    (search / name).unlink() if text is None else (search / name).write_text(text)
    monkeypatch.setattr(plans.SearchPlan, "folder", search)
    monkeypatch.setattr(distributed, "tune", lambda *_: pytest.fail("it must not begin"))

    assert cli.main(["tune", "--workers", "1"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"dlexp: the search stored in {search} cannot go on: {reason}; remove or")
    assert err.count("\n") == 1


def test_a_search_that_was_stopped_before_its_first_trial_ended_goes_on(search: Path) -> None:
    (search / "trial_0" / "trial.json").write_text(json.dumps(TRIAL | {"status": "RUNNING"}))
    (search / "oracle.json").unlink()
    origin.claim_alone(search)


@pytest.mark.parametrize(("who", "damaged"), [("chief", True), ("worker-0", False)])
def test_the_chief_alone_looks_at_what_is_being_written(
    search: Path, who: str, damaged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (search / "oracle.json").write_text("")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", who)
    monkeypatch.setattr(plans.SearchPlan, "folder", search)
    joined: list[plans.SearchPlan] = []
    monkeypatch.setattr(distributed, "join", joined.append)

    assert cli.main(["tune", "--join"]) == (2 if damaged else 0)
    assert bool(joined) != damaged


def test_a_worker_of_other_code_does_not_join(
    search: Path, edited, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edited("tuning/spaces.py", "(4, 8, 16)", "(4, 8)")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "worker-3")
    monkeypatch.setattr(plans.SearchPlan, "folder", search)

    assert cli.main(["tune", "--join"]) == 2
    assert "its space changed" in capsys.readouterr().err

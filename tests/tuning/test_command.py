"""The command `tune`: wrong use, and a search that completed nothing."""

import os
from pathlib import Path

import pytest

from dlexp import cli
from dlexp.lab.machine import environment
from dlexp.tuning import distributed, plans


@pytest.fixture(autouse=True)
def _folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A search that other code began in the checkout must not stand in the way."""
    monkeypatch.setattr(plans, "FOLDER", tmp_path / "tuning")


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((), "tune needs --workers N, or --join"),
        (("--join", "--workers", "2"), "tune needs --workers N, or --join"),
        (("--join",), "KERASTUNER_TUNER_ID must be set"),
        (("--workers", "0"), "must be a whole number from 1; got '0'"),
        (("--workers", "two"), "must be a whole number from 1; got 'two'"),
        (("--workers", "2", "--trials", "-1"), "must be a whole number from 1; got '-1'"),
        (("--workers", "2", "--images", "55001"), "--images must be at most 55000; got 55001"),
        (("--workers", "2", "--build", "nets"), "must be module:function, as in nets:build"),
        (("--workers", "2", "--build", "no_such:build"), "must name a module in "),
    ],
)
def test_wrong_use_is_one_line(
    arguments: tuple[str, ...], rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["tune", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dlexp: ")
    assert err.count("\n") == 1
    assert rule in err


def test_a_search_without_a_completed_trial_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failed = distributed.Trial(
        name="0",
        status="FAILED",
        score=None,
        values={"x": 1},
        worker="worker-0",
        seconds=1,
        begun=3,
    )
    outcome = distributed.SearchOutcome(
        trials=(failed,), seconds=9, starting=5, searching=4, lost=3, folder=tmp_path
    )
    monkeypatch.setattr(distributed, "tune", lambda *_: outcome)

    assert cli.main(["tune", "--workers", "1", "--trials", "1"]) == 1
    out, err = capsys.readouterr()
    assert "FAILED" in out
    assert "3 workers died and had to be replaced" in out
    assert err.startswith("dlexp: none of 1 trial was completed; the logs in ")


@pytest.mark.parametrize(("asked", "says"), [(1, True), (2, False)])
def test_more_trials_than_asked_for_are_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    asked: int,
    says: bool,
) -> None:
    first, second = (
        distributed.Trial(
            name=str(n),
            status="COMPLETED",
            score=0.5,
            values={"x": 1},
            worker="worker-0",
            seconds=1,
            begun=1,
        )
        for n in range(2)
    )
    outcome = distributed.SearchOutcome(
        trials=(first, second), seconds=9, starting=5, searching=4, lost=0, folder=tmp_path
    )
    monkeypatch.setattr(distributed, "tune", lambda *_: outcome)

    assert cli.main(["tune", "--workers", "1", "--trials", str(asked)]) == 0
    assert ("2 trials were stored, more than 1 asked for\n" in capsys.readouterr().out) == says


def test_a_search_is_no_matter_of_the_settings_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[dict[str, str]] = []

    def tune(plan: distributed.SearchPlan, workers: int) -> distributed.SearchOutcome:
        seen.append(dict(os.environ))
        raise distributed.SearchFailed(f"{plan.trials} {workers}")

    monkeypatch.setattr(distributed, "tune", tune)
    monkeypatch.setenv("KERAS_HOME", "mine")
    monkeypatch.setenv("KERASTUNER_TUNER_ID", "chief")
    monkeypatch.setenv("XLA_FLAGS", "x")
    assert cli.main(["tune", "--workers", "1"]) == 1
    assert seen == [environment(KERASTUNER_TUNER_ID="chief")]
    assert os.environ["KERAS_HOME"] == "mine"


def test_help_says_what_is_searched_and_every_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["tune", "--help"])

    said = " ".join(capsys.readouterr().out.split())
    assert "Search at random with Keras Tuner, on MNIST" in said
    for default in ("12", "2", "10000", "1"):
        assert f"(default: {default})" in said
    assert "None" not in said

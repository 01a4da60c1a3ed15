"""A search by a chief and workers: it ends whoever dies, says what went wrong, leaves nobody."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dlexp import cli, paths
from dlexp.tuning import distributed
from dlexp.tuning.distributed import Plan, SearchFailed

pytestmark = [
    pytest.mark.timeout(300),  # far below a minute on a machine that has nothing else to do
    # Keras Tuner's own use of threads
    pytest.mark.filterwarnings("ignore:(current|get)(Thread|Name):DeprecationWarning"),
]

TINY = Plan(trials=4, epochs=1, images=640)


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def wait_until(true: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Run the command in a process of its own, its searches below a folder."""
    code = (
        "import sys; from pathlib import Path; from dlexp import cli; "
        "from dlexp.tuning import distributed; distributed.FOLDER = Path(sys.argv[1]); "
        "sys.exit(cli.main(['tune', *sys.argv[2:]]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=paths.PROJECT,
        env={**os.environ, "PYTHONPATH": str(paths.PROJECT / "code")},
    )  # fmt: skip


def scores(outcome: distributed.Outcome) -> dict[str, float | None]:
    return {json.dumps(dict(trial.values)): trial.score for trial in outcome.trials}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> distributed.Outcome:
    """A tiny search that two workers finished."""
    folder = tmp_path_factory.mktemp("tuning") / "searched"
    outcome = distributed.tune(TINY, 2, folder=folder, progress=False)
    assert children(os.getpid()) == []
    return outcome


# ---- searches ---------------------------------------------------------------------------------


def test_two_workers_finish_a_search(searched: distributed.Outcome) -> None:
    assert [trial.status for trial in searched.trials] == ["COMPLETED"] * 4
    assert [trial.begun for trial in searched.trials] == [1] * 4
    assert {trial.worker for trial in searched.trials} <= {"worker-0", "worker-1"}
    assert len(scores(searched)) == 4
    assert searched.lost == 0
    assert searched.best is not None
    assert searched.best.score == max(filter(None, scores(searched).values()))
    assert 0 < searched.starting < searched.seconds
    assert 0 < searched.searching < searched.seconds
    assert all(0 < trial.seconds <= searched.searching for trial in searched.trials)


def test_a_finished_search_is_read_and_not_repeated(
    searched: distributed.Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    again = distributed.tune(TINY, 3, folder=searched.folder, progress=False)

    assert again.trials == searched.trials
    assert again.searching == 0


def test_more_trials_go_on_where_a_search_ended(
    searched: distributed.Outcome, tmp_path: Path
) -> None:
    """With one worker; the chief repeats none, though its file names one as still open."""
    folder = tmp_path / "more"
    shutil.copytree(searched.folder, folder)
    assert json.loads((folder / "oracle.json").read_text())["ongoing_trials"]
    more = distributed.tune(Plan(trials=5, epochs=1, images=640), 1, folder=folder, progress=False)

    assert more.trials[:4] == searched.trials
    assert [trial.begun for trial in more.trials] == [1] * 5


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_worker_killed_in_a_trial_costs_time_and_no_trial(
    searched: distributed.Outcome, tmp_path: Path
) -> None:
    """The new worker is handed the open trial; every score is what it is without the accident."""
    outcome = distributed.tune(TINY, 2, folder=tmp_path / "killed", progress=False, kill_after=1)

    assert outcome.lost == 1
    assert sum(trial.begun == 2 for trial in outcome.trials) == 1
    assert scores(outcome) == scores(searched)
    assert children(os.getpid()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_interrupted_by_the_user_it_leaves_nobody_and_goes_on_later(tmp_path: Path) -> None:
    options = ("--trials", "3", "--epochs", "1", "--images", "640")
    process = start(tmp_path, "--workers", "1", *options)
    (folder,) = [tmp_path / "epochs=1-images=640-seed=1"]
    wait_until(lambda: len(distributed._stored(folder)) >= 2)
    started = children(process.pid)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert err.splitlines()[-1].startswith("dlexp: stopped; what was finished is stored")
    assert len(started) == 2
    assert not any(alive(pid) for pid in started)
    process = start(tmp_path, "--workers", "2", *options)
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["trial", "score", "seconds", "worker"]
    assert sorted(line.split()[0] for line in lines[1:4]) == ["0", "1", "2"]
    assert lines[-1].startswith("best: 0.")
    first = next(t for t in distributed._notes(folder, "worker-0") if t["what"] == "end")
    every = [t for i in (0, 1) for t in distributed._notes(folder, f"worker-{i}")]
    assert sum(t["what"] == "begin" and t["trial"] == first["trial"] for t in every) == 1


# ---- what goes wrong --------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_die_with_the_one_who_watches(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, "--workers", "2")
    wait_until(lambda: len(children(process.pid)) == 3)
    time.sleep(0.5)  # their interpreters start
    started = children(process.pid)
    process.send_signal(number)
    process.communicate(timeout=30)

    wait_until(lambda: not any(alive(pid) for pid in started), 30)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_chief_that_dies_ends_the_search(tmp_path: Path) -> None:
    process = start(tmp_path, "--workers", "1")
    wait_until(lambda: len(children(process.pid)) == 2)
    started = children(process.pid)
    os.kill(started[0], signal.SIGKILL)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 1
    assert err.splitlines()[-1].startswith("dlexp: the chief ended before its workers; ")
    assert not any(alive(pid) for pid in started)


def test_a_worker_that_fails_ends_the_search_and_its_log_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = distributed._Watch._environment

    def incomplete(self: Any, who: str) -> dict[str, str]:
        lacking = {"KERASTUNER_ORACLE_IP": ""} if who == "worker-1" else {}
        return environment(self, who) | lacking

    monkeypatch.setattr(distributed._Watch, "_environment", incomplete)
    with pytest.raises(SearchFailed, match=r"^worker-1 failed; the end of .*worker-1\.log says"):
        distributed.tune(TINY, 2, folder=tmp_path / "search", progress=False)
    log = (tmp_path / "search" / "worker-1.log").read_text()
    assert "KERASTUNER_ORACLE_IP must be set" in log


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One that watches over a worker without starting processes."""
    watch = distributed._Watch(TINY, 1, tmp_path, None)
    watch.begun = []
    monkeypatch.setattr(watch, "_start", lambda who, give_up="": watch.begun.append((who, give_up)))
    return watch


def test_a_trial_that_kills_its_worker_is_given_up(watch: Any) -> None:
    for _ in range(distributed.TRIES):
        distributed._note(watch.folder, "worker-0", "begin", "7")
        watch._replace("worker-0")

    assert watch.begun == [("worker-0", ""), ("worker-0", ""), ("worker-0", "7")]
    watch._replace("worker-0")
    watch._replace("worker-0")
    with pytest.raises(SearchFailed, match=r"worker-0 died 6 times"):
        watch._replace("worker-0")


def test_a_worker_that_cannot_start_is_not_started_for_ever(watch: Any) -> None:
    for _ in range(distributed.TRIES - 1):
        watch._replace("worker-0")
    with pytest.raises(SearchFailed, match=r"worker-0 died 3 times before a trial; see .*\.log$"):
        watch._replace("worker-0")


def test_what_is_half_written_is_left_for_the_next_look(tmp_path: Path) -> None:
    for name, text in (("0", '{"status": "COMPLETED"}'), ("1", '{"status": "COMPL')):
        (tmp_path / f"trial_{name}").mkdir()
        (tmp_path / f"trial_{name}" / "trial.json").write_text(text)
    (tmp_path / "worker-0.log.jsonl").write_text('{"what": "begin"}\n{"what": "en')

    assert distributed._stored(tmp_path) == [{"status": "COMPLETED"}]
    assert distributed._notes(tmp_path, "worker-0") == [{"what": "begin"}]
    assert distributed._notes(tmp_path, "worker-1") == []


def test_two_searches_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        distributed.FileLock(tmp_path / "search.lock"),
        pytest.raises(SearchFailed, match="another search is at work in "),
    ):
        distributed.tune(TINY, 1, folder=tmp_path / "search", progress=False)


@pytest.mark.skipif(not hasattr(socket, "SO_REUSEPORT"), reason="the port cannot be kept here")
def test_the_port_is_kept_for_the_chief() -> None:
    with distributed._reserved_port() as port, socket.socket() as other, socket.socket() as chief:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        chief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        chief.bind(("127.0.0.1", port))


# ---- Keras Tuner's oracle, which all of this rests on -----------------------------------------


class Tuner:
    """As much of a tuner as the functions under test need."""

    tuner_id = "worker-0"

    def __init__(self, folder: Path, trials: int = 1) -> None:
        import keras_tuner as kt

        space = kt.HyperParameters()
        space.Float("x", 0, 1)
        self.oracle = kt.oracles.RandomSearchOracle(
            objective=kt.Objective("score", "max"), max_trials=trials, hyperparameters=space, seed=1
        )
        self.oracle._set_project_dir(folder, "search")
        self.oracle.verbose = 0

    def end(self, trial: Any) -> None:
        self.oracle.update_trial(trial.trial_id, {"score": 1.0})
        trial.status = "COMPLETED"
        self.oracle.end_trial(trial)


def test_a_lost_worker_keeps_the_chief_waiting_until_one_of_its_name_is_back(
    tmp_path: Path,
) -> None:
    """Keras Tuner 1.4.8 alone: nobody else is given the open trial, and the chief never ends."""
    from keras_tuner.src.distribute.oracle_chief import exit_chief

    tuner = Tuner(tmp_path)
    lost = tuner.oracle.create_trial("worker-0")
    assert tuner.oracle.create_trial("worker-1").status == "STOPPED"
    assert not exit_chief(tuner.oracle)
    again = tuner.oracle.create_trial("worker-0")
    assert again.trial_id == lost.trial_id
    tuner.end(again)
    assert not exit_chief(tuner.oracle)  # it waits for this worker to ask once more
    assert tuner.oracle.create_trial("worker-0").status == "STOPPED"
    assert exit_chief(tuner.oracle)


def test_a_stored_search_names_ended_trials_as_open(tmp_path: Path) -> None:
    first = Tuner(tmp_path, trials=2)
    first.end(first.oracle.create_trial("worker-0"))
    second = Tuner(tmp_path, trials=2)
    second.oracle.reload()

    assert second.oracle._retry_queue == ["0"]
    distributed._forget_ended(second.oracle)
    assert second.oracle._retry_queue == []


def test_a_trial_is_ended_as_failed_only_by_its_name(tmp_path: Path) -> None:
    tuner = Tuner(tmp_path, trials=2)
    open_trial = tuner.oracle.create_trial("worker-0")
    distributed._end_as_failed(tuner, "another")
    assert tuner.oracle.trials[open_trial.trial_id].status == "RUNNING"
    distributed._end_as_failed(tuner, open_trial.trial_id)
    assert tuner.oracle.trials[open_trial.trial_id].status == "FAILED"
    assert tuner.oracle.ongoing_trials == {}


# ---- the measurement --------------------------------------------------------------------------


def test_the_speed_up_is_measured_in_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, int | None]] = []

    def pretend(plan: Plan, workers: int, *, folder: Path, kill_after: int | None, **_: Any) -> Any:
        calls.append((workers, kill_after))
        assert not folder.exists()
        trial = distributed.Trial(
            name="0", status="COMPLETED", score=0.5, values={"x": plan.seed}, worker="worker-0",
            seconds=3, begun=1 if kill_after is None else 2,
        )  # fmt: skip
        took = 12 / workers + (kill_after or 0)
        return distributed.Outcome(
            trials=(trial,), seconds=took + 4, starting=4, searching=took,
            lost=int(kill_after is not None), folder=folder,
        )  # fmt: skip

    monkeypatch.setattr(distributed, "tune", pretend)
    (tmp_path / "1-workers-0").mkdir()
    found = distributed.measure_speed_up(TINY, tmp_path, repeats=2, kill_after=3)

    assert calls == [(1, None), (2, None), (1, None), (2, None), (2, 3)]
    assert found["speed_up"] == [2.0, 2.0]
    assert found["speed_up_whole"] == [1.6, 1.6]
    killed = found["killed"]
    assert (killed["completed"], killed["repeated"], killed["lost"]) == (1, 1, 1)
    assert killed["seconds_lost"] == 3
    assert found["same"]


# ---- wrong use --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["trials", "epochs", "images", "seed"])
def test_a_plan_refuses_nothing(name: str) -> None:
    with pytest.raises(ValueError, match=f"^`{name}` must be at least 1; got 0$"):
        Plan(**{name: 0})


def test_no_worker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^`workers` must be at least 1; got 0$"):
        distributed.tune(TINY, 0, folder=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((), "tune needs --workers N, or --join"),
        (("--join", "--workers", "2"), "tune needs --workers N, or --join"),
        (("--join",), "KERASTUNER_TUNER_ID must be set"),
        (("--workers", "0"), "must be a whole number from 1; received '0'"),
        (("--workers", "two"), "must be a whole number from 1; received 'two'"),
        (("--workers", "2", "--trials", "-1"), "must be a whole number from 1; received '-1'"),
        (("--workers", "2", "--images", "55001"), "--images must be at most 55000; received 55001"),
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
    outcome = distributed.Outcome(
        trials=(failed,), seconds=9, starting=5, searching=4, lost=3, folder=tmp_path
    )
    monkeypatch.setattr(distributed, "tune", lambda *_: outcome)

    assert cli.main(["tune", "--workers", "1", "--trials", "1"]) == 1
    out, err = capsys.readouterr()
    assert "FAILED" in out
    assert "3 workers died and had to be replaced" in out
    assert err == "dlexp: none of 1 trial was completed\n"


def test_the_number_of_images_is_mnists() -> None:
    from dlexp import data

    assert len(data.load("mnist").train) == distributed.IMAGES

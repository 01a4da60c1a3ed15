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

from dlexp import paths
from dlexp.tuning import distributed
from dlexp.tuning import folder as stored
from dlexp.tuning.distributed import SearchFailed, SearchPlan

pytestmark = [
    pytest.mark.costly,
    pytest.mark.timeout(300),  # far below a minute on a machine that has nothing else to do
    # Keras Tuner's own use of threads
    pytest.mark.filterwarnings("ignore:(current|get)(Thread|Name):DeprecationWarning"),
]

TINY = SearchPlan(trials=4, epochs=1, images=640)


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
        "from dlexp.tuning import plans; plans.FOLDER = Path(sys.argv[1]); "
        "sys.exit(cli.main(['tune', *sys.argv[2:]]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=paths.PROJECT,
        env={**os.environ, "PYTHONPATH": str(paths.PROJECT / "code")},
    )  # fmt: skip


def scores(outcome: distributed.SearchOutcome) -> dict[str, float | None]:
    return {json.dumps(dict(trial.values)): trial.score for trial in outcome.trials}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> distributed.SearchOutcome:
    """A tiny search that two workers finished."""
    folder = tmp_path_factory.mktemp("tuning") / "searched"
    others = children(os.getpid())  # what forks programs for the tests before
    outcome = distributed.tune(TINY, 2, folder=folder, progress=False)
    assert children(os.getpid()) == others
    return outcome


# ---- searches ---------------------------------------------------------------------------------


def test_two_workers_finish_a_search(searched: distributed.SearchOutcome) -> None:
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
    searched: distributed.SearchOutcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    again = distributed.tune(TINY, 3, folder=searched.folder, progress=False)

    assert again.trials == searched.trials
    assert again.searching == 0


def test_more_trials_go_on_where_a_search_ended(
    searched: distributed.SearchOutcome, tmp_path: Path
) -> None:
    """With one worker; the chief repeats none, though its file names one as still open."""
    folder = tmp_path / "more"
    shutil.copytree(searched.folder, folder)
    assert json.loads((folder / "oracle.json").read_text())["ongoing_trials"]
    more = distributed.tune(
        SearchPlan(trials=5, epochs=1, images=640), 1, folder=folder, progress=False
    )

    assert more.trials[:4] == searched.trials
    assert [trial.begun for trial in more.trials] == [1] * 5


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_worker_killed_in_a_trial_costs_time_and_no_trial(
    searched: distributed.SearchOutcome, tmp_path: Path
) -> None:
    """The new worker is handed the open trial; every score is what it is without the accident."""
    others = children(os.getpid())
    outcome = distributed.tune(TINY, 2, folder=tmp_path / "killed", progress=False, kill_after=1)

    assert outcome.lost == 1
    assert sum(trial.begun == 2 for trial in outcome.trials) == 1
    assert scores(outcome) == scores(searched)
    assert children(os.getpid()) == others


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_interrupted_by_the_user_it_leaves_nobody_and_goes_on_later(tmp_path: Path) -> None:
    options = ("--trials", "3", "--epochs", "1", "--images", "640")
    process = start(tmp_path, "--workers", "1", *options)
    (folder,) = [tmp_path / "epochs=1-images=640-seed=1"]
    wait_until(lambda: len(stored._stored(folder)) >= 2)
    started = children(process.pid)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert err.splitlines()[-1].endswith("what was finished is stored, and tune goes on there")
    assert len(started) == 2
    assert not any(alive(pid) for pid in started)
    process = start(tmp_path, "--workers", "2", *options)
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["trial", "score", "seconds", "worker"]
    assert sorted(line.split()[0] for line in lines[1:4]) == ["0", "1", "2"]
    assert lines[-1].startswith("best: 0.")
    first = next(t for t in stored._notes(folder, "worker-0") if t["what"] == "end")
    every = [t for i in (0, 1) for t in stored._notes(folder, f"worker-{i}")]
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
        stored._note(watch.folder, "worker-0", "begin", "7")
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


# ---- wrong use --------------------------------------------------------------------------------


def test_no_worker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^`workers` must be at least 1; got 0$"):
        distributed.tune(TINY, 0, folder=tmp_path)

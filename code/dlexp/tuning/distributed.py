"""One search, many workers: Keras Tuner's chief and workers as processes of this machine.

Chapter: book/keras_tuner.md. The *chief* holds the oracle, hands out trials and writes down what
comes back; each *worker* asks it for a trial, trains, reports, and asks again. They speak gRPC.
`tune` starts them all over loopback and watches over them; `join` is what each of them does.

On a cluster, run one command on each machine, with a folder that all of them see; the same three
variables, which are Keras Tuner's own, tell each process its part::

    export KERASTUNER_TUNER_ID=chief          # on one machine; worker-0, worker-1, ... on others
    export KERASTUNER_ORACLE_IP=10.0.0.1      # of the chief, for all of them
    export KERASTUNER_ORACLE_PORT=8000        # for all of them
    python -m dlexp tune --join --trials 100

A worker needs an id of its own. One that starts again under its old id is given the trial that it
had open. Nothing is encrypted: keep the port inside the cluster.

In Keras Tuner 1.4.8 alone, a worker that dies with its trial open leaves that trial open for ever,
and the chief, which ends when no trial is open and every worker has been told to stop, never ends
(keras-tuner issue 915). `tune` starts a new worker under the same id. A trial that loses its
worker `TRIES` times is ended as failed. A search that every worker has left is complete on disk:
`tune` does not wait for the chief, which looks at its workers every twenty seconds.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tqdm import tqdm

from dlexp import paths

FOLDER = paths.BUILD / "tuning"
"""Where searches are stored, a folder each; a search that was stopped goes on there."""

TRIES = 3
"""How often a trial may lose its worker before it is ended as failed."""

CHIEF = "chief"
IMAGES = 55_000  # in MNIST's training part
ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",
}
"""The environment of each process: a worker has one thread, so that N workers take N cores."""

_POLL = 0.1  # seconds between two looks at the processes
_SETTLE = 0.3  # seconds in which the chief finishes what it is writing
_ENDED = ("COMPLETED", "FAILED")


class SearchFailed(RuntimeError):
    """A search could not be finished; one line says why, and where its logs are."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is searched: the space of `dlexp.tuning.spaces`, at random, on MNIST.

    Attributes
    ----------
    trials : int
        Configurations to train, >= 1.
    epochs : int
        Of each trial, >= 1.
    images : int
        Training images, of MNIST's training part, >= 1.
    seed : int
        Of the proposals and, in each trial, of weights and batches, >= 1. So a trial's score does
        not depend on the worker that trains it.
    """

    trials: int = 12
    epochs: int = 2
    images: int = 10_000
    seed: int = 1

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 1:
                raise ValueError(f"`{name}` must be at least 1; got {value}")

    @property
    def folder(self) -> Path:
        """Where it is stored; a plan with more trials goes on where one with fewer ended."""
        return FOLDER / f"epochs={self.epochs}-images={self.images}-seed={self.seed}"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A trial as it is stored, and who trained it.

    Attributes
    ----------
    name : str
    status : str
        "COMPLETED", "FAILED", or "RUNNING" where it was left open.
    score : float or None
        Best validation accuracy over the epochs, in [0, 1]; None unless completed.
    values : mapping
        Hyperparameters.
    worker : str
        Who trained it last.
    seconds : float
        Of its last training, or until its worker was lost.
    begun : int
        How often it was begun: more than once where a worker was lost.
    """

    name: str
    status: str
    score: float | None
    values: Mapping[str, Any]
    worker: str
    seconds: float
    begun: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A search that ended.

    Attributes
    ----------
    trials : tuple of Trial
        In the order of their names.
    seconds : float
        From the start of the first process to the end of the search.
    starting : float
        Until the first trial began: interpreters, TensorFlow, the data.
    searching : float
        From the first trial's beginning to the last one's end, as this call saw it.
    lost : int
        Workers that died and were replaced.
    folder : Path
    """

    trials: tuple[Trial, ...]
    seconds: float
    starting: float
    searching: float
    lost: int
    folder: Path

    @property
    def best(self) -> Trial | None:
        """The completed trial with the highest score, if there is one; of equals the first."""
        scored = [trial for trial in self.trials if trial.score is not None]
        return max(scored, key=lambda trial: trial.score or 0.0, default=None)


# ---- one process ------------------------------------------------------------------------------


def join(plan: Plan, *, folder: Path | None = None, give_up: str = "") -> None:
    """Take part in a search as the environment says: as its chief, or as a worker.

    Parameters
    ----------
    plan : Plan
        The same for all who take part.
    folder : Path, optional
        The same place for all who take part; by default the plan's.
    give_up : str
        A trial to end as failed, if this worker is given it.

    Raises
    ------
    ValueError
        If one of Keras Tuner's three variables is missing.
    """
    for name in ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT"):
        if not os.environ.get(name):
            raise ValueError(f"{name} must be set for one who joins a search; it is not")
    who = os.environ["KERASTUNER_TUNER_ID"]
    folder = folder or plan.folder
    folder.mkdir(parents=True, exist_ok=True)
    tuner = _tuner(plan, folder, who)
    if CHIEF in who:  # as Keras Tuner reads it
        _forget_ended(tuner.oracle)
        tuner.search(verbose=0)
        return
    if give_up:
        _end_as_failed(tuner, give_up)
    _work(tuner, plan, folder, who)


def _tuner(plan: Plan, folder: Path, who: str) -> Any:
    import keras
    import keras_tuner

    from dlexp.tuning import spaces

    def build(hp: Any) -> Any:
        keras.utils.set_random_seed(plan.seed)
        return spaces.build(hp)

    class Tuner(keras_tuner.RandomSearch):  # type: ignore[misc]  # Keras Tuner is untyped
        def run_trial(self, trial: Any, *args: Any, **options: Any) -> Any:
            with _noted(folder, who, trial.trial_id):
                return super().run_trial(trial, *args, **options)

    return Tuner(
        build,
        objective="val_accuracy",
        max_trials=plan.trials,
        seed=plan.seed,
        max_consecutive_failed_trials=plan.trials + 1,  # beyond it the chief would stall
        directory=str(folder.parent),
        project_name=folder.name,
    )


def _work(tuner: Any, plan: Plan, folder: Path, who: str) -> None:
    from dlexp import data

    mnist = data.load("mnist")
    _note(folder, who, "ready")
    tuner.search(
        mnist.train.images[: plan.images],
        mnist.train.labels[: plan.images],
        validation_data=(mnist.validation.images, mnist.validation.labels),
        epochs=plan.epochs,
        batch_size=64,
        verbose=0,
    )


def _forget_ended(oracle: Any) -> None:
    """Keras Tuner stores a trial's end before it takes the trial off the open ones.

    A chief that starts again would hand out those trials once more, though they are complete.
    """
    oracle._retry_queue = [
        each for each in oracle._retry_queue if oracle.trials[each].status not in _ENDED
    ]


def _end_as_failed(tuner: Any, name: str) -> None:
    trial = tuner.oracle.create_trial(tuner.tuner_id)
    if trial.trial_id == name:
        trial.status = "FAILED"
        tuner.oracle.end_trial(trial)


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


def _child(text: str) -> None:
    """Take part, and die when the process that holds the other end of stdin does."""
    threading.Thread(target=_die_at_end_of_stdin, daemon=True).start()
    options = json.loads(text)
    join(Plan(**options["plan"]), folder=Path(options["folder"]), give_up=options["give_up"])


def _die_at_end_of_stdin() -> None:
    os.read(0, 1)  # not sys.stdin, whose lock an interpreter that ends could not take
    if CHIEF in os.environ["KERASTUNER_TUNER_ID"]:
        time.sleep(_SETTLE)
    os._exit(1)


# ---- the process that watches -----------------------------------------------------------------


def measure_speed_up(
    plan: Plan, folder: Path, *, repeats: int = 3, kill_after: int = 3
) -> dict[str, Any]:
    """Run one search with one worker and with two, in turns, and once with a worker killed.

    Each run starts from nothing in a folder below ``folder``, which is emptied before. Nothing
    else should compute on the machine meanwhile: let a unit that calls this need all others.

    Parameters
    ----------
    plan : Plan
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


def times(outcome: Outcome) -> dict[str, float]:
    """Return where the seconds of a search went, and the mean of its trials."""
    lengths = [trial.seconds for trial in outcome.trials]
    return {
        "seconds": outcome.seconds,
        "starting": outcome.starting,
        "searching": outcome.searching,
        "trial": sum(lengths) / max(1, len(lengths)),
    }


def _afresh(plan: Plan, workers: int, folder: Path, kill_after: int | None = None) -> Outcome:
    shutil.rmtree(folder, ignore_errors=True)
    return tune(plan, workers, folder=folder, progress=False, kill_after=kill_after)


def _scores(outcome: Outcome) -> tuple[tuple[str, float | None], ...]:
    return tuple((str(sorted(each.values.items())), each.score) for each in outcome.trials)


def tune(
    plan: Plan,
    workers: int,
    *,
    folder: Path | None = None,
    progress: bool = True,
    kill_after: int | None = None,
) -> Outcome:
    """Search with a chief and some workers on this machine, and wait until it is done.

    Parameters
    ----------
    plan : Plan
    workers : int
        Processes that train, of one thread each, >= 1.
    folder : Path, optional
        Where the search is stored, and goes on if it was stopped; by default the plan's.
    progress : bool
        Whether to show a bar on stderr.
    kill_after : int, optional
        An accident to watch: once so many trials have ended, kill the first worker (by SIGKILL)
        in the middle of its next one.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If ``workers`` is below one.
    SearchFailed
        If the chief dies, a worker fails or cannot start, or another search holds the folder.
    """
    if workers < 1:
        raise ValueError(f"`workers` must be at least 1; got {workers}")
    folder = folder or plan.folder
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise SearchFailed(f"another search is at work in {shown(folder)}") from None
    with lock:
        return _Watch(plan, workers, folder, kill_after).run(progress)


@dataclass
class _Watch:
    """Starts the processes, replaces the workers that die, and leaves nobody behind."""

    plan: Plan
    workers: int
    folder: Path
    kill_after: int | None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    losses: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.time)

    def run(self, progress: bool) -> Outcome:
        if self._ended() < self.plan.trials:
            try:
                with _reserved_port() as self.port:
                    for who in (CHIEF, *(f"worker-{i}" for i in range(self.workers))):
                        self._start(who)
                    self._watch(progress)
            finally:
                self._stop()
        return self._outcome()

    def _start(self, who: str, give_up: str = "") -> None:
        if who in self.processes:
            _let_go(self.processes[who])
        options = {"plan": asdict(self.plan), "folder": str(self.folder), "give_up": give_up}
        start = "import sys; from dlexp.tuning.distributed import _child; _child(sys.argv[1])"
        with (self.folder / f"{who}.log").open("ab") as log:
            self.processes[who] = subprocess.Popen(
                [sys.executable, "-c", start, json.dumps(options)],
                stdin=subprocess.PIPE,  # held open: its end tells the child that we are gone
                stdout=log,
                stderr=log,
                env=self._environment(who),
                start_new_session=True,  # a Ctrl-C is ours; children are ended in order
            )

    def _environment(self, who: str) -> dict[str, str]:
        direct = ",".join(filter(None, [os.environ.get("no_proxy", ""), "127.0.0.1"]))
        return {
            **os.environ,
            **ONE_THREAD,
            "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
            "KERASTUNER_TUNER_ID": who,
            "KERASTUNER_ORACLE_IP": "127.0.0.1",
            "KERASTUNER_ORACLE_PORT": str(self.port),
            "no_proxy": direct,
        }

    def _watch(self, progress: bool) -> None:
        ended, total = self._ended(), self.plan.trials
        with tqdm(
            total=total,
            initial=ended,
            unit="trial",
            desc="tuning",
            disable=not progress,
            smoothing=0,
        ) as bar:
            while ended < total and self._anyone_works():
                time.sleep(_POLL)
                before, ended = ended, self._ended()
                if ended > before:  # an update redraws the bar
                    bar.update(ended - before)
                self._have_the_accident(ended)

    def _anyone_works(self) -> bool:
        """Look after each process; False once every worker was told that nothing is left."""
        codes = {who: process.poll() for who, process in self.processes.items()}
        if codes.pop(CHIEF) is not None:
            raise SearchFailed(f"the chief ended before its workers; {self._log(CHIEF)} says why")
        for who, code in codes.items():
            if code is not None and code > 0:
                raise SearchFailed(f"{who} failed; the end of {self._log(who)} says why")
            if code is not None and code < 0:
                self._replace(who)
        return any(code != 0 for code in codes.values())

    def _replace(self, who: str) -> None:
        """Start a worker again under its id: the oracle hands it the trial that it had open."""
        trial = self._open_trial(who)
        lost = trial or who
        self.losses[lost] += 1
        if self.losses[lost] < TRIES:
            self._start(who)
        elif trial and self.losses[lost] < 2 * TRIES:
            self._start(who, give_up=trial)
        else:
            times = self.losses[lost]
            raise SearchFailed(f"{who} died {times} times before a trial; see {self._log(who)}")

    def _open_trial(self, who: str) -> str:
        notes = [each for each in _notes(self.folder, who) if each["what"] != "ready"]
        return str(notes[-1]["trial"]) if notes and notes[-1]["what"] == "begin" else ""

    def _have_the_accident(self, ended: int) -> None:
        """Kill the first worker half a trial's time into a trial, once."""
        if self.kill_after is None or ended < self.kill_after or not self._open_trial("worker-0"):
            return
        begun = _notes(self.folder, "worker-0")[-1]["time"]
        lengths = [each.seconds for each in self._trials() if each.status in _ENDED]
        if time.time() - begun >= sum(lengths) / max(1, len(lengths)) / 2:
            self.processes["worker-0"].send_signal(signal.SIGKILL)
            self.kill_after = None

    def _stop(self) -> None:
        """End the workers, then the chief, which may be writing down what the last one said."""
        chief = self.processes.pop(CHIEF, None)
        for process in self.processes.values():
            process.kill()
        if chief is not None:
            if chief.poll() is None:
                time.sleep(_SETTLE)
            chief.kill()
        for process in filter(None, [*self.processes.values(), chief]):
            _let_go(process)

    # What lies in the folder

    def _ended(self) -> int:
        return sum(state["status"] in _ENDED for state in _stored(self.folder))

    def _trials(self) -> list[Trial]:
        begins: dict[str, list[tuple[str, float, float]]] = {}
        for file in self.folder.glob("*.log.jsonl"):
            who = file.name.removesuffix(".log.jsonl")
            notes = _notes(self.folder, who)
            for place, each in enumerate(notes):
                if each["what"] == "begin":
                    after = notes[place + 1]["time"] if place + 1 < len(notes) else time.time()
                    begins.setdefault(each["trial"], []).append((who, each["time"], after))
        return [_trial(state, begins.get(state["trial_id"], [])) for state in _stored(self.folder)]

    def _outcome(self) -> Outcome:
        now = time.time()
        times = [
            each["time"]
            for i in range(self.workers)
            for each in _notes(self.folder, f"worker-{i}")
            if each["what"] != "ready" and each["time"] >= self.started
        ]
        first, last = min(times, default=now), max(times, default=now)
        return Outcome(
            trials=tuple(self._trials()),
            seconds=now - self.started,
            starting=first - self.started,
            searching=last - first,
            lost=self.losses.total(),
            folder=self.folder,
        )

    def _log(self, who: str) -> str:
        return shown(self.folder / f"{who}.log")


def _let_go(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    if process.stdin:
        process.stdin.close()


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


def _stored(folder: Path) -> list[dict[str, Any]]:
    """Read the trials that the chief wrote; one that is being written counts at the next look."""
    found = []
    for file in sorted(folder.glob("trial_*/trial.json")):
        with contextlib.suppress(json.JSONDecodeError, FileNotFoundError):
            found.append(json.loads(file.read_text()))
    return found


def _notes(folder: Path, who: str) -> list[dict[str, Any]]:
    try:
        text = (folder / f"{who}.log.jsonl").read_text()
    except FileNotFoundError:
        return []
    whole, _, _ = text.rpartition("\n")  # what follows the last end of a line is half written
    return [json.loads(line) for line in whole.splitlines()]


@contextlib.contextmanager
def _reserved_port() -> Iterator[int]:
    """Find a free port of this machine and keep it: bound here, it is nobody else's to take."""
    with socket.socket() as keeper:
        if hasattr(socket, "SO_REUSEPORT"):  # the chief's server binds it a second time
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        keeper.bind(("127.0.0.1", 0))
        port: int = keeper.getsockname()[1]
        if not hasattr(socket, "SO_REUSEPORT"):
            keeper.close()
        yield port


def shown(path: Path) -> str:
    """Return a path as messages show it: from the project's folder on, if it lies there."""
    return str(path.relative_to(paths.PROJECT) if path.is_relative_to(paths.PROJECT) else path)

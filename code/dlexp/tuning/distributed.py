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
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm import tqdm

from dlexp.tuning.folder import _ENDED, _notes, _stored, _trial
from dlexp.tuning.member import _SETTLE, CHIEF, join
from dlexp.tuning.member import _child as _child  # what each process is told to call
from dlexp.tuning.plans import FOLDER, IMAGES, SearchFailed, SearchOutcome, SearchPlan, Trial, shown

__all__ = [
    "CHIEF",
    "FOLDER",
    "IMAGES",
    "ONE_THREAD",
    "TRIES",
    "SearchFailed",
    "SearchOutcome",
    "SearchPlan",
    "Trial",
    "join",
    "shown",
    "tune",
]  # fmt: skip

TRIES = 3
"""How often a trial may lose its worker before it is ended as failed."""

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


def tune(
    plan: SearchPlan,
    workers: int,
    *,
    folder: Path | None = None,
    progress: bool = True,
    kill_after: int | None = None,
) -> SearchOutcome:
    """Search with a chief and some workers on this machine, and wait until it is done.

    Parameters
    ----------
    plan : SearchPlan
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
    SearchOutcome

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

    plan: SearchPlan
    workers: int
    folder: Path
    kill_after: int | None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    losses: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.time)

    def run(self, progress: bool) -> SearchOutcome:
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

    def _outcome(self) -> SearchOutcome:
        now = time.time()
        times = [
            each["time"]
            for i in range(self.workers)
            for each in _notes(self.folder, f"worker-{i}")
            if each["what"] != "ready" and each["time"] >= self.started
        ]
        first, last = min(times, default=now), max(times, default=now)
        return SearchOutcome(
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

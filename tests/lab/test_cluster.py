"""Units on a Dask cluster."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

import toy
from projects import ALL, numbers, wait_for


@pytest.fixture
def project(tmp_path):
    return toy.make(tmp_path)


@contextlib.contextmanager
def dask(project: toy.Project) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Start a scheduler and two workers, in processes of their own, on loopback."""
    address_file = project.folder / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker"]
    started = []

    def start(command: list[str], log: str) -> "subprocess.Popen[bytes]":
        with (project.folder / log).open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=project.folder,
                env=project.environment(),
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        started.append(process)
        return process

    common = ["--host", "127.0.0.1", "--no-dashboard"]
    one = ["--nthreads", "1", "--no-nanny"]
    try:
        where = ["--port", "0", "--scheduler-file", str(address_file)]
        start([*scheduler, *common, *where], "scheduler.log")
        # The scheduler makes the file first and writes into it afterwards.
        wait_for(lambda: address_file.exists() and address_file.read_text().endswith("}"), 60)
        address = json.loads(address_file.read_text())["address"]
        found = [start([*worker, address, *common, *one], f"worker{i}.log") for i in range(2)]
        logs = [project.folder / f"worker{i}.log" for i in range(2)]
        wait_for(lambda: all("Registered to" in log.read_text() for log in logs), 60)
        yield address, found
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_dask_cluster_with_one_of_two_workers_killed(tmp_path):
    pytest.importorskip("distributed", reason="NOT TESTED: --scheduler (make cluster installs it)")
    project = toy.make(tmp_path, nap=0.5)
    with dask(project) as (address, (first, _)):
        driver = project.start("-m", "dlexp", "run", "--scheduler", address)
        wait_for(lambda: len(project.computed()) >= 3, 60)
        os.killpg(first.pid, signal.SIGKILL)
        out, err = driver.communicate(timeout=120)
    assert driver.returncode == 0, err
    assert out == "11 units current\n"
    assert "11 of 11 units to compute, 2 at a time" in err
    assert project.finished() == ALL
    process = numbers(project, "draw-seed=5")["process"]
    assert process == {"threads": 1, "hash_randomization": 0, "tensorflow_threads": "1"}
    assert project.dlexp("verify").stdout.count(": identical") == 11  # as on this machine alone

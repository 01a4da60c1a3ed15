"""A project with cheap experiments in a temporary folder, for the tests of the engine.

It has the real engine and two toy modules. Everything runs in processes of its own, by
``python -m dlexp`` or by short scripts, so that the real package stays as it is.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlexp import paths

ENGINE = ("lab", "cli", "draw", "site")
"""Packages of the real project that the toy one has whole."""

ARITHMETIC = '''
"""Reached by the toy experiment."""

FACTOR = 2.0


def scale(x):
    """Return x, scaled."""
    return FACTOR * x


def unused(x):
    return x + 1
'''

EXPERIMENT = '''
"""Two cheap kinds of units, one of which needs the other."""

import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlexp.lab.units import Measurement, Unit


@dataclass(frozen=True, kw_only=True)
class Config:
    """What is drawn."""

    size: int = 3
    nap: float = 0.02


def draw(config, seed):
    """Draw some numbers, and leave a line in a log that counts computations."""
    from dlexp.byhand import arithmetic

    with Path(os.environ["DLEXP_TOY_LOG"]).open("a") as log:
        log.write(f"draw {seed} {os.getpid()}\\n")
    time.sleep(config.nap)
    values = np.random.default_rng(seed).normal(size=config.size)
    numbers = {"mean": arithmetic.scale(float(values.mean())), "name": "toy"}
    numbers["process"] = {
        "threads": threading.active_count(),
        "hash_randomization": sys.flags.hash_randomization,
        "tensorflow_threads": os.environ.get("TF_NUM_INTRAOP_THREADS"),
    }
    return Measurement(numbers=numbers, arrays={"values": values})


def double(config, seed, drawn):
    """Use a record and its arrays."""
    total = 2 * float(drawn.arrays["values"].sum())
    return Measurement(numbers={"double": total, "mean": drawn.numbers["mean"]})


def units():
    drawn = [Unit(measure=draw, config=Config(), seed=seed) for seed in range(8)]
    doubled = [
        Unit(measure=double, config=Config(), seed=unit.seed, needs=(unit,)) for unit in drawn[:3]
    ]
    return [*drawn, *doubled]
'''

CLAIMS = '''
"""What the toy chapter claims."""


def claims(runs):
    drawn = runs("draw")
    yield drawn.above("far_below", "mean, no unit", drawn.numbers("mean"), threshold=-9.0)
'''

MARK = "\n```{supported} far_below\nThe mean is above minus nine.\n```\n"


@dataclass(frozen=True)
class Project:
    """A toy project in a folder."""

    folder: Path

    @property
    def code(self) -> Path:
        return self.folder / "code" / "dlexp"

    @property
    def experiment(self) -> Path:
        return self.code / "chapters" / "toy" / "measure.py"

    @property
    def arithmetic(self) -> Path:
        return self.code / "byhand" / "arithmetic.py"

    @property
    def results(self) -> Path:
        return self.folder / "results" / "toy"

    @property
    def attic(self) -> Path:
        return self.folder / "_build" / "records"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def environment(self, **more: str) -> dict[str, str]:
        own = {"PYTHONPATH": str(self.folder / "code"), "DLEXP_TOY_LOG": str(self.log)}
        return {**os.environ, **own, **more}

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """Start Python with these arguments, as the leader of a new session."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def python(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run Python with these arguments to its end."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def dlexp(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run ``python -m dlexp``."""
        return self.python("-m", "dlexp", *arguments, **more)

    def computed(self) -> list[str]:
        """Return which draws were started, in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split()[1] for line in lines]

    def finished(self) -> set[str]:
        """Return the names of the units that have a record."""
        return {file.stem for file in self.results.glob("[!.]*.json")}

    def records(self) -> dict[str, bytes]:
        """Return the bytes of all records, by file name."""
        found = sorted(self.results.glob("*")) if self.results.exists() else []
        return {file.name: file.read_bytes() for file in found}


def edit(file: Path, old: str, new: str) -> None:
    """Replace a piece of a file that must be there."""
    source = file.read_text()
    assert old in source, f"{file.name} has no {old!r} to edit"
    file.write_text(source.replace(old, new, 1))


def make(folder: Path, **settings: Any) -> Project:
    """Write a toy project; a setting replaces a field's default in the experiment."""
    project = Project(folder)
    real = paths.PROJECT / "code" / "dlexp"
    for package in ("chapters/toy", "byhand"):
        (project.code / package).mkdir(parents=True)
        (project.code / package / "__init__.py").touch()
    for package in ENGINE:
        shutil.copytree(real / package, project.code / package)
    for module in ("__init__", "__main__", "paths", "byhand/arrays", "chapters/__init__"):
        shutil.copy(real / f"{module}.py", project.code / f"{module}.py")
    (project.experiment.parent / "claims.py").write_text(CLAIMS)
    project.arithmetic.write_text(ARITHMETIC)
    project.experiment.write_text(EXPERIMENT)
    for name, value in settings.items():
        line = next(x for x in EXPERIMENT.splitlines() if x.startswith(f"    {name}: "))
        edit(project.experiment, line, f"{line.split(' = ')[0]} = {value!r}")
    (folder / "book").mkdir()
    (folder / "book" / "toy.md").write_text(MARK)
    return project

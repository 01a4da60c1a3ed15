"""What numbers may depend on besides code, and the environment that children of ours get."""

import contextlib
import functools
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dlexp import paths

PINNED = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",  # published numbers are the processor's; workers share no GPU
}
"""A worker's environment, set before it starts."""

_DISTRIBUTIONS = {
    "numpy": "numpy",
    "scipy": "scipy",
    "keras": "keras",
    "tensorflow": "tensorflow",
    "keras_tuner": "keras-tuner",
    "optuna": "optuna",
    "sklearn": "scikit-learn",
}
"""Libraries whose versions are noted, by the names that they are imported by."""


def machine(libraries: Collection[str]) -> dict[str, Any]:
    """Return the versions, the processor and the threads, on which numbers may depend.

    Parameters
    ----------
    libraries : collection of str
        Those that were used; see `dlexp.lab.libraries`.
    """
    return {
        "python": platform.python_version(),
        "versions": {name: v for name, v in _versions().items() if name in libraries},
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": _processor()[0],
        "instructions": _processor()[1],
        "threads": int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0")),
    }


@functools.cache
def _versions() -> dict[str, str]:
    versions = {}
    for name, distribution in _DISTRIBUTIONS.items():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(distribution)
    return versions


@functools.cache
def _processor() -> tuple[str, str]:
    """Return the processor's name and its widest vector instructions, as far as known."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine(), ""
    lines = (line.partition(":") for line in text.splitlines())
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags", facts.get("Features", "")).split()
    widest = next((f for f in ("avx512f", "avx2", "avx", "sve", "asimd") if f in flags), "")
    return facts.get("model name", platform.machine()), widest


@functools.cache
def commit() -> str:
    """Return git's name for the code at hand, with ``-dirty`` if files differ; or nothing."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(
            command, cwd=paths.PROJECT, capture_output=True, text=True, check=False
        )
    except OSError:  # no git here
        return ""
    return done.stdout.strip()

"""What numbers may depend on besides code, and the environment that children of ours get."""

import contextlib
import functools
import importlib.metadata
import os
import platform
import site
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dlexp import paths

PINNED = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "1",  # else TensorFlow uses oneDNN on some processors, not on others
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",  # published numbers are the processor's; workers share no GPU
}
"""What decides how a child of ours counts: threads, processors, libraries, the order of sets."""

SYSTEM = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "USER", "LOGNAME")
"""What children need to know of the machine that they run on; nothing of it is a setting."""

_OWN = "DLEXP_"
"""Variables of this project begin so, and reach its children."""

_FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONUTF8": "1",
    "PYTHONSAFEPATH": "1",  # a file keras.py in the folder at hand is not Keras
    "OPENBLAS_NUM_THREADS": "1",
    "DOCUTILSCONFIG": os.devnull,
    "KERAS_HOME": os.devnull,  # no folder, so that there is no keras.json to read, nor one to write
    "MPLBACKEND": "Agg",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "COLUMNS": "80",  # tables are printed as wide as a terminal says that it is
    "LINES": "24",
}
"""What settings of the caller's would decide otherwise: texts, times, places and widths."""


def environment(**more: str) -> dict[str, str]:
    """Return the whole environment of a child of ours, in which no setting of the user's counts.

    Its home is a folder of ours, for that is where Keras, Matplotlib, IPython and Jupyter look for
    settings. It finds the packages that this process was told to find, ours first.

    Parameters
    ----------
    **more : str
        Variables of this child, which win over all others.

    Examples
    --------
    >>> os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"
    >>> "XLA_FLAGS" in environment()
    False
    >>> environment(KERASTUNER_TUNER_ID="chief")["KERASTUNER_TUNER_ID"]
    'chief'
    >>> del os.environ["XLA_FLAGS"]
    """
    kept = {
        name: value for name, value in os.environ.items() if name in SYSTEM or name.startswith(_OWN)
    }
    return {**kept, **_FIXED, **PINNED, **_places(), **more}


def _places() -> dict[str, str]:
    """Return where a child looks for packages, and for settings of its own: in vain."""
    given = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    search = [str(paths.PROJECT / "code"), *(str(Path(entry).absolute()) for entry in given)]
    return {
        "HOME": str(paths.BUILD / "home"),
        "MPLCONFIGDIR": str(paths.BUILD / "home" / "matplotlib"),
        "IPYTHONDIR": str(paths.BUILD / "home" / "ipython"),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(search)),
        **_user_site(),
    }


def _user_site() -> dict[str, str]:
    """Return whether a child sees what ``pip --user`` installed: as this process does."""
    if site.ENABLE_USER_SITE:
        return {"PYTHONUSERBASE": site.getuserbase()}  # else it would move with the home
    return {"PYTHONNOUSERSITE": "1"}


_DISTRIBUTIONS = {
    "numpy": "numpy",
    "scipy": "scipy",
    "keras": "keras",
    "tensorflow": "tensorflow",
    "keras_tuner": "keras-tuner",
    "optuna": "optuna",
    "sklearn": "scikit-learn",
    "torch": "torch",
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
        "model": _processor()[2],
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
def _processor() -> tuple[str, str, str | None]:
    """Return the processor's name, its widest vector instructions and its model, as far as known.

    One name may stand for many models, and libraries choose their way of counting by the model.
    """
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine(), "", None
    lines = (line.partition(":") for line in text.splitlines())
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags", facts.get("Features", "")).split()
    widest = next((f for f in ("avx512f", "avx2", "avx", "sve", "asimd") if f in flags), "")
    numbers = [facts[name] for name in ("cpu family", "model", "stepping") if name in facts]
    return facts.get("model name", platform.machine()), widest, "/".join(numbers) or None


@functools.cache
def commit() -> str:
    """Return git's name for the code at hand, with ``-dirty`` if files differ; or nothing.

    Where the project is no repository of its own, but lies in another one, that one's name would
    say nothing.
    """
    if _git("rev-parse", "--is-inside-work-tree", "--show-prefix") != "true":
        return ""
    return _git("describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")


def _git(*arguments: str) -> str:
    """Return what git says in the project's folder; nothing if it fails, or is not there."""
    command = ["git", "-c", f"safe.directory={paths.PROJECT}", *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=paths.PROJECT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

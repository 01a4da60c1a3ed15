"""The environment of our children: nothing of the user's decides a number."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab.machine import PINNED, commit, environment

SETTINGS = {
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNINGS": "error",
    "PYTHONSTARTUP": "start.py",
    "PYTHONHASHSEED": "7",
    "PYTHONHOME": "/nowhere",
    "KERAS_BACKEND": "torch",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_NNX_ENABLED": "1",
    "TF_NUM_INTRAOP_THREADS": "8",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_DETERMINISTIC_OPS": "1",
    "XLA_FLAGS": "--xla_backend_optimization_level=0",
    "OMP_NUM_THREADS": "8",
    "MKL_NUM_THREADS": "8",
    "OPENBLAS_CORETYPE": "Prescott",
    "NPY_DISABLE_CPU_FEATURES": "AVX2",
    "CUDA_VISIBLE_DEVICES": "0",
    "MPLBACKEND": "pdf",
    "MATPLOTLIBRC": "rc",
    "IPYTHONDIR": "profile",
    "JUPYTER_CONFIG_DIR": "jupyter",
    "JUPYTER_PATH": "jupyter",
    "XDG_CONFIG_HOME": "config",
    "SOURCE_DATE_EPOCH": "315532800",
    "COLUMNS": "200",
    "FORCE_COLOR": "1",
    "LANG": "de_DE.ISO-8859-1",
    "TZ": "Asia/Tokyo",
}
"""Some of what users set, with values that would change results or pages."""


@pytest.mark.parametrize("name", SETTINGS)
def test_no_setting_of_the_users_reaches_a_child(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name, raising=False)
    without = environment()
    monkeypatch.setenv(name, SETTINGS[name])
    assert environment() == without


def test_what_is_pinned_and_what_the_caller_asks_for_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLEXP_GUARD", "1")
    made = environment(KERAS_BACKEND="jax")
    assert made.items() >= (PINNED | {"DLEXP_GUARD": "1", "KERAS_BACKEND": "jax"}).items()
    assert environment().items() >= PINNED.items()


def _child(program: str) -> object:
    """Return what a program prints as JSON that runs in our environment."""
    command = [sys.executable, "-c", f"import json\n{program}"]
    done = subprocess.run(command, env=environment(), capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def test_settings_in_files_of_the_user_decide_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither in the home folder nor where a variable points to."""
    keras = {"floatx": "float64", "image_data_format": "channels_first", "backend": "jax"}
    files = {
        ".keras/keras.json": json.dumps(keras),
        ".config/matplotlib/matplotlibrc": "lines.linewidth: 9",
        ".ipython/profile_default/startup/one.py": "1 / 0",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / ".keras"))
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / ".config" / "matplotlib"))
    program = (
        "import keras, matplotlib\n"
        "from IPython.paths import get_ipython_dir\n"
        "c = keras.config\n"
        "found = c.floatx(), c.image_data_format(), c.backend(), c.epsilon()\n"
        "print(json.dumps([found, matplotlib.rcParams['lines.linewidth'], get_ipython_dir()]))"
    )
    found, width, profile = _child(program)  # type: ignore[misc]
    assert found == ["float32", "channels_last", "tensorflow", 1e-7]
    assert width == 1.5
    assert Path(profile).is_relative_to(paths.BUILD)


def test_modules_in_the_folder_at_hand_are_not_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "random.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    assert _child("import random, dlexp; print(json.dumps(dlexp.__file__))") == str(
        paths.PROJECT / "code" / "dlexp" / "__init__.py"
    )


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, check=True, text=True
    ).stdout.strip()


def test_commit_is_that_of_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not that of a repository that the project lies in, nor of one that a hook speaks of."""
    project = tmp_path / "other" / "it's a project"
    project.mkdir(parents=True)
    (project / "file").write_text("one", "utf-8")
    monkeypatch.setattr(paths, "PROJECT", project)
    try:
        assert _commit() == ""
        for folder in (project.parent, project):
            _git(folder, "init", "--quiet")
            _git(folder, "add", "--all")
            _git(folder, "commit", "--quiet", "--message=x")
            name = _git(folder, "rev-parse", "--short=12", "HEAD")
            assert _commit() == (name if folder == project else "")
        monkeypatch.setenv("GIT_DIR", str(project.parent / ".git"))
        assert _commit() == name
        (project / "file").write_text("two", "utf-8")
        assert _commit() == f"{name}-dirty"
    finally:
        commit.cache_clear()


def _commit() -> str:
    commit.cache_clear()
    return commit()

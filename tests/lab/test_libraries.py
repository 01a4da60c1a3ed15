"""Provenance names the libraries that a unit computes with, and no other."""

from pathlib import Path

from dlexp.lab.libraries import libraries
from dlexp.lab.machine import machine
from dlexp.lab.source import Code

SOURCE = """
import numpy as np
import scipy.special as special
from keras import layers


def by_hand(x):
    return np.sum(x)


def built(x):
    import tensorflow as tf

    return tf.constant(x)


def layered(x):
    return layers.Dense(3)(x)


def none_of_these(np):
    return np
"""


def used(folder: Path, name: str) -> set[str]:
    package = folder / "pk"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "made.py").write_text(SOURCE)
    return set(libraries(Code([folder]), [f"pk.made:{name}"]))


def test_a_library_counts_where_it_is_named(tmp_path: Path) -> None:
    assert used(tmp_path, "by_hand") == {"numpy"}


def test_an_import_inside_a_function_counts(tmp_path: Path) -> None:
    assert used(tmp_path, "built") == {"tensorflow"}


def test_keras_computes_with_tensorflow(tmp_path: Path) -> None:
    assert used(tmp_path, "layered") == {"keras", "tensorflow"}


def test_a_local_name_names_no_library(tmp_path: Path) -> None:
    assert used(tmp_path, "none_of_these") == set()


def test_provenance_lists_versions_of_what_was_used() -> None:
    assert set(machine({"numpy", "nosuch"})["versions"]) == {"numpy"}

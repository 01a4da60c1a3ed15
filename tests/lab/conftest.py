"""What the tests of the laboratory share."""

import functools
import importlib
import sys
from types import SimpleNamespace

import pytest

import packages
import toy
from benches import ARRAYS, FRESH_NAMES, NUMBERS, PROVENANCE
from dlexp import paths
from dlexp.lab import fingerprint
from dlexp.lab.store import Store
from dlexp.lab.units import Measurement


@pytest.fixture
def package(tmp_path):
    """Return a function that writes modules of a package and gives a fresh view on them."""
    return functools.partial(packages.write, tmp_path)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A toy experiment that this process imports, and stores that see its files as they are."""
    name = next(FRESH_NAMES)
    package = tmp_path / "code" / name
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "arithmetic.py").write_text(toy.ARITHMETIC)
    source = toy.EXPERIMENT.replace("from dlexp.byhand import", f"from {name} import")
    (package / "toy").mkdir()
    (package / "toy" / "__init__.py").touch()
    (package / "toy" / "measure.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path / "code")
    module = importlib.import_module(f"{name}.toy.measure")

    def store() -> Store:
        code = fingerprint.Code([tmp_path / "code", paths.PROJECT / "code"])
        return Store(tmp_path / "results", tmp_path / "attic", code)

    yield SimpleNamespace(
        module=module,
        units=module.units(),
        experiment=package / "toy" / "measure.py",
        arithmetic=package / "arithmetic.py",
        store=store,
        folder=tmp_path / "results" / "toy",
        attic=tmp_path / "attic",
    )
    for loaded in [each for each in sys.modules if each.split(".")[0] == name]:
        del sys.modules[loaded]


@pytest.fixture
def unit(bench):
    return bench.units[0]


@pytest.fixture
def stored(bench, unit):
    """The bench with the record of its first unit."""
    bench.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    return bench

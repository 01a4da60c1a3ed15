"""Units on other data: what they are answered with, and what their keys cover."""

import ast
import importlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import toy
from dlexp import chapters, data, paths
from dlexp.lab import verify
from dlexp.lab.elsewhere import standing_in
from dlexp.lab.fingerprint import Code
from dlexp.lab.keys import identify
from dlexp.lab.store import Store
from dlexp.lab.units import Unit
from dlexp.lab.worker import Outcome, Task, compute
from idx_files import idx, small

COUNTING = '''
"""A measure that reads data, one that reads none, and what may go wrong."""

import subprocess
from dataclasses import dataclass

from dlexp import data
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Config:
    size: int = 20


def count(config, seed, *records):
    whole = data.mnist()
    some = whole.subset(config.size, seed=seed).train
    sizes = [len(whole.train), len(whole.validation), data.MNIST_VALIDATION, len(whole.test)]
    return Measurement(numbers={"sizes": sizes, "labels": some.labels.tolist()})


def sample(config, seed):
    return Measurement(numbers={"size": len(data.mnist().test.sample(config.size))})


def nothing(config, seed, *records):
    return Measurement(numbers={"seed": seed})


def start(config, seed):
    subprocess.run(["true"])
    return count(config, seed)
'''


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """The module above, with the code that its keys are made of."""
    package = tmp_path / "code" / "counting_elsewhere"
    (package / "chapter").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "chapter" / "__init__.py").touch()
    (package / "chapter" / "measure.py").write_text(COUNTING)
    monkeypatch.syspath_prepend(tmp_path / "code")
    yield importlib.import_module("counting_elsewhere.chapter.measure")
    for name in [each for each in sys.modules if each.startswith("counting_elsewhere")]:
        del sys.modules[name]


@pytest.fixture
def code(tmp_path):
    return Code([tmp_path / "code", paths.PROJECT / "code"])


def unit_of(module, measure="count", name="fashion_mnist", **more):
    config = module.Config(size=more.pop("size", 20))
    return Unit(measure=getattr(module, measure), config=config, seed=1, data=name, **more)


def own(folder: Path) -> Path:
    """Make a folder of a reader's own data."""
    folder.mkdir()
    return small(folder)


def computed(unit: Unit, code: Code, folder: Path) -> Outcome:
    packages = ("dlexp", "counting_elsewhere")
    return compute(Task(unit, identify(unit, code).key, (), packages, folder / "log.txt"))


def sizes(outcome: Outcome) -> list[int]:
    assert outcome.measurement is not None, outcome.details
    return list(outcome.measurement.numbers["sizes"])


# --- What is measured -----------------------------------------------------------------------------


def test_a_unit_on_other_data_is_answered_with_them_and_the_next_is_not(counting, code, tmp_path):
    home, away = unit_of(counting, name="mnist"), unit_of(counting)

    assert sizes(computed(away, code, tmp_path)) == [12_000, 2_000, 2_000, 3_000]
    assert sizes(computed(home, code, tmp_path)) == [55_000, 5_000, 5_000, 10_000]


def test_it_has_the_images_that_the_data_have(counting, code, tmp_path):
    outcome = computed(unit_of(counting), code, tmp_path)

    expected = data.fashion().subset(20, seed=1).train.labels.tolist()
    assert outcome.measurement is not None
    assert outcome.measurement.numbers["labels"] == expected


def test_a_folder_gives_what_load_gives(counting, code, tmp_path):
    folder = own(tmp_path / "own")

    outcome = computed(unit_of(counting, name=str(folder)), code, tmp_path)

    assert sizes(outcome) == [36, 4, 4, 10]


@pytest.mark.parametrize(("measure", "size"), [("count", 12_001), ("sample", 3_001)])
def test_more_images_than_there_are_is_an_error(counting, code, tmp_path, measure, size):
    outcome = computed(unit_of(counting, measure, size=size), code, tmp_path)

    assert outcome.error.startswith("DataError: `size` must be in 1 ... ")
    assert outcome.error.endswith(f"got size={size}")


def test_a_sample_of_a_subset_may_be_all_of_it():
    """As on MNIST, where a look at few training images takes all of them."""
    with standing_in("fashion_mnist"):
        few = data.mnist().subset(50).train

        assert len(few.sample(100)) == 50


def test_what_was_put_in_place_goes_again_after_an_error():
    def fail() -> None:
        with standing_in("fashion_mnist"):
            assert data.MNIST_VALIDATION == len(data.mnist().validation) == 2_000
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail()

    assert data.MNIST_VALIDATION == len(data.mnist().validation) == 5_000
    assert len(data.mnist().test.sample(20_000)) == 10_000


def test_no_measure_holds_on_to_what_is_put_in_place():
    """What a module has bound by name at its top, nobody can put another thing in place of."""
    bound = {"MNIST_VALIDATION", "pairs_of_mnist"}
    for package in ("chapters", "training", "tuning", "byhand", "draw"):
        for file in (paths.PROJECT / "code" / "dlexp" / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    assert not bound & {alias.name for alias in node.names}, file


# --- Keys -----------------------------------------------------------------------------------------


def test_data_are_in_the_name_and_in_the_key_where_they_are_not_mnist(counting, code):
    home, away = unit_of(counting, name="mnist"), unit_of(counting)

    assert home.name == "count-seed=1"
    assert away.name == "count-data=fashion_mnist-seed=1"
    assert identify(home, code).key != identify(away, code).key
    assert "dlexp.fashion:FASHION_SHA256" in identify(away, code).code
    assert "dlexp.fashion:FASHION_SHA256" not in identify(home, code).code


def test_no_published_key_knows_of_other_data(code):
    for slug in chapters.slugs():
        first = chapters.units(slug)[0]

        assert not [name for name in identify(first, code).code if "fashion" in name]


def test_a_folder_counts_by_its_bytes_and_not_by_its_place(counting, tmp_path):
    first, second = own(tmp_path / "a"), own(tmp_path / "b")

    def key(folder: Path) -> str:
        fresh = Code([tmp_path / "code", paths.PROJECT / "code"])
        return identify(unit_of(counting, name=str(folder)), fresh).key

    assert key(first) == key(second)
    (second / "t10k-labels-idx1-ubyte").write_bytes(idx(np.ones(10)))
    assert key(first) != key(second)


def test_records_lie_beside_those_of_mnist(counting, code, tmp_path):
    store = Store(tmp_path / "results", tmp_path / "attic", code)
    home, away = unit_of(counting, name="mnist"), unit_of(counting)
    for unit in (home, away):
        outcome = computed(unit, code, tmp_path)
        assert outcome.measurement is not None
        store.put(unit, outcome.measurement, outcome.provenance)

    assert [record.numbers["sizes"][0] for record in store.load([home, away])] == [55_000, 12_000]


def test_siblings_are_on_the_same_data(counting):
    away = [replace(unit_of(counting), seed=seed) for seed in range(3)]
    home = [replace(unit, data="mnist") for unit in away]

    assert verify.siblings(away[0], [*home, *away]) == away[1:]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "rule"),
    [
        ("nothing", "must read data; got nothing, which reads none"),
        ("start", "must compute in one process; got one that uses subprocess"),
    ],
)
def test_other_data_that_would_make_no_difference_are_refused(counting, code, measure, rule):
    with pytest.raises(ValueError, match=rule):
        identify(unit_of(counting, measure), code)


def test_what_is_needed_must_be_on_the_same_data_if_it_reads_any(counting, code):
    home, away = unit_of(counting, name="mnist"), unit_of(counting)
    silent = unit_of(counting, "nothing", name="mnist")

    identify(replace(away, needs=(away, silent)), code)
    with pytest.raises(ValueError, match="must need units on the same data; got chapter/count-"):
        identify(replace(away, needs=(home,)), code)


def test_the_engine_of_a_toy_project_needs_no_data(tmp_path):
    project = toy.make(tmp_path)

    assert project.dlexp("run").returncode == 0

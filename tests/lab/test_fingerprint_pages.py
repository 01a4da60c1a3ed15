"""What a page's cells reach."""

import subprocess
import sys

import pytest

from dlexp import chapters
from dlexp.lab.fingerprint import cells_closure, chapters_reached
from packages import HELP


def test_cells_reach_what_they_name(package):
    code = package(help=HELP, main="x = 1\n")
    cells = "%matplotlib inline\nfrom pkg import help\n!ls\nanswer = help.used()\nprint(answer)\n"
    assert set(cells_closure(cells, code)) == {"pkg.help:used"}


def test_cells_that_import_inside_a_cell_and_by_star(package):
    code = package(help=HELP)
    assert set(cells_closure("from pkg.help import *\nused()", code)) == {"pkg.help:used"}


def test_cells_that_look_up_what_nobody_can_read_reach_everything(package):
    """A page that is run again too often costs seconds; a stale number costs its reader's trust."""
    code = package(help=HELP)
    every = {"pkg.help:used", "pkg.help:unused"}
    assert set(cells_closure("exec('from pkg.help import used')", code)) == every
    assert set(cells_closure("import sys\nprint(sys.modules)", code)) == every
    assert set(cells_closure("import importlib as i\ni.import_module('pkg.help')", code)) == every
    assert set(cells_closure("import importlib as i\ni.import_module('numpy')", code)) == set()


def test_docstring_that_a_cell_prints_is_not_seen(package):
    code = package(help=HELP)
    assert set(cells_closure("from pkg import help\nprint(help.used.__doc__)", code)) == {
        "pkg.help:used"
    }


def test_cells_of_another_page_leave_no_trace(package):
    code = package(help=HELP)
    cells_closure("from pkg.help import unused\nunused()", code)
    assert set(cells_closure("from pkg.help import used\nused()", code)) == {"pkg.help:used"}


def test_cells_must_be_python():
    with pytest.raises(SyntaxError):
        cells_closure("this is no Python")


def test_page_on_all_chapters_reaches_each():
    """``chapters.all_units`` imports by a computed name: all of the package counts."""
    cells = "from dlexp import chapters\nchapters.all_units()"
    found = chapters_reached(cells_closure(cells))
    assert found == set(chapters.slugs())


def test_page_on_one_experiment_reaches_that_one():
    for slug in chapters.slugs():
        cells = f"from dlexp.chapters.{slug} import measure as this\nthis.units()"
        closure = cells_closure(cells)
        assert chapters_reached(closure) == {slug}


def test_closures_need_no_keras():
    """A key must cost milliseconds."""
    script = (
        "import sys; from dlexp import chapters; from dlexp.lab.store import Store\n"
        "store = Store()\n"
        "for unit in chapters.all_units(): store.identify(unit)\n"
        "heavy = {'keras', 'tensorflow', 'scipy', 'matplotlib', 'torch'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

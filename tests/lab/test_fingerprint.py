"""What counts as a change of code, and what runs beside it."""

import ast
import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab import fingerprint
from dlexp.lab.fingerprint import Code, Undeclared


@pytest.fixture
def package(tmp_path):
    """Return a function that writes modules and gives a fresh view on them."""

    def write(**sources: str) -> Code:
        files = {"__init__": "", **sources}
        for name, source in files.items():
            file = tmp_path / "pkg" / f"{name.replace('__in__', '/')}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
        return Code([tmp_path])

    return write


def reached(code: Code, target: str = "pkg.main:run") -> set[str]:
    return {symbol.removeprefix("pkg.") for symbol in code.closure(target)}


HELP = "def used():\n    return 1\n\n\ndef unused():\n    return 2\n"


@pytest.mark.parametrize(
    "main",
    [
        "from pkg.help import used\ndef run():\n    return used()\n",
        "from .help import used as u\ndef run():\n    return u()\n",
        "from pkg import help\ndef run():\n    return help.used()\n",
        "from . import help as h\ndef run():\n    return h.used()\n",
        "import pkg.help\ndef run():\n    return pkg.help.used()\n",
        "import pkg.help as h\ndef run():\n    return h.used()\n",
        "def run():\n    from pkg import help\n    return help.used()\n",
        "def run():\n    from pkg.help import used\n    return used()\n",
        "def run():\n    import pkg.help\n    return pkg.help.used()\n",
        "from .help import *\ndef run():\n    return used()\n",
        "from pkg import help\nclass A:\n    def f(self):\n        return help.used()\n"
        "def run():\n    return A().f()\n",
        "from .help import used\nTABLE = {'a': used}\ndef run():\n    return TABLE['a']()\n",
        "from functools import partial\nfrom .help import used\nboth = partial(used)\n"
        "def run(f=both):\n    return f()\n",
        "def run():\n    return call('pkg.help:used')\n",
        "from . import help\n@help.used\ndef run():\n    return 1\n",
    ],
)
def test_one_symbol_of_a_module_is_reached_however_it_is_named(package, main):
    found = reached(package(main=main, help=HELP))
    assert "help:used" in found
    assert "help:unused" not in found


@pytest.mark.parametrize(
    "main",
    [
        "from . import help\ndef run(name):\n    return getattr(help, name)()\n",
        "from . import help\nALL = [help]\ndef run():\n    return ALL\n",
        "import importlib\ndef run(name):\n    return importlib.import_module('pkg.' + name)\n",
        "from importlib import import_module\ndef run(n):\n    return import_module(n)\n",
    ],
)
def test_what_is_handed_on_whole_counts_whole(package, main):
    assert {"help:used", "help:unused"} <= reached(package(main=main, help=HELP))


def test_side_effects_of_imports_count_even_if_no_name_is_used(package):
    code = package(
        main="import pkg.effects\nfrom . import help\ndef run():\n    return 1\n",
        effects="import numpy\nTABLE = {}\nTABLE['scale'] = numpy.ones(3)\n",
        help=HELP,
    )
    assert reached(code) == {"effects:<effects>", "effects:TABLE", "effects:@numpy", "main:run"}


def test_imports_for_type_checkers_alone_do_not_count(package):
    main = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pkg.help import used\n"
        "def run(x: 'used'):\n    return x\n"
    )
    assert reached(package(main=main, help=HELP)) == {"main:run"}


def test_imports_inside_other_functions_do_not_count(package):
    """A local variable may have the name of what another function imports."""
    main = (
        "def other():\n    from pkg import help\n    return help\n"
        "def run():\n    help = 3\n    return help\n"
    )
    assert reached(package(main=main, help=HELP)) == {"main:run"}


def test_parents_of_a_module_run_first(package):
    code = package(main="def run():\n    return 1\n", __init__="import os\nos.putenv('A', 'b')\n")
    assert "pkg:<effects>" in code.closure("pkg.main:run")


def test_circles_end(package):
    code = package(
        main="from . import help\ndef run():\n    return help.back()\n",
        help="from . import main\ndef back():\n    return main.run()\n",
    )
    assert {"main:run", "help:back"} <= reached(code)


def test_engine_is_left_out_of_keys_and_not_of_pages():
    target = "dlexp.lab.results:Store"
    assert any(name.startswith("dlexp.lab.results:") for name in fingerprint.closure(target))
    assert Code().closure(target, outside=fingerprint.ENGINE) == {}


@pytest.mark.parametrize("target", ["numpy:array", "dlexp.nosuch:f", "dlexp.paths:nosuch", "x"])
def test_target_that_is_not_ours(target):
    with pytest.raises(ValueError, match="must be 'module:name'"):
        fingerprint.closure(target)


# ---- what counts of a symbol ------------------------------------------------------------------


BASE = '''
from dataclasses import dataclass
from functools import singledispatch


@dataclass
class Point:
    """A point."""

    x: int = 1
    """Across."""


def run(a, b=2):
    """Add."""
    total = a + b
    return total, Point()


@singledispatch
def shown(x):
    return x
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def run(a, b=2):", "def run(a: int, b: int = 2) -> tuple[int, Point]:"),
        ("    total = a + b", "    total: int = a + b  # in words"),
        ('"""Add."""', '"""Add two numbers."""'),
        ('    """Add."""\n', ""),
        ('"""Across."""', '"""To the right."""'),
        ('"""A point."""', "'A point in the plane.'"),
        ("a + b", "(a +\n             b)"),
        ("import dataclass\n", "import dataclass  # noqa\n\n\n\n"),
        ("return x\n", "return -x\n"),
    ],
)
def test_what_changes_no_result(package, old, new):
    before = package(main=BASE).closure("pkg.main:run")
    assert old in BASE
    assert package(main=BASE.replace(old, new)).closure("pkg.main:run") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("b=2", "b=3"),
        ("a + b", "a - b"),
        ("x: int = 1", "x: int = 2"),
        ("x: int = 1", "x: float = 1"),  # a field's annotation is data: ClassVar, InitVar
        ("x: int = 1", "y: int = 1"),
        ("@dataclass\n", "@dataclass(frozen=True)\n"),
        ("return total, Point()", "return total, None"),
        ("from dataclasses import dataclass", "from attrs import define as dataclass"),
    ],
)
def test_what_may_change_a_result(package, old, new):
    before = package(main=BASE).closure("pkg.main:run")
    assert old in BASE
    assert package(main=BASE.replace(old, new)).closure("pkg.main:run") != before


def test_annotations_of_a_decorated_function_count(package):
    """``singledispatch`` and the like read them."""
    before = package(main=BASE).closure("pkg.main:shown")
    after = package(main=BASE.replace("def shown(x)", "def shown(x: int)"))
    assert after.closure("pkg.main:shown") != before


SYNTAX = '''
@decorator(1)
async def run(a, /, b: int = 2, *c, d=None, **e):
    """Words."""
    global G
    x, *y = [z for z in c if z] or {**e, "k": (1, 2.5, 3j, b"b", ..., None, True)}
    with open(a) as f, g(b):
        x[1:2, ::3] += f"{a!r:>{b}} {{}}" "tail"
    try:
        async for i in x:
            await (lambda q=1: q)(i)
            continue
        else:
            raise ValueError("no") from None
    except (A, B) as error:
        assert error, "text"
    finally:
        del x
    match x:
        case {"a": [1, *rest], **more} if more:
            return (yield)
        case Point(x=0) | None as p:
            pass
    while (n := next(y)) not in (1,):
        break
    return not a if b else -a @ b
'''


def test_digest_is_the_same_on_every_python(package):
    """Keys are in git and are made again by whatever Python a reader has."""
    assert package(main=SYNTAX).closure("pkg.main:run") == {"pkg.main:run": "c00cce45f6c5c754"}


@pytest.mark.parametrize(
    "file", sorted(paths.PROJECT.glob("code/dlexp/**/*.py")), ids=lambda f: f.stem
)
def test_layout_of_real_modules_does_not_count(file, tmp_path):
    """Every module of the package, written anew by ``ast.unparse``: no comment, other layout."""
    name = "x_" + file.stem.strip("_")
    closures = []
    for source in (file.read_text(), ast.unparse(ast.parse(file.read_text()))):
        (tmp_path / f"{name}.py").write_text(source)
        closures.append(Code([tmp_path]).closure(f"{name}:*"))
    assert closures[0] == closures[1]


def test_edited_file_is_read_again(package):
    before = package(main="def run():\n    return 1\n").closure("pkg.main:run")
    assert package(main="def run():\n    return 2\n").closure("pkg.main:run") != before


# ---- pages ------------------------------------------------------------------------------------


def test_cells_reach_what_they_name(package):
    code = package(help=HELP, main="x = 1\n")
    cells = "%matplotlib inline\nfrom pkg import help\n!ls\nanswer = help.used()\nprint(answer)\n"
    assert set(code.page_closure(cells)) == {"pkg.help:used"}


def test_cells_that_import_inside_a_cell_and_by_star(package):
    code = package(help=HELP)
    assert set(code.page_closure("from pkg.help import *\nused()")) == {"pkg.help:used"}


def test_cells_of_another_page_leave_no_trace(package):
    code = package(help=HELP)
    code.page_closure("from pkg.help import unused\nunused()")
    assert set(code.page_closure("from pkg.help import used\nused()")) == {"pkg.help:used"}


def test_cells_must_be_python():
    with pytest.raises(SyntaxError):
        fingerprint.cells_closure("this is no Python")


def test_page_on_all_experiments_reaches_each():
    """``experiments.all_units`` imports by a computed name: all of the package counts."""
    from dlexp import experiments

    cells = "from dlexp import experiments\nexperiments.all_units()"
    found = fingerprint.chapters_reached(fingerprint.cells_closure(cells))
    assert found == set(experiments.slugs())


def test_page_on_one_experiment_reaches_that_one():
    from dlexp import experiments

    for slug in experiments.slugs():
        cells = f"from dlexp.chapters import {slug} as this\nthis.units()"
        closure = fingerprint.cells_closure(cells)
        assert fingerprint.chapters_reached(closure) == {slug}


def test_closures_need_no_keras():
    """A key must cost milliseconds."""
    script = (
        "import sys; from dlexp import experiments, results; store = results.Store()\n"
        "for unit in experiments.all_units(): store.identify(unit)\n"
        "heavy = {'keras', 'tensorflow', 'scipy', 'matplotlib', 'torch', 'loky'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ---- the guard --------------------------------------------------------------------------------


GUARDED = {
    "main": """
from . import late
HIDDEN = {}
def keep(f):
    HIDDEN[f.__name__] = f
    return f
@keep
def secret():
    return 1
class Box:
    def open(self):
        return [x for x in (1, 2)]
def run():
    from . import fresh
    return Box().open(), fresh.value()
def leak():
    return HIDDEN['secret']()
""",
    "late": "def unused():\n    return 1\n",
    "fresh": """
class NotUsed:
    kind = 'made while importing'
def table():
    return {}
TABLE = table()
def value():
    return (lambda: 3)()
""",
}


@pytest.fixture
def guarded(package, tmp_path, monkeypatch):
    code = package(**GUARDED)
    monkeypatch.syspath_prepend(tmp_path)
    yield code
    for name in [name for name in sys.modules if name.split(".")[0] == "pkg"]:
        del sys.modules[name]


def test_guard_is_silent_about_what_is_in_the_closure(guarded):
    """Imports inside, classes, comprehensions and lambdas included."""
    import pkg.main

    with fingerprint.guard(guarded, guarded.closure("pkg.main:run")):
        assert pkg.main.run() == ([1, 2], 3)


def test_guard_names_what_is_not(guarded):
    import pkg.main

    with (
        pytest.raises(Undeclared, match=r"not in it: \['pkg.main:secret'\]"),
        fingerprint.guard(guarded, guarded.closure("pkg.main:leak")),
    ):
        pkg.main.leak()


def test_guard_inside_another_context_manager(guarded):
    import pkg.main

    @contextlib.contextmanager
    def around():
        with fingerprint.guard(guarded, guarded.closure("pkg.main:leak")):
            yield

    with pytest.raises(Undeclared), around():
        pkg.main.leak()


def test_guard_leaves_the_engine_alone():
    with fingerprint.guard(Code(), {}):
        fingerprint.chapters_reached({})


def test_guard_ends_when_the_code_raises(guarded):
    import pkg.main

    with pytest.raises(KeyError), fingerprint.guard(guarded, {}):
        pkg.main.HIDDEN["nosuch"]()
    assert sys.getprofile() is None


def test_roots_are_where_packages_are_imported_from():
    code = Code.imported(["dlexp"])
    assert code.roots == (paths.PROJECT / "code",)
    assert Path(code.roots[0], "dlexp").is_dir()
    with pytest.raises(ModuleNotFoundError, match="nosuchpackage"):
        Code.imported(["nosuchpackage"])

"""What a symbol reaches, and what counts as a change of it."""

import ast
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab import fingerprint, reach
from dlexp.lab.fingerprint import Code, cells_closure, closure
from packages import HELP, reached


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
        "def run():\n    import pkg\n    return pkg\n",
        "from . import help\ndef run():\n    return help.__dict__['used']()\n",
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
    assert "pkg:<effects>" in closure(code, "pkg.main:run")


def test_circles_end(package):
    code = package(
        main="from . import help\ndef run():\n    return help.back()\n",
        help="from . import main\ndef back():\n    return main.run()\n",
    )
    assert {"main:run", "help:back"} <= reached(code)


def test_engine_is_left_out_of_keys_and_not_of_pages():
    target = "dlexp.lab.store:Store"
    page = fingerprint.cells_closure("from dlexp.lab.store import Store\nStore", Code())
    assert target in page
    assert closure(Code(), target, outside=fingerprint.ENGINE) == {}


@pytest.mark.parametrize("target", ["numpy:array", "dlexp.nosuch:f", "dlexp.paths:nosuch", "x"])
def test_target_that_is_not_ours(target):
    with pytest.raises(ValueError, match="must be 'module:name'"):
        closure(Code(), target)


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
    before = closure(package(main=BASE), "pkg.main:run")
    assert old in BASE
    assert closure(package(main=BASE.replace(old, new)), "pkg.main:run") == before


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
    before = closure(package(main=BASE), "pkg.main:run")
    assert old in BASE
    assert closure(package(main=BASE.replace(old, new)), "pkg.main:run") != before


def test_annotations_of_a_decorated_function_count(package):
    """``singledispatch`` and the like read them."""
    before = closure(package(main=BASE), "pkg.main:shown")
    after = package(main=BASE.replace("def shown(x)", "def shown(x: int)"))
    assert closure(after, "pkg.main:shown") != before


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
    assert closure(package(main=SYNTAX), "pkg.main:run") == {"pkg.main:run": "c00cce45f6c5c754"}


@pytest.mark.parametrize(
    "file", sorted(paths.PROJECT.glob("code/dlexp/**/*.py")), ids=lambda f: f.stem
)
def test_layout_of_real_modules_does_not_count(file, tmp_path):
    """Every module of the package, written anew by ``ast.unparse``: no comment, other layout."""
    name = "x_" + file.stem.strip("_")
    closures = []
    for source in (file.read_text(), ast.unparse(ast.parse(file.read_text()))):
        (tmp_path / f"{name}.py").write_text(source)
        closures.append(cells_closure(f"import {name}\nprint({name})", Code([tmp_path])))
    assert closures[0] == closures[1]


def test_edited_file_is_read_again(package):
    before = closure(package(main="def run():\n    return 1\n"), "pkg.main:run")
    assert closure(package(main="def run():\n    return 2\n"), "pkg.main:run") != before


def test_what_carries_a_result_may_move(tmp_path: Path) -> None:
    """Importing a thing of the engine from another module of it changes no key."""
    files = {"__init__": "", "engine": "class A: pass", "engine_too": "from pk.engine import A"}
    (tmp_path / "pk").mkdir()
    for name, source in files.items():
        (tmp_path / "pk" / f"{name}.py").write_text(source)
    found = []
    for origin in ("pk.engine", "pk.engine_too"):
        made = f"from {origin} import A\n\n\ndef f():\n    return A()\n"
        (tmp_path / "pk" / "made.py").write_text(made)
        outside = ("pk.engine", "pk.engine_too")
        found.append(reach.closure(Code([tmp_path]), "pk.made:f", outside=outside))

    assert found[0] == found[1]
    assert set(found[0]) == {"pk.made:f"}

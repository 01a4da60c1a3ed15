"""What runs beside a key is found while it runs."""

import contextlib
import sys
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab import fingerprint
from dlexp.lab.fingerprint import Code, Undeclared, closure

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

    with fingerprint.guard(guarded, closure(guarded, "pkg.main:run")):
        assert pkg.main.run() == ([1, 2], 3)


def test_guard_knows_what_a_module_registers(package, tmp_path, monkeypatch):
    """``@f.register def _`` is part of what importing the module does."""
    main = (
        "from functools import singledispatch\n@singledispatch\ndef run(x): return 0\n"
        "@run.register\ndef _(x: int): return x\n"
    )
    code = package(registering=main)
    monkeypatch.syspath_prepend(tmp_path)
    import pkg.registering

    with fingerprint.guard(code, closure(code, "pkg.registering:run")):
        assert pkg.registering.run(3) == 3
    del sys.modules["pkg.registering"], sys.modules["pkg"]


def test_guard_names_what_is_not(guarded):
    import pkg.main

    with (
        pytest.raises(Undeclared, match=r"got \['pkg.main:secret'\] outside"),
        fingerprint.guard(guarded, closure(guarded, "pkg.main:leak")),
    ):
        pkg.main.leak()


def test_guard_inside_another_context_manager(guarded):
    import pkg.main

    @contextlib.contextmanager
    def around():
        with fingerprint.guard(guarded, closure(guarded, "pkg.main:leak")):
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

"""Code that is reached without its name being written: seen, or known to be missed."""

import pytest

from dlexp.lab.fingerprint import closure

HELP = "VALUE = 1\n\n\ndef used():\n    return VALUE\n"


def _keys(package, edit: tuple[str, str], **sources: str) -> list[dict[str, str]]:
    """Return the closure of ``run`` before and after an edit of one of the modules."""
    sources = {"help": HELP, **sources}
    assert any(edit[0] in source for source in sources.values())
    edited = {name: source.replace(*edit) for name, source in sources.items()}
    return [closure(package(**each), "pkg.main:run") for each in (sources, edited)]


VALUE = ("VALUE = 1", "VALUE = 2")
RUN = "def run():\n    return "
SEEN = {
    "loop at the top": (
        ("'a': 1", "'a': 2"),
        {"main": f"class A: pass\nfor n, v in {{'a': 1}}.items():\n    setattr(A, n, v)\n{RUN}A.a"},
    ),
    "loop at the top of a module that is only imported": (
        VALUE,
        {"main": f"from . import loop\n{RUN}1", "loop": "VALUE = 1\nfor x in (VALUE,):\n    X = x"},
    ),
    "with at the top": (
        ("f(1)", "f(2)"),
        {"main": f"from x import f\nT = {{}}\nwith f(1) as y:\n    T['a'] = y\n{RUN}T"},
    ),
    "try at the top": (
        ("= 1", "= 2"),
        {"main": f"T = {{}}\ntry:\n    T['a'] = 1\nexcept OSError:\n    U = 3\n{RUN}T"},
    ),
    "value thrown away": (
        ("a=1", "a=2"),
        {"main": f"T = {{}}\n_ = T.update(a=1)\n{RUN}T"},
    ),
    "element and name at once": (
        ("= 1", "= 2"),
        {"main": f"T = {{}}\nX = T['a'] = 1\n{RUN}T"},
    ),
    "augmented table of another module": (
        ("[1]", "[2]"),
        {"main": f"from .t import T\nT += [1]\n{RUN}len(T)", "t": "T = []"},
    ),
    "else of TYPE_CHECKING": (
        ("A = 1", "A = 2"),
        {
            "main": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    A = 0\nelse:\n"
            f"    A = 1\n{RUN}A"
        },
    ),
    "elif of TYPE_CHECKING": (
        VALUE,
        {
            "main": "import typing\nif typing.TYPE_CHECKING:\n    used = None\nelif 1:\n"
            f"    from .help import used\n{RUN}used()"
        },
    ),
    "TYPE_CHECKING of one's own": (
        VALUE,
        {"main": f"TYPE_CHECKING = True\nif TYPE_CHECKING:\n    VALUE = 1\n{RUN}VALUE"},
    ),
    "TYPE_CHECKING of another module": (
        VALUE,
        {
            "main": f"from .t import TYPE_CHECKING\nif TYPE_CHECKING:\n    VALUE = 1\n{RUN}VALUE",
            "t": "TYPE_CHECKING = True",
        },
    ),
    "TYPE_CHECKING that has another value by then": (
        VALUE,
        {
            "main": "from typing import TYPE_CHECKING\nTYPE_CHECKING = True\nif TYPE_CHECKING:\n"
            f"    VALUE = 1\n{RUN}VALUE"
        },
    ),
    "typing that is none": (
        VALUE,
        {
            "main": "from . import t as typing\nif typing.TYPE_CHECKING:\n    VALUE = 1\n"
            f"{RUN}VALUE",
            "t": "TYPE_CHECKING = True",
        },
    ),
    "star import of a builtin's name": (
        ("max(1)", "max(2)"),
        {"main": f"from .b import *\n{RUN}sum([1])", "b": "def sum(x):\n    return max(1)"},
    ),
    "star import over a definition": (
        VALUE,
        {"main": f"def used(): return 0\nfrom .help import *\n{RUN}used()"},
    ),
    "__getattr__ of a module, by attribute": (
        ("n + 'a'", "n + 'b'"),
        {"main": f"from . import g\n{RUN}g.any", "g": "def __getattr__(n):\n    return n + 'a'"},
    ),
    "__getattr__ of a module, by import": (
        ("n + 'a'", "n + 'b'"),
        {"main": f"from .g import any\n{RUN}any", "g": "def __getattr__(n):\n    return n + 'a'"},
    ),
    "package as an argument": (
        VALUE,
        {"main": f"import pkg\n{RUN}call(pkg)\ndef call(p):\n    return p.help.used()"},
    ),
    "package's name that hides its module, by import": (
        ("(other=1)", "(other=2)"),
        {"main": f"from pkg import help\n{RUN}help(3)", "__init__": "help = dict(other=1)"},
    ),
    "package's name that hides its module, by attribute": (
        ("(other=1)", "(other=2)"),
        {"main": f"import pkg\n{RUN}pkg.help.get(3)", "__init__": "help = dict(other=1)"},
    ),
    "singledispatch": (
        ("x * 1", "x * 2"),
        {
            "main": "from functools import singledispatch\n@singledispatch\ndef f(x): return 0\n"
            f"@f.register\ndef _(x: int): return x * 1\n{RUN}f(3)"
        },
    ),
    "singledispatch, registered elsewhere": (
        ("x * 1", "x * 2"),
        {
            "f": "from functools import singledispatch\n@singledispatch\ndef f(x): return 0",
            "g": "from .f import f\n@f.register(int)\ndef _(x): return x * 1",
            "main": f"from . import g\nfrom .f import f\n{RUN}f(3)",
        },
    ),
    "import_module of a text": (
        VALUE,
        {"main": f"from importlib import import_module as load\n{RUN}load('pkg.help').VALUE"},
    ),
    "import_module below another package": (
        VALUE,
        {
            "sub__in__a": "VALUE = 1",
            "sub__in____init__": "",
            "main": f"import importlib as i\nn = 'a'\n{RUN}i.import_module(f'pkg.sub.{{n}}')",
        },
    ),
    "import_module below this package": (
        VALUE,
        {"main": f"import importlib as i\nn = 'help'\n{RUN}i.import_module('pkg.' + n)"},
    ),
    "sys.modules by a text": (
        VALUE,
        {"main": f"import sys\nfrom . import help as h\n{RUN}sys.modules['pkg.help'].VALUE"},
    ),
    "sys.modules by __name__": (
        VALUE,
        {"main": f"import sys\nVALUE = 1\n{RUN}vars(sys.modules[__name__])"},
    ),
    "resolve_name of a text": (
        VALUE,
        {"main": f"import pkgutil\n{RUN}pkgutil.resolve_name('pkg.help.VALUE')"},
    ),
    "locate of a text": (
        VALUE,
        {"main": f"from pydoc import locate\n{RUN}locate('pkg.help.VALUE')"},
    ),
}


@pytest.mark.parametrize("case", SEEN.values(), ids=SEEN)
def test_what_is_seen(package, case):
    edit, sources = case
    before, after = _keys(package, edit, **sources)
    assert before != after


MISSED = {
    "registry that a decorator fills": (
        VALUE,
        {
            "main": "T = {}\ndef keep(f):\n    T[0] = f\n    return f\n@keep\ndef secret():\n"
            f"    VALUE = 1\n    return VALUE\n{RUN}T[0]()"
        },
    ),
    "value whose making changes another": (
        ("a=1", "a=2"),
        {"main": f"T = {{}}\ndone = T.update(a=1)\n{RUN}T"},
    ),
    "environment variable that another module sets when it is called": (
        ("'1'", "'2'"),
        {
            "env": "import os\ndef put():\n    os.environ['A'] = '1'",
            "main": f"import os\nfrom . import env\n{RUN}os.environ['A']",
        },
    ),
}


@pytest.mark.parametrize("case", MISSED.values(), ids=MISSED)
def test_what_is_known_to_be_missed(package, case):
    """The module's docstring says so; whoever mends one of these takes it out there and here."""
    edit, sources = case
    before, after = _keys(package, edit, **sources)
    assert before == after


def test_data_file_by_path_is_known_to_be_missed(package, tmp_path):
    (tmp_path / "data.txt").write_text("1")
    main = f"from pathlib import Path\n{RUN}Path({str(tmp_path / 'data.txt')!r}).read_text()\n"
    before = closure(package(main=main), "pkg.main:run")
    (tmp_path / "data.txt").write_text("2")
    assert closure(package(main=main), "pkg.main:run") == before

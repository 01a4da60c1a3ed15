"""For each kind of scope: where a name is the module's own, and where it is not.

The edit is always the same, of the function ``used``. Where a name is the module's own, the key
of ``run`` must change; where it is a local one, it must not.
"""

import ast
import symtable

import packages
import pytest

from dlexp import paths
from dlexp.lab import scopes
from dlexp.lab.fingerprint import closure

USED = "def used(*a):\n    return 1\n"

OWN = {
    "call": "def run():\n    return used()",
    "argument of another name": "def run(x):\n    return used(x)",
    "comprehension": "def run(rows):\n    return [used(x) for x in rows]",
    "what a comprehension goes over": "def run():\n    return [used for used in used()]",
    "a comprehension beside a loop": "def run(rows):\n    return [used for used in rows], used",
    "condition of a comprehension": "def run(rows):\n    return {x: 1 for x in rows if used(x)}",
    "second loop of a comprehension": "def run(a):\n    return {y for x in a for y in used(x)}",
    "lambda": "def run():\n    return lambda x: used(x)",
    "default of a lambda": "def run():\n    return lambda used=used: used",
    "nested function": "def run():\n    def inner():\n        return used()\n    return inner",
    "beside a nested function's parameter": (
        "def run():\n    def inner(used):\n        return used\n    return inner(used())"
    ),
    "field of a class around a method": (
        "class A:\n    used = 3\n    def f(self):\n        return used()\ndef run():\n    return A()"
    ),
    "field made of the module's": "class A:\n    used = used\ndef run():\n    return A.used()",
    "field without a value": "class A:\n    used: int\n    x = used()\ndef run():\n    return A.x",
    "field that may be missing": (
        "class A:\n    if 0:\n        used = 1\n    x = used()\ndef run():\n    return A.x"
    ),
    "class inside a function": (
        "def run():\n    class A:\n        x = used()\n        used = 2\n    return A"
    ),
    "base class": "class A(used()):\n    pass\ndef run():\n    return A",
    "global": "def run():\n    global used\n    x = used()\n    used = 3\n    return x",
    "global in a function around": (
        "def run(used_=0):\n    global used\n    def inner():\n        return used()\n    return inner"
    ),
    "global inside a function that has one": (
        "def run(used):\n    def inner():\n        global used\n        return used()\n    return inner"
    ),
    "augmented global": "def run():\n    global used\n    used += 1",
    "default argument": "def run(used=used):\n    return used",
    "keyword-only default": "def run(*, f=used):\n    return f",
    "decorator": "@used\ndef run():\n    return 1",
    "annotation that a decorator may read": "@print\ndef run(x: used):\n    return x",
    "annotation of a field": "class A:\n    x: used\ndef run():\n    return A",
    "walrus": "def run():\n    return (x := used())",
    "walrus of a nested comprehension's name": (
        "def run(a):\n    def inner():\n        return [(used := x) for x in a]\n    return used()"
    ),
    "match on a value": "def run(x):\n    match x:\n        case 1 if used():\n            return 2",
    "match on a class": "def run(x):\n    match x:\n        case used(y=1):\n            return 2",
    "except": "def run():\n    try:\n        pass\n    except used as e:\n        return e",
    "f-string": "def run():\n    return f'{used():>{3}}'",
    "attribute": "def run():\n    return used.name",
    "table at the top": "TABLE = [used for x in (1, 2)]\ndef run():\n    return TABLE",
    "loop at the top": "T = {}\nfor x in (1, 2):\n    T[x] = used\ndef run():\n    return T",
}

LOCAL = {
    "parameter": "def run(used):\n    return used",
    "starred parameters": "def run(*used):\n    return used",
    "keyword-only parameter": "def run(*, used=1):\n    return used",
    "variable": "def run():\n    used = 1\n    return used",
    "variable that comes later": "def run():\n    print(used)\n    used = 1",
    "loop variable": "def run(rows):\n    for used in rows:\n        print(used)",
    "loop variable of a pair": "def run(rows):\n    for i, (used, *_) in rows:\n        print(used)",
    "with": "def run(f):\n    with f as used:\n        return used",
    "comprehension": "def run(rows):\n    return [used + 1 for used in rows]",
    "comprehension in a comprehension": "def run(a):\n    return {y: {used for used in y} for y in a}",
    "second loop of a comprehension": "def run(a):\n    return [x for used in a for x in used]",
    "generator at the top": "T = sum(used for used in (1, 2))\ndef run():\n    return T",
    "lambda": "def run():\n    return lambda used: used",
    "lambda's variable around it": "def run(used):\n    return lambda: used",
    "nested function": "def run():\n    def used():\n        return 5\n    return used()",
    "nested class": "def run():\n    class used:\n        pass\n    return used()",
    "nested function's parameter": (
        "def run():\n    def inner(used):\n        return [used for _ in (1, 2)]\n    return inner"
    ),
    "variable of the function around": (
        "def run():\n    used = 1\n    class A:\n        def f(self):\n            return used\n"
        "    return A"
    ),
    "nonlocal": (
        "def run():\n    used = 1\n    def inner():\n        nonlocal used\n        used += 1\n"
        "        return used\n    return inner"
    ),
    "field": "class A:\n    used: int = 3\n    x = used\ndef run():\n    return A().used",
    "method": "class A:\n    def used(self):\n        return self.used()\ndef run():\n    return A()",
    "attribute": "def run(x):\n    return x.used",
    "keyword": "def run(x):\n    return x(used=1)",
    "annotation of a plain function": "def run(x: used) -> used:\n    y: used = 1\n    return y",
    "walrus": "def run():\n    if used := 1:\n        return used",
    "walrus in a comprehension": "def run(a):\n    print([(used := x) for x in a])\n    return used",
    "match capture": "def run(x):\n    match x:\n        case [1, used]:\n            return used",
    "match as": "def run(x):\n    match x:\n        case 1 | 2 as used:\n            return used",
    "match star": "def run(x):\n    match x:\n        case [1, *used]:\n            return used",
    "match rest": "def run(x):\n    match x:\n        case {'a': 1, **used}:\n            return used",
    "except as": "def run():\n    try:\n        pass\n    except OSError as used:\n        return used",
    "import": "def run():\n    import numpy as used\n    return used.pi",
    "from-import": "def run():\n    from math import sin as used\n    return used(1)",
    "deleted": "def run():\n    used = 1\n    del used\n    print(used)",
}

IMPORTED = {
    "inside": "def run():\n    from pkg.help import used\n    return used()",
    "inside, renamed": "def run():\n    from .help import used as f\n    return [f() for _ in (1, 2)]",
    "inside, a module": "def run():\n    import pkg.help as h\n    return h.used()",
    "read by a nested function": (
        "def run():\n    from pkg import help\n    def inner():\n        return help.used()\n"
        "    return inner"
    ),
    "read by a lambda's default": (
        "def run():\n    from pkg import help\n    return lambda f=help.used: f()"
    ),
    "in a branch": "def run(x):\n    if x:\n        from pkg.help import used\n    return used()",
    "into a class": "class A:\n    from pkg.help import used\ndef run():\n    return A.used()",
    "into the module": (
        "def load():\n    global h\n    from pkg import help as h\n"
        "def run():\n    load()\n    return h.used()"
    ),
    "by the module, read by a nested function": (
        "from . import help\ndef run():\n    return lambda: help.used()"
    ),
}

NOT_IMPORTED = {
    "parameter of an import's name": "from . import help\ndef run(help):\n    return help.used()",
    "loop variable": "from .help import used\ndef run(a):\n    return [used for used in a]",
    "other function's import": (
        "def other():\n    from pkg import help\n    return help\ndef run(help):\n    return help.used()"
    ),
    "nested function's parameter": (
        "def run():\n    from pkg import help\n    def inner(help):\n        return help.used()\n"
        "    return inner(help.other)"
    ),
}


def _is_seen(folder, main: str, **help_: str) -> bool:
    keys = []
    for number in (1, 2):
        sources = {"main": f"{main}\n", **help_}
        edited = {name: s.replace("return 1\n", f"return {number}\n") for name, s in sources.items()}
        keys.append(closure(packages.write(folder, **edited), "pkg.main:run"))
    return keys[0] != keys[1]


@pytest.mark.parametrize("source", OWN.values(), ids=OWN)
def test_name_of_the_module_is_reached(source, tmp_path):
    assert _is_seen(tmp_path, f"{USED}\n{source}")


@pytest.mark.parametrize("source", LOCAL.values(), ids=LOCAL)
def test_local_name_reaches_nothing(source, tmp_path):
    assert not _is_seen(tmp_path, f"{USED}\n{source}")


@pytest.mark.parametrize("source", IMPORTED.values(), ids=IMPORTED)
def test_import_is_reached_from_its_scope(source, tmp_path):
    assert _is_seen(tmp_path, source, help=USED)


@pytest.mark.parametrize("source", NOT_IMPORTED.values(), ids=NOT_IMPORTED)
def test_local_name_is_not_the_import(source, tmp_path):
    assert not _is_seen(tmp_path, source, help=USED)


def test_renamed_loop_variable_changes_only_the_function_itself(tmp_path):
    """It happened: ``digits``, a loop variable, had the name of a page's reader."""
    main = USED + "def measured(rows):\n    return [NAME for NAME in rows]\n"
    main += "def run(rows):\n    return measured(rows)\n"
    found = [
        closure(packages.write(tmp_path, main=main.replace("NAME", name)), "pkg.main:run")
        for name in ("row", "used")
    ]
    assert found[0].keys() == found[1].keys() == {"pkg.main:run", "pkg.main:measured"}


# ---- Python's own word ------------------------------------------------------------------------


def _names(table: symtable.SymbolTable, *, surely: bool) -> set[str]:
    """The names that a scope and those inside look up in the module, as Python compiles them.

    What a class's body binds may be looked up there or in the module: not surely in the module.
    """
    read = [symbol for symbol in table.get_symbols() if symbol.is_referenced()]
    is_open = table.get_type() == "class" and not surely
    found = {symbol.get_name() for symbol in read if symbol.is_global() or is_open}
    return found.union(*(_names(inner, surely=surely) for inner in table.get_children()))


FILES = sorted(paths.PROJECT.glob("code/dlexp/**/*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: "-".join(f.with_suffix("").parts[-2:]))
def test_python_agrees(file):
    """For each function and class of the package, asked by itself."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            text = ast.unparse(node)
            top = symtable.symtable(text, file.name, "exec")
            around = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
            found = scopes.reading(ast.parse(text).body, lambda each: each.module or "")
            names = {each.name for each in found.lookups if each.in_module}
            at_least = set().union(*(_names(each, surely=True) for each in top.get_children()))
            at_most = set().union(*(_names(each, surely=False) for each in top.get_children()))
            assert at_least <= names <= at_most | around

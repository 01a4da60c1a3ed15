"""Code that looks up or reads what no key can cover is refused with its file and line."""

import pytest

from dlexp.lab.fingerprint import Code, Unreadable, closure

HELP = "VALUE = 1\n\n\ndef used():\n    return VALUE\n"


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("eval('help.VALUE')", "eval"),
        ("exec('help.VALUE')", "exec"),
        ("globals()['help']", "globals"),
        ("locals()['help']", "locals"),
        ("vars()['help']", "vars"),
        ("__import__('pkg.help')", "__import__"),
        ("help.used.__globals__", "__globals__"),
        ("object.__subclasses__()", "__subclasses__"),
        ("importlib.import_module(name)", "importlib.import_module"),
        ("importlib.import_module('.' + name, 'pkg')", "importlib.import_module"),
        ("list(map(importlib.import_module, name))", "importlib.import_module"),
        ("sys.modules.items()", "sys.modules"),
        ("sys.modules[name]", "sys.modules"),
        ("pkgutil.resolve_name(name)", "pkgutil.resolve_name"),
        ("pydoc.locate(name)", "pydoc.locate"),
        ("runpy.run_path(name)", "runpy.run_path"),
        ("help.used.__doc__", "__doc__"),
        ("__doc__", "__doc__"),
        ("help.used.__annotations__", "__annotations__"),
        ("typing.get_type_hints(help.used)", "typing.get_type_hints"),
        ("[x.__doc__ for x in name][0]", "__doc__"),
        ("inspect.getsource(help.used)", "inspect"),
        ("inspect.signature(help.used)", "inspect"),
        ("inspect.getmodule(help.used)", "inspect"),
        ("getdoc(help.used)", "inspect"),
        ("help.used.__code__.co_consts", "co_consts"),
        ("name().__code__.co_firstlineno", "co_firstlineno"),
        ("sys._getframe().f_lineno", "f_lineno"),
        ("open(__file__).read()", "__file__"),
        ("open(help.__file__).read()", "__file__"),
        ("importlib.resources.files('pkg')", "importlib.resources"),
        ("files('pkg')", "importlib.resources"),
        ("pkgutil.get_data('pkg', 'help.py')", "pkgutil.get_data"),
        ("linecache.getlines(name)", "linecache"),
        ("traceback.format_stack()", "traceback.format_stack"),
        ("sys._getframe().f_globals['help']", "f_globals"),
        ("sys._getframe().f_globals.get('help')", "f_globals"),
        ("name.f_globals.get(name)", "f_globals"),
        ("name.f_locals", "f_locals"),
        ("getattr(sys, 'mod' + 'ules')", "sys"),
        ("sys.__dict__['mod' + 'ules']", "sys"),
        ("sys.__getattribute__('mod' + 'ules')", "sys"),
        ("getattr(importlib, 'import_' + 'module')", "importlib"),
        ("getattr(importlib.util, name)", "importlib.util"),
        ("__builtins__['ev' + 'al']", "__builtins__"),
        ("compile(name, '', 'eval')", "compile"),
        ("pickle.loads(name)", "pickle"),
        ("loads(name)", "pickle"),
        ("gc.get_referents(help.used)", "gc"),
        ("importlib.machinery.SourceFileLoader('h', name)", "importlib.machinery"),
        ("SourceFileLoader('h', name)", "importlib.machinery"),
        ("__spec__.loader", "__spec__"),
        ("__loader__.name", "__loader__"),
        ("code.InteractiveInterpreter().runsource(name)", "code"),
        ("timeit.timeit('help.used()', globals=name)", "timeit.timeit"),
        ("timeit.Timer(name).timeit()", "timeit.Timer"),
        ("types.FunctionType(name, {})", "types.FunctionType"),
        ("importlib.util.find_spec(name).loader.load_module()", "load_module"),
    ],
)
def test_what_nobody_can_read_is_refused(package, expression, what):
    main = (
        "import code, gc, importlib, importlib.resources, inspect, linecache, pickle, pkgutil, "
        "pydoc, runpy, sys, timeit, traceback, types, typing; from . import help; "
        "from importlib.machinery import SourceFileLoader; from importlib.resources import files; "
        "from inspect import getdoc; from pickle import loads\n\n"
        f"def other(name):\n    return {expression}\ndef run(name):\n    return 1\n"
    )
    code = package(main=main, help=HELP)
    assert closure(code, "pkg.main:run").keys() == {"pkg.main:run"}
    rule = rf"must be named in the code, .*; got {what} at .*main\.py:4$"
    with pytest.raises(Unreadable, match=rule):
        closure(code, "pkg.main:other")


@pytest.mark.parametrize(
    "source",
    [
        "def run(eval):\n    return eval(1)",
        "def eval(x):\n    return x\ndef run():\n    return eval(1)",
        "import re\ndef run():\n    return re.compile('x')",
        "def run(model):\n    return model.eval(), model.modules(), model.locate()",
        "import sys\ndef run(x):\n    return vars(x), sys.path, sys.modules['numpy']",
        "import importlib\ndef run():\n    return importlib.import_module('numpy.linalg')",
        "def run(frame):\n    return frame.f_globals.get('__name__')",
        "import sys\ndef run(x):\n    return getattr(x, 'a'), sys.byteorder, sys.maxsize",
        "import timeit\ndef run(code):\n    return timeit.default_timer(), code.inspect(code)",
        "import importlib.util as u\ndef run():\n    return u.find_spec('numpy') is None",
        "class A:\n    __doc__ = 'x'\ndef run():\n    return A()",
    ],
)
def test_what_only_looks_like_it_is_not_refused(package, source):
    assert "pkg.main:run" in closure(package(main=f"{source}\n"), "pkg.main:run")


def test_package_as_it_is_has_nothing_to_refuse():
    """No unit of the book reaches what cannot be read."""
    from dlexp import chapters
    from dlexp.lab.fingerprint import ENGINE

    code = Code()
    for target in {unit.target for unit in chapters.all_units()}:
        assert closure(code, target, outside=ENGINE)

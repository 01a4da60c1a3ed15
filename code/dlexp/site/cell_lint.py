"""What no cell of a page may name: the machine that runs it, and what is not its to change.

What a page shows must follow from our code and data. A word of the machine, such as the number of
its cores, is refused whoever asks for it; so is a change to a module, that other cells would then
take for the module.
"""

import ast
from collections.abc import Iterator

from dlexp.site.dependencies import called, parsed

_ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb"})

_MODULES = frozenset({"platform", "psutil", "pwd", "grp", "getpass", "resource", "sysconfig"})
_MACHINE = _MODULES | {
    *("cpu_count", "process_cpu_count", "sched_getaffinity", "getloadavg", "sysconf", "ctermid"),
    *("gethostname", "getfqdn", "node", "uname", "getnode"),
    *("getuser", "getlogin", "getuid", "geteuid", "getgid", "getegid", "getgroups", "umask"),
    *("getpid", "getppid", "expandvars", "expanduser", "home", "getmtime", "getatime", "getctime"),
    *(f"st_{kind}" for kind in ("mtime", "atime", "ctime", "mtime_ns", "atime_ns", "ctime_ns")),
    *("st_birthtime", "st_ino", "st_dev", "st_uid", "st_gid", "statvfs", "disk_usage"),
}
"""Modules, functions and attributes that tell of the machine, its user, or a file's dates."""

_NATIVE = frozenset({"ctypes", "_ctypes", "cffi"})

_BY_NAME = ("getattr", "import_module", "__import__")
_SETTING = ("setattr", "delattr", "vars")


def findings(source: str) -> Iterator[str]:
    r"""Yield what a Python text asks of the machine, and what it changes that is not its own.

    Examples
    --------
    >>> list(findings("import os\nos.cpu_count()"))
    ['a page must not ask the machine about itself; got cpu_count']
    >>> list(findings("from dlexp.byhand import conv\nconv.conv2d = None"))
    ['a page must not change what it imports; got conv.conv2d']
    >>> list(findings("import os\nos.environ['A'] = '1'"))
    []
    """
    nodes = list(ast.walk(parsed(source) or ast.Module([], [])))
    names = set(_names(nodes))
    if names & _ENVIRONMENT:
        yield "a page must not read the environment, which is the machine's"
    for name in sorted(names & _MACHINE):
        yield f"a page must not ask the machine about itself; got {name}"
    for name in sorted(names & _NATIVE):
        yield f"a page must not load libraries of the system; got {name}"
    for what in _changes(nodes):
        yield f"a page must not change what it imports; got {what}"


def _names(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield what is imported, and all attributes but for those whose items are set."""
    items = (node for node in nodes if isinstance(node, ast.Subscript))
    set_there = {id(item.value) for item in items if isinstance(item.ctx, ast.Store | ast.Del)}
    for node in nodes:
        if isinstance(node, ast.alias):
            yield from node.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
        elif isinstance(node, ast.Attribute) and id(node) not in set_there:
            yield node.attr
        elif isinstance(node, ast.Call) and called(node) in _BY_NAME:
            yield from (each.value for each in node.args if _is_text(each))  # type: ignore[attr-defined]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# ---- changes -------------------------------------------------------------------------------------


def _changes(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield attributes of imported modules, and parts of what is ours, that are set or deleted."""
    ours, others = _imported(nodes)
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            root = _root(node)
            if root in ours or (isinstance(node, ast.Attribute) and root in others):
                yield ast.unparse(node)
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__":
            yield from (ast.unparse(node) for name in [_root(node)] if name in ours | others)
        elif isinstance(node, ast.Call) and called(node) in _SETTING and node.args:
            yield from (
                ast.unparse(node) for name in [_root(node.args[0])] if name in ours | others
            )


def _imported(nodes: list[ast.AST]) -> tuple[set[str], set[str]]:
    """Return the names of what is imported from us, by whatever name, and from others."""
    ours, others = {"sys.modules", "import_module", "__import__"}, set[str]()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for each in node.names:
                whole = getattr(node, "module", None) or each.name
                name = each.asname or each.name.partition(".")[0]
                (ours if whole.partition(".")[0] == "dlexp" else others).add(name)
    for node in nodes:
        again = isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute)
        if isinstance(node, ast.Assign) and again and _root(node.value) in ours:
            ours |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return ours, others


def _root(node: ast.expr) -> str:
    """Return the name with which an expression begins: `a` of ``a.b[0].c``, `f` of ``f(x).c``."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.modules":
            return "sys.modules"
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        elif isinstance(node, ast.Call):
            name = called(node)
            return name if name in ("import_module", "__import__") else ""
        else:
            return ""
    return node.id

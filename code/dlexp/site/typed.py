"""No number is typed into a cell to be shown as if it were computed.

The prose of a page is linted as a document (:mod:`dlexp.site.number_lint`); this looks at the code
that makes words for it. A number that is published must come from a call or a name that has one
from somewhere; a text that is shown must get its numbers put in.
"""

import ast
import re
from collections.abc import Iterator

from dlexp.site.dependencies import called, parsed
from dlexp.site.numerals import numerals

_NUMBERS = ("number", "mean_with_interval", "glue")
_WORDS = (
    *("table", "figure", "glue", "Drawing", "Markdown", "HTML", "Latex", "Math", "display"),
    *("set_title", "suptitle", "title", "set_xlabel", "set_ylabel", "xlabel", "ylabel", "text"),
    *("annotate", "figtext", "legend", "set_label", "set_xticklabels", "set_yticklabels"),
)
"""Functions whose texts a reader takes for the book's words."""

_WRITING = ("format", "formatted")
_SPECS = re.compile(r"\{[^{}]*\}|%[-+0#]*\d*(?:\.\d+)?[a-zA-Z]")

_RULE = "a number that is shown must be computed; got"


def findings(source: str) -> Iterator[str]:
    r"""Yield what a Python text publishes as it was typed.

    Examples
    --------
    >>> list(findings("best = 0.991\npublish.number('best', best, '.1%')"))
    ['a number that is shown must be computed; got best']
    >>> list(findings("axes.set_title('99.1 % of all')"))
    ["a number that is shown must be computed; got 99.1 % in '99.1 % of all'"]
    >>> list(findings("publish.number('best', max(runs), '.1%')"))
    []
    """
    tree = parsed(source) or ast.Module([], [])
    typed = _typed_names(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = called(call)
            value = _value(call)
            if name in _NUMBERS and value is not None and _is_typed(value, typed):
                yield f"{_RULE} {ast.unparse(value)}"
            elif name in _WORDS:
                yield from _in_words(call, typed)


def _value(call: ast.Call) -> ast.expr | None:
    """Return the second argument of a call, or the one that is called ``value`` or ``values``."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    return call.args[1] if len(call.args) > 1 else named.get("value", named.get("values"))


def _typed_names(tree: ast.AST) -> dict[str, ast.expr]:
    """Return the names that only ever stand for something typed, with the last such thing."""
    typed: dict[str, ast.expr] = {}
    plain: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_typed(node.value, typed):
            names = [target for target in node.targets if isinstance(target, ast.Name)]
            plain |= set(map(id, names))
            typed |= {name.id: node.value for name in names}
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    computed = {name.id for name in stored if id(name) not in plain}
    return {name: value for name, value in typed.items() if name not in computed}


def _is_typed(node: ast.expr, typed: dict[str, ast.expr]) -> bool:
    """Return whether an expression has nothing in it but what was typed, a number or text."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    plain = {id(call.func) for call in calls if called(call) in ("float", "int", "str")}
    known = all(name.id in typed for name in names if id(name) not in plain)
    return known and len(plain) == len(calls) and not _is_wordless_text(node)


def _is_wordless_text(node: ast.expr) -> bool:
    """Return whether this is a text without a number, which may be published as it is."""
    text = isinstance(node, ast.Constant) and not isinstance(node.value, int | float)
    return text and not numerals(str(getattr(node, "value", "")))


def _in_words(call: ast.Call, typed: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the numerals in the texts of a call."""
    for part in (*call.args, *(keyword.value for keyword in call.keywords)):
        for node in _texts(part):
            meant = typed.get(node.id) if isinstance(node, ast.Name) else node
            text = meant.value if isinstance(meant, ast.Constant) else None
            for numeral in numerals(_SPECS.sub("", text)) if isinstance(text, str) else ():
                yield f"{_RULE} {numeral} in {text!r}"


def _texts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may be a text in an expression, but for formats and what other calls show."""
    if isinstance(node, ast.Call) and called(node) in (*_WRITING, *_WORDS, *_NUMBERS):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.FormattedValue) and child is node.format_spec):
            yield from _texts(child)

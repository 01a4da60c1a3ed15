"""Which libraries a piece of our code computes with: those that its reached symbols name."""

from collections.abc import Iterable
from importlib.util import find_spec

from dlexp.lab.module import Module
from dlexp.lab.source import Code

SLOW = frozenset({"keras", "tensorflow"})
"""What takes seconds to load, and is loaded once for several processes."""


def libraries(code: Code, symbols: Iterable[str]) -> frozenset[str]:
    """Return the top-level names of the packages that are not ours and that symbols name.

    Keras computes with TensorFlow, so who names one uses both.

    Parameters
    ----------
    code : Code
    symbols : iterable of str
        ``"module:name"``, as a key lists them.

    Examples
    --------
    >>> sorted(libraries(Code(), ["dlexp.lab.intervals:measured"]))
    ['numpy']
    """
    used: set[str] = set()
    for symbol in symbols:
        name, _, member = symbol.partition(":")
        module = code.module(name)
        if module is not None and member in module.definitions:
            used |= _named(module, member)
    if "keras" in used:
        used.add("tensorflow")
    return frozenset(used - code.packages)


def missing(code: Code, symbols: Iterable[str]) -> list[str]:
    """Return the packages that symbols name and that are not installed here.

    Examples
    --------
    >>> missing(Code(), ["dlexp.lab.intervals:measured"])
    []
    """
    return sorted(name for name in libraries(code, symbols) if find_spec(name) is None)


def _named(module: Module, member: str) -> set[str]:
    """Return the top-level names of all that one name's statements import or look up."""
    reading = module.reading(member)
    targets = {target for lookup in reading.lookups for target in lookup.imports}
    for lookup in reading.lookups:
        if lookup.in_module:
            targets |= module.imports.get(lookup.name, set())
    return {base.partition(".")[0] for base, _ in targets}

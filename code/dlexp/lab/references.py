"""What the names that a statement reads stand for, as symbols; too many rather than too few."""

import ast
from collections.abc import Iterable

from dlexp.lab import computed
from dlexp.lab.binding import Import, Target
from dlexp.lab.module import EFFECTS, Module
from dlexp.lab.scopes import Lookup, Reading
from dlexp.lab.source import WHOLE, Code, Symbol


def references(code: Code, module: Module, name: str) -> list[Symbol]:
    """Return the symbols that the statements of one name refer to."""
    key = (module.name, name)
    if key not in code.references:
        code.references[key] = references_of(code, module, module.reading(name))
    return code.references[key]


def references_of(code: Code, module: Module, reading: Reading) -> list[Symbol]:
    """Return the symbols that are read in a module, each once."""
    resolver = _Resolver(code, module)
    symbols = [symbol for text in reading.texts for symbol in resolver.of_text(text)]
    symbols += [symbol for node in reading.imports for symbol in imported(code, module, node)]
    symbols += [symbol for lookup in reading.lookups for symbol in resolver.of_lookup(lookup)]
    return list(dict.fromkeys(symbols))


def imported(code: Code, module: Module, node: Import) -> list[Symbol]:
    """Return the effects that an import runs, even if no name of it is used."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        base = module.origin(node)
        names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return [(name, EFFECTS) for name in names if code.module(name)]


def as_symbols(code: Code, target: Target) -> list[Symbol]:
    """Return the symbols that an imported name stands for: a module counts whole."""
    base, name = target
    if name is None:
        return [(base, WHOLE)]
    if code.module(f"{base}.{name}"):
        return [(f"{base}.{name}", WHOLE), *_instead(code, base, name)]
    return [(base, name)]


def _instead(code: Code, package: str, name: str) -> list[Symbol]:
    """What a package itself binds to the name of one of its modules, if it does."""
    module = code.module(package)
    if module is None:
        return []
    others = module.imports.get(name, set()) - {(package, name), (f"{package}.{name}", None)}
    return [(package, name)] if others or name in module.definitions or module.stars else []


class _Resolver:
    def __init__(self, code: Code, module: Module) -> None:
        self.code = code
        self.module = module

    def of_text(self, text: str) -> list[Symbol]:
        """A target in words: ``"package.module:name"``."""
        module, name = text.split(":")
        return [(module, name)] if name.isidentifier() and self.code.module(module) else []

    def of_lookup(self, lookup: Lookup) -> list[Symbol]:
        targets = set(lookup.imports)
        if lookup.in_module:
            targets |= self.module.imports.get(lookup.name, set())
        symbols = computed.symbols(self.code, self.module, lookup, targets)
        chained = self._of_attributes(sorted(targets, key=str), lookup.attributes)
        symbols += chained or [s for target in targets for s in as_symbols(self.code, target)]
        return symbols + self._of_module(lookup, resolved=bool(chained))

    def _of_attributes(
        self, targets: Iterable[Target], attributes: tuple[str, ...]
    ) -> list[Symbol]:
        """``alias.attribute``: where the alias is a module of ours, that one symbol of it."""
        symbols: list[Symbol] = []
        for base, symbol in targets:
            current = base if symbol is None else f"{base}.{symbol}"
            if not attributes or not self.code.module(current):
                return []
            if symbol is not None:
                symbols += _instead(self.code, base, symbol)
            rest = list(attributes)
            while rest and self.code.module(f"{current}.{rest[0]}"):
                symbols += _instead(self.code, current, rest[0])
                current = f"{current}.{rest.pop(0)}"
            symbols.append((current, rest[0] if rest else WHOLE))
        return symbols

    def _of_module(self, lookup: Lookup, *, resolved: bool) -> list[Symbol]:
        """A name of the module itself. What an alias stands for counts: it may become another."""
        if not lookup.in_module:
            return []
        name, module = lookup.name, self.module
        symbols = [(module.name, name)] if name in module.definitions else []
        symbols += [(module.name, f"@{name}")] if name in module.imports else []
        return symbols + ([] if resolved else [(base, name) for base in module.stars])

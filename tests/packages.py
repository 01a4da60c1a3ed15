"""A package of a few lines in a temporary folder, for the tests of the fingerprint."""

from pathlib import Path

from dlexp.lab.fingerprint import Code, closure


def write(folder: Path, **sources: str) -> Code:
    """Write modules of a package ``pkg`` and give a fresh view on them."""
    for name, source in {"__init__": "", **sources}.items():
        file = folder / "pkg" / f"{name.replace('__in__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return Code([folder])


def reached(code: Code, target: str = "pkg.main:run") -> set[str]:
    """Return what a target reaches, without the package's name."""
    return {symbol.removeprefix("pkg.") for symbol in closure(code, target)}


HELP = "def used():\n    return 1\n\n\ndef unused():\n    return 2\n"

"""What counts of a statement: blocks are gone through, expressions are left as they are."""

import ast

import pytest

from dlexp import paths
from dlexp.lab.essence import digest, essence


def _essence(source: str) -> str:
    return "\n".join(map(ast.unparse, essence(ast.parse(source).body)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('def f():\n    "Says what."', "def f():\n    pass"),
        ('def f():\n    "Says what."\n    return "text"', "def f():\n    return 'text'"),
        ("def f(a: int, *b: int, c: int = 0) -> int: ...", "def f(a, *b, c=0):\n    ..."),
        ("@g\ndef f(a: int) -> int: ...", "@g\ndef f(a: int) -> int:\n    ..."),
        ("def f():\n    a: int = 1\n    b: int", "def f():\n    a = 1\n    pass"),
        ("A: int = 1", "A = 1"),
        ('class A:\n    "Says what."\n    a: int = 1\n    "And why."', "class A:\n    a: int = 1"),
        ("class A:\n    def f(self) -> int: ...", "class A:\n\n    def f(self):\n        ..."),
        ('if a:\n    "Why."\nelse:\n    def f() -> int: ...', None),
        ('for a in b:\n    "Why."', "for a in b:\n    pass"),
        ('try:\n    "Why."\nexcept E:\n    "Why."', "try:\n    pass\nexcept E:\n    pass"),
        ('match a:\n    case 1:\n        "Why."', "match a:\n    case 1:\n        pass"),
        ('with a:\n    async def f():\n        "Why."', None),
        ('a = lambda: "text"', "a = lambda: 'text'"),
    ],
)
def test_docstrings_and_plain_annotations_go(source: str, expected: str | None):
    said = _essence(source)
    assert said == expected if expected else not any(word in said for word in ("Why", "->"))


def test_essence_of_essence_is_the_same():
    for file in sorted((paths.PROJECT / "code" / "dlexp").rglob("*.py")):
        once = essence(ast.parse(file.read_bytes()).body)
        before = digest(once)
        assert digest(essence(once)) == before, file

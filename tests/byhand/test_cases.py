"""What a student's functions are held to, our own obey, check by check."""

import pytest

from dlexp.grading.catalogue import GRADED, checks
from dlexp.grading.checks import KINDS, Check

EACH = [
    pytest.param(name, check, id=f"{name}-{check.kind}-{check.words}")
    for name in GRADED
    for check in checks(name)
]


@pytest.mark.parametrize(("name", "check"), EACH)
def test_function_obeys(name: str, check: Check) -> None:
    assert check.problem(GRADED[name].ours) is None


@pytest.mark.parametrize("name", GRADED)
def test_every_kind_is_asked(name: str) -> None:
    is_gradient = name.endswith(("_gradient", "_gradients", "_backward"))
    expected = set(KINDS) if is_gradient else set(KINDS) - {"differences"}
    assert {check.kind for check in checks(name)} == expected

"""What several tests of the laboratory share."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

import packages
from dlexp.lab.fingerprint import Code


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Code]:
    """Return a function that writes modules of a package and gives a fresh view on them."""
    return functools.partial(packages.write, tmp_path)

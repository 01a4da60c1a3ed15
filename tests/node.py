"""Node, to run the scripts of the live figures without a browser."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import playwright
import pytest

ENGINE = Path(__file__).parents[1] / "book" / "_interactive" / "engine.js"


@cache
def program() -> str | None:
    """Return a Node: that of the system, or the one that Playwright's wheel carries."""
    carried = Path(playwright.__file__).parent / "driver" / "node"
    return shutil.which("node") or (str(carried) if carried.is_file() else None)


def run(script: Path, *arguments: str | Path, timeout: float = 120) -> str:
    """Run a script and return what it prints; where there is no Node, skip the test and say so."""
    node = program()
    if node is None:
        pytest.skip("no Node here, not even Playwright's: the scripts were NOT tested")
    done = subprocess.run(
        [node, str(script), *map(str, arguments)],
        capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout

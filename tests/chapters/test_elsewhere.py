"""The claims of the book are the same in another process, on one core and with other chance."""

import os
import subprocess
import sys

import pytest

SEVERAL = pytest.mark.skipif(os.cpu_count() == 1, reason="there is one core everywhere")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux pins to a core")

SETTLE = """
from dlexp import chapters
for slug in chapters.slugs():
    for claim in chapters.claims(chapters.load(slug)):
        print(claim, claim.interval, claim.effect, claim.verdict)
"""

ELSEWHERE = """
import os, random, time
import numpy as np
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.cpu_count = lambda: 1
random.seed(7)
np.random.seed(7)
early = time.time
time.time = lambda: early() + 1e7
"""


def _printed(program: str, hashes: str) -> list[str]:
    environment = {"PYTHONHASHSEED": hashes, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout.splitlines()


def test_claims_are_the_same_elsewhere() -> None:
    here, there = _printed(SETTLE, "1"), _printed(ELSEWHERE + SETTLE, "2")

    assert len(here) > 100
    assert here == there


@pytest.mark.parametrize(
    "decided",
    [
        pytest.param("import os; print(len(os.sched_getaffinity(0)))", marks=SEVERAL),
        pytest.param("import os; print(os.cpu_count())", marks=SEVERAL),
        "import random; random.seed(random.random()); print(random.random())",
        "import numpy as np; print(np.random.random())",
        "print(hash('a text'))",
        "import time; print(time.time() // 1e6)",
    ],
)
def test_what_the_process_decides_is_another_elsewhere(decided: str) -> None:
    assert _printed(decided, "1") != _printed(ELSEWHERE + decided, "2")

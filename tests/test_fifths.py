"""A run of the suite may leave out four of five costly cases, and no others; five parts are all."""

import subprocess
import sys

import fifths
from dlexp.paths import PROJECT

FILES = ("tests/test_programs.py", "tests/test_fifths.py")


def _collected(*options: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *options, *FILES]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_every_case_is_in_one_part() -> None:
    cases = list(range(23))
    drawn = [set(cases) - set(fifths.left_out(cases, part)) for part in range(fifths.PARTS)]
    assert sorted(case for part in drawn for case in part) == cases
    assert fifths.of_commit() in range(fifths.PARTS)


def test_only_costly_cases_are_left_out() -> None:
    whole, drawn = _collected(), _collected("--fifth")
    out = [case for case in whole if case not in drawn]
    costly = [case for case in whole if "test_program_prints_what_the_page_says" in case]
    assert out == fifths.left_out(costly, fifths.of_commit())
    assert set(drawn) < set(whole)

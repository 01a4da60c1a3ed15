"""A chapter whose code fails is named in one line, and the others are shown; outputs that end."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import toy
from projects import one_line

pytestmark = pytest.mark.costly

MEASURE = "code/dlexp/chapters/toy/measure.py"
CLAIMS = "code/dlexp/chapters/toy/claims.py"

UNITS = {
    "no Python": ("def units(:\n", f"toy: {MEASURE}:1: SyntaxError: invalid syntax"),
    "nothing": ("", f"toy: {MEASURE}: a chapter must define units()"),
    "no function": ("units = 3\n", f"toy: {MEASURE}: a chapter must define units()"),
    "an error": ("\n\ndef units():\n    return 1 / 0\n", f"toy: {MEASURE}:4: ZeroDivisionError"),
    "an error on import": ("import nosuch\n", f"toy: {MEASURE}:1: ModuleNotFoundError"),
    "an end": ("import sys\n\nsys.exit(0)\n", f"toy: {MEASURE}:3: SystemExit: 0"),
    "no units": ("def units():\n    return []\n", f"toy: {MEASURE}: units() must return units"),
    "no unit": ("def units():\n    return [3]\n", "units of the chapter; got 3"),
}
"""What a chapter's measure.py may be, and what is said of it."""

SETTLED = {
    "an error": ("\n\ndef claims(runs):\n    return [1 / 0]\n", f"{CLAIMS}:4: ZeroDivisionError"),
    "an end": ("def claims(runs):\n    raise SystemExit\n", f"toy: {CLAIMS}:2: SystemExit"),
    "no claim": ("def claims(runs):\n    return [3]\n", "toy: claims() must yield claims; got 3"),
    "nothing": ("", f"toy: {CLAIMS}: a chapter must define claims()"),
    "no list": ("def claims(runs):\n    return None\n", "toy: TypeError"),
    "a claim that is none": (
        "def claims(runs):\n    return [runs.never('x', 'share', failures=0, trials=0)]\n",
        f"toy: {CLAIMS}:2: ValueError: toy.x: counts must obey",
    ),
}


@pytest.fixture
def two(project: toy.Project) -> toy.Project:
    """A project of two chapters with one text."""
    chapters, results = project.code / "chapters", project.folder / "results"
    shutil.copytree(chapters / "toy", chapters / "zed")
    shutil.copy(project.folder / "book" / "toy.md", project.folder / "book" / "zed.md")
    assert project.dlexp("run", "zed").returncode == 0
    assert (results / "zed").is_dir()
    return project


@pytest.mark.parametrize("what", UNITS)
def test_a_chapter_without_units_is_named_and_the_others_are_shown(two, what):
    text, words = UNITS[what]
    two.experiment.write_text(text)

    status = two.dlexp("status", "--json")
    claims = two.dlexp("claims")

    assert (status.returncode, claims.returncode) == (1, 1)
    broken, whole = json.loads(status.stdout)
    assert (broken["slug"], broken["units"], whole["current"]) == ("toy", 0, 11)
    assert words in broken["reasons"][0]
    assert "zed.far_below: supported" in claims.stdout
    for done in (status, claims):
        assert words in done.stderr
        assert one_line(done.stderr)


@pytest.mark.parametrize("what", SETTLED)
def test_a_chapter_that_settles_nothing_is_named_and_the_others_are_shown(two, what):
    text, words = SETTLED[what]
    (two.code / "chapters" / "toy" / "claims.py").write_text(text)

    claims = two.dlexp("claims")

    assert two.dlexp("status").returncode == 0
    assert claims.returncode == 1
    assert "zed.far_below: supported" in claims.stdout
    assert words in claims.stderr
    assert one_line(claims.stderr)


@pytest.mark.parametrize("command", ["run", "verify"])
def test_what_computes_says_in_one_line_which_chapter_is_broken(two, command):
    text, words = UNITS["an end"]
    two.experiment.write_text(text)

    done = two.dlexp(command)

    assert done.returncode == 1
    assert done.stderr.endswith(f"dlexp: {words}\n")
    assert "Traceback" not in done.stderr
    assert two.dlexp(command, "zed", *(["--sample", "1"] * (command == "verify"))).returncode == 0


def test_code_that_no_key_can_cover_hides_no_other_chapter(two):
    toy.edit(two.experiment, "time.sleep(config.nap)", 'eval("time").sleep(config.nap)')

    done = two.dlexp("status", "--json")

    assert done.returncode == 1
    assert [row["current"] for row in json.loads(done.stdout)] == [0, 11]
    assert one_line(done.stderr)


# --- Outputs that end ---------------------------------------------------------------------------


def piped(project: toy.Project, *command: str, into: str) -> "subprocess.CompletedProcess[str]":
    """Run a command with its output handed to another, or a file; the status is the command's."""
    line = f'"$0" -m dlexp {" ".join(command)} {into}; exit ${{PIPESTATUS[0]}}'
    return subprocess.run(
        ["bash", "-c", line, sys.executable],
        cwd=project.folder, env=project.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", [("claims",), ("claims", "--json"), ("status",)])
def test_a_reader_who_has_gone_is_no_failure(finished, command):
    done = piped(finished, *command, into="| true")

    assert done.returncode in (0, 141)  # 0 where the reader was slower to go
    assert done.stderr == ""


def test_a_reader_who_has_gone_is_told_by_the_exit_code(finished):
    """The pipe has no reader from the start."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "-m", "dlexp", "status"], cwd=finished.folder, env=finished.environment(),
        stdout=theirs, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(theirs)

    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("command", ["claims", "status"])
def test_a_full_disk_is_one_line(finished, command):
    done = piped(finished, command, into="> /dev/full")

    assert done.returncode == 1
    assert done.stderr == "dlexp: No space left on device in writing the output\n"


def test_a_closed_output_is_nothing_to_complain_of(finished):
    done = piped(finished, "status", into=">&-")

    assert (done.returncode, done.stderr) == (0, "")

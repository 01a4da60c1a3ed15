"""`verify`, end to end, on a toy project."""

import pytest

import toy
from projects import one_line


def test_verify_agrees_bit_for_bit(finished):
    before = finished.records()
    done = finished.dlexp("verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": identical") == 11
    assert "toy.far_below: inside, supported" in done.stdout
    assert finished.records() == before


def test_verify_draws_the_same_sample_for_a_seed(finished):
    command = ("verify", "toy", "--sample", "2", "--seed", "4")
    first, again = (finished.dlexp(*command).stdout for _ in range(2))
    assert first == again
    assert first.count(": identical") == 2


FORGE = """
import hashlib, json, sys
import numpy as np
from dlexp import paths
from dlexp.lab import keys, records
file = paths.RESULTS / "toy" / "draw-seed=2.json"
entry = records.read_entry(file)
{change}
file.write_text(json.dumps(entry | {{"checksum": keys.hashed(entry)}}))
"""


ARRAYS = """
arrays = {"values": np.ones(3)}
data = records.pack(arrays)
file.with_suffix(".npz").write_bytes(data)
digest = hashlib.sha256(data).hexdigest()
entry["arrays"] |= {"sha256": digest, "members": records.members(arrays)}
"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('entry["numbers"]["mean"] += 1e-9', "    mean: "),
        ('entry["numbers"]["mean"] += 100', "    mean: "),
        (ARRAYS, "    array values: differs in 3 of 3 values"),
        (
            'entry["numbers"]["mean"] += 100; entry["provenance"]["processor"] = "another"',
            "    mean: differs by 100 (band ",
        ),
    ],
    ids=["inside the spread", "far", "array", "far, elsewhere"],
)
def test_verify_finds_a_result_that_does_not_hold(project, change, words):
    """A record that was changed and signed again, as its own checksum cannot tell."""
    assert project.python("-c", FORGE.format(change=change)).returncode == 0
    done = project.dlexp("verify")
    assert done.returncode == 1
    assert "toy/draw-seed=2: OUTSIDE its band" in done.stdout
    assert words in done.stdout
    assert " of 11 units outside the band" in done.stderr
    assert one_line(done.stderr.splitlines()[-1] + "\n")


def test_verify_elsewhere_is_lenient_by_the_spread_of_the_seeds(project):
    change = 'entry["numbers"]["mean"] += 0.1; entry["provenance"]["processor"] = "another"'
    assert project.python("-c", FORGE.format(change=change)).returncode == 0
    done = project.dlexp("verify", "--sample", "8", "--seed", "1")
    assert "toy/draw-seed=2: inside its band" in done.stdout
    assert "    mean: differs by 0.1 at the most (band " in done.stdout
    assert "    processor: another -> " in done.stdout


def test_what_a_clock_measured_is_held_to_its_form_and_its_claims(project):
    toy.edit(
        project.experiment,
        'arrays={"values": values}',
        'arrays={"values": np.array([9.5, time.time(), 1])}',
    )
    timed = "Unit(measure=draw, config=Config(), seed=seed, timed=True)"
    toy.edit(project.experiment, "Unit(measure=draw, config=Config(), seed=seed)", timed)
    assert project.dlexp("run").returncode == 0
    done = project.dlexp("verify")
    assert "toy/draw-seed=2: inside its band" in done.stdout
    assert "toy.far_below: inside, supported" in done.stdout
    assert (
        project.python("-c", FORGE.format(change='entry["numbers"]["mean"] += 1')).returncode == 0
    )
    done = project.dlexp("verify")
    assert "toy/draw-seed=2: OUTSIDE its band\n    mean: " in done.stdout


def test_verify_without_results_says_what_to_run(tmp_path):
    done = toy.make(tmp_path).dlexp("verify")
    assert done.returncode == 1
    assert done.stderr == "dlexp: no current record of toy/draw-seed=0: python -m dlexp run toy\n"


def test_what_needs_a_library_that_is_not_installed_is_left_out_and_said(project):
    """An optional one: its records are published, and not everybody can compute them anew."""
    toy.edit(
        project.experiment,
        "    total = 2",
        "    if seed == 99:\n        import none_such\n\n        none_such.call()\n    total = 2",
    )
    assert project.dlexp("run").returncode == 0

    done = project.dlexp("verify")

    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": identical") == 8
    assert (
        "toy/double-seed=2: not computed here\n    `none_such` must be installed\n" in done.stdout
    )
    assert done.stdout.splitlines()[-1] == "8 units verified, 3 not"

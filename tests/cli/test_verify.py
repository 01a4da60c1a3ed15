"""`verify`, end to end, on a toy project."""

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


def test_verify_finds_a_result_that_does_not_hold(project):
    """A record that was changed and signed again, as its own checksum cannot tell."""
    forge = """
import json
from dlexp import paths
from dlexp.lab import keys, records
file = paths.RESULTS / "toy" / "draw-seed=2.json"
entry = records.read_entry(file)
entry["numbers"]["mean"] += 100
file.write_text(json.dumps(entry | {"checksum": keys.hashed(entry)}))
"""
    assert project.python("-c", forge).returncode == 0
    done = project.dlexp("verify")
    assert done.returncode == 1
    assert "toy/draw-seed=2: OUTSIDE its band" in done.stdout
    assert "    mean: " in done.stdout
    assert "toy/double-seed=2: OUTSIDE its band" in done.stdout  # it rests on the other
    assert "2 of 11 units outside the band" in done.stderr
    assert one_line(done.stderr.splitlines()[-1] + "\n")


def test_verify_without_results_says_what_to_run(tmp_path):
    done = toy.make(tmp_path).dlexp("verify")
    assert done.returncode == 1
    assert done.stderr == "dlexp: no current record of toy/draw-seed=0: python -m dlexp run toy\n"

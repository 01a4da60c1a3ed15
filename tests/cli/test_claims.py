"""`claims`, and wrong uses of any command."""

import json

import pytest

import toy
from dlexp import cli
from projects import one_line


def test_claims_for_scripts(finished):
    done = finished.dlexp("claims", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    fields = ["slug", "id", "sentence", "effect", "interval", "seeds", "verdict", "expected"]
    assert list(row) == fields
    assert (row["slug"], row["id"]) == ("toy", "toy.far_below")
    assert (row["verdict"], row["expected"]) == ("supported", "supported")
    assert row["seeds"] == list(range(8))
    assert row["interval"][0] < row["effect"] < row["interval"][1]


def test_claim_that_the_book_expects_otherwise(project):
    toy.edit(project.folder / "book" / "toy.md", "{supported}", "{refuted}")
    done = project.dlexp("claims")
    assert done.returncode == 1
    assert done.stderr == "dlexp: the book expects another verdict of toy.far_below\n"
    assert "toy.far_below: supported (expected: refuted)" in done.stdout


def test_claim_that_no_page_states(project):
    toy.edit(project.folder / "book" / "toy.md", "far_below", "near")
    done = project.dlexp("claims")
    assert done.returncode == 1
    assert done.stderr == "dlexp: a claim must be stated in a page; got none for toy.far_below\n"
    assert "toy.far_below: supported (expected: on no page)" in done.stdout


def test_pages_that_expect_different_verdicts(project):
    (project.folder / "book" / "other.md").write_text(
        "```{refuted} toy.far_below\nIt is not.\n```\n"
    )
    done = project.dlexp("claims")
    assert done.returncode == 1
    rule = "pages must expect one verdict of toy.far_below"
    assert done.stderr == f"dlexp: {rule}; got refuted in other.md, supported in toy.md\n"


def test_claim_in_a_comment_is_on_no_page(project):
    page = project.folder / "book" / "toy.md"
    page.write_text(f"<!--\n{page.read_text()}\n-->\n")
    done = project.dlexp("claims")
    assert done.returncode == 1
    assert done.stderr == "dlexp: a claim must be stated in a page; got none for toy.far_below\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["run", "nosuch"], "SLUG must be one of"),
        (["status", "nosuch"], "got 'nosuch'"),
        (["run", "--jobs", "0"], "must be a whole number from 1; got '0'"),
        (["verify", "--sample", "two"], "must be a whole number from 1; got 'two'"),
        (["verify", "--seed", "x"], "invalid int value: 'x'"),
    ],
)
def test_wrong_use_is_one_line_and_two(arguments, words, capsys):
    assert cli.main(arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert one_line(err)

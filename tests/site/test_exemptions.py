"""Exemptions: numbers that a page may type, with a reason."""

import pytest


@pytest.mark.parametrize(
    "block",
    [
        "An image of 28 rows has 784 pixels.",
        "- 28\n- 784",
        "| a |\n|---|\n| 28 |\n| 784 |",
        "## 28 and 784",
        "```{note}\n28\n\n784\n```",
        "(label)=\n28, 784",
        "\n28 or 784",
        "```{figure} a.png\n:alt: 28 rows\n\nAnd 784 pixels.\n```",
    ],
)
def test_an_exemption_holds_for_the_block_below_it(found, block):
    assert found(f"% exempt 28, 784: the size of an image is a definition\n{block}") == []


def test_an_exemption_holds_for_no_other_block(found):
    text = "% exempt 28: a definition\n28 rows\n\nand 28 columns"
    assert found(text) == [(4, "typed", "28")]


def test_an_exemption_does_not_stretch_to_another_number(found):
    text = "% exempt 28: a definition\nFrom 28 to 28%."
    assert found(text) == [(2, "typed", "28%")]


def test_an_exemption_may_hold_times_thousands_and_signs(found):
    text = "% exempt 12:30, 1,792, -5, 99 %: made up\nAt 12:30 it had 1,792, −5 and 99%."
    assert found(text) == []


def test_an_exemption_before_a_heading_holds_for_the_heading_alone(found):
    text = "# a\n\n## b\n\nwords\n\n% exempt 28: a definition\n## About 28\n\nand 28"
    assert found(text) == [(10, "typed", "28")]


def test_an_exemption_at_the_end_of_a_note_does_not_hold_for_what_follows(found):
    text = "```{note}\nwords\n\n% exempt 28: a definition\n```\n\n28 rows"
    assert found(text) == [(4, "unused", "28"), (7, "typed", "28")]


def test_several_exemptions_may_stand_before_a_block(found):
    assert found("% exempt 3: colours\n% exempt 4: sides\n3 and 4") == []


def test_an_exemption_may_stand_inside_a_directive(found):
    assert found("```{note}\n% exempt 3: colours\n3 colours\n```") == []


def test_an_exemption_that_matches_nothing_is_found(found):
    assert found("% exempt 28, 784: a definition\n28 rows") == [(1, "unused", "784")]
    assert found("% exempt 28: a definition") == [(1, "unused", "28")]


@pytest.mark.parametrize("comment", ["exempt 28", "exempt 28:", "exempt : reason", "exempt 28: -"])
def test_an_exemption_needs_numbers_and_a_reason(found, comment):
    assert (1, "malformed", comment) in found(f"% {comment}\n28 rows")

"""What the number lint finds, where, and what it leaves alone."""

from pathlib import Path

import pytest

from dlexp.site.number_lint import lint, numerals

PAGE = Path("page.md")


def found(text):
    return [(finding.line, finding.rule, finding.found) for finding in lint(text, PAGE)]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("It reached 0.9914 in the end.", ["0.9914"]),
        ("It reached 99.14%, or 99 %.", ["99.14%", "99 %"]),
        ("With 241,546 weights and 1 792 more.", ["241,546", "1", "792"]),
        ("Within 5ms, 3 s, 10x faster, ×4.", ["5ms", "3", "10x", "4"]),
        ("Down by −0.5 or -0.5, up by +2, ±1.", ["−0.5", "-0.5", "+2", "±1"]),
        ("At 1e-3, 10^-3, 10⁻³, 2½, ½.", ["1e-3", "10^-3", "10⁻³", "2½", "½"]),
        ("At 12:30 on 2024-03-16.", ["12:30", "2024", "03", "16"]),
        ("3/4 of 28x28 and 28 × 28 images.", ["3/4", "28", "28", "28", "28"]),
        (".99 is a number", [".99"]),
        ("Filters 32-64-128, top-5, a 3-way split", ["32", "64", "128", "5", "3"]),
        ("In 1998 the 3rd, in the 1990s.", ["1998", "3rd", "1990s"]),
        ("It ends with 7.", ["7"]),
        ("Version 2.21.0 of it", ["2.21.0"]),
    ],
)
def test_numerals_of_all_kinds_are_seen(prose, expected):
    assert numerals(prose) == expected


@pytest.mark.parametrize(
    "prose", ["Conv2D", "float32", "SHA-256", "CIFAR-10", "2D", "conv_3", "v1.2", "https://a.b/12"]
)
def test_names_are_no_numerals(prose):
    assert numerals(f"The {prose} here.") == []


@pytest.mark.parametrize(
    "prose",
    [
        "{glue:text}`accuracy`",
        "{glue:text}`a.md::x1:.2f`",
        "{cite:t}`adebayo2018`",
        "{numref}`fig-3`",
        "{math}`x = 3`",
        "`0.99`",
        "$x = 0.99$",
        "$$\nx = 0.99\n$$",
        "    0.99",
        "```python\nx = 0.99\n```",
        "```{code-cell} ipython3\n:tags: [hide-input]\nx = 0.99\n```",
        "```{math}\n:label: eq-1\nx = 3\n```",
        "```{glue:figure} curve_2\n:name: fig-2\n:width: 80%\n\nA caption.\n```",
        "```{figure} a3.png\n:width: 30%\nA caption.\n```",
        "```{claim} grad_cam.top_3\n:expect: supported\n```",
        "[words](https://a.b/3)",
        "{ref}`words <fig-3>`",
        "<!-- 3 -->",
        "<img src='a3.png' width='30'>",
        "(label-3)=\nwords",
        "1. first\n2. second",
        "---\ntitle: 3\n---\nwords",
        "% a comment on 3",
        "words[^1]\n\n[^1]: a note",
    ],
)
def test_what_is_no_prose_is_left_alone(prose):
    assert found(prose) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# About 99", 1),
        ("words\nand **99** more", 2),
        ("- a\n- b\n\n  99", 4),
        ("> a\n> 99", 2),
        ("| a | b |\n|---|---|\n| c | 99 |", 3),
        ("a[^n]\n\n[^n]: 99", 3),
        ("Term\n: 99", 2),
        ("<div>\n<p>99</p></div>", 2),
        ("a <b>99</b>", 1),
        ("[99](a.md)", 1),
        ("![99](a.png)", 1),
        ("{ref}`99 <target>`", 1),
        ("{sub}`99`", 1),
        ("$x$ and `y`\nand 99", 2),
        ("$a\n+ b$\n99", 3),
        ("```{note} 99\n```", 1),
        ("```{note}\na\n\n99\n```", 4),
        ("```{note}\n:class: tip\n\na\n99\n```", 5),
        ("```{note}\n---\nclass: tip\n---\na\n99\n```", 6),
        ("````{dropdown} a\n```{tip}\n:name: x\n99\n```\n````", 4),
        (":::{admonition} a\n99\n:::", 2),
        (":::{table} 99\n| a |\n|---|\n| b |\n:::", 1),
        ("```{glue:figure} curve\n:name: fig\n\nA caption of 99.\n```", 4),
        ("```{figure} a.png\n\nA caption of 99.\n```", 3),
        ("```{exercise} 99\n:label: e\n```", 1),
        ("```{solution} e\na\n99\n```", 3),
        ("```{list-table} a\n* - b\n  - 99\n```", 3),
        ("```{some-day} a\n99\n```", 2),
        ("```{code-block} python\n:caption: 99\nx = 1\n```", 2),
        ("```{code-cell}\n---\nmystnb:\n  figure:\n    caption: 99 words\n---\nx\n```", 2),
        ("```{raw} html\n<p>99</p>\n```", 2),
        ("---\ntitle: 3\n---\n\n99", 5),
    ],
)
def test_a_number_is_found_wherever_prose_can_be(text, line):
    assert [(at, rule, number.split()[0]) for at, rule, number in found(text)] == [
        (line, "typed", "99")
    ]


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
    ],
)
def test_an_exemption_holds_for_the_block_below_it(block):
    assert found(f"% exempt 28, 784: the size of an image is a definition\n{block}") == []


def test_an_exemption_holds_for_no_other_block():
    text = "% exempt 28: a definition\n28 rows\n\nand 28 columns"
    assert found(text) == [(4, "typed", "28")]


def test_an_exemption_does_not_stretch_to_another_number():
    text = "% exempt 28: a definition\nFrom 28 to 28%."
    assert found(text) == [(2, "typed", "28%")]


def test_an_exemption_may_hold_times_thousands_and_signs():
    text = "% exempt 12:30, 1,792, -5, 99 %: made up\nAt 12:30 it had 1,792, −5 and 99%."
    assert found(text) == []


def test_several_exemptions_may_stand_before_a_block():
    assert found("% exempt 3: colours\n% exempt 4: sides\n3 and 4") == []


def test_an_exemption_may_stand_inside_a_directive():
    assert found("```{note}\n% exempt 3: colours\n3 colours\n```") == []


def test_an_exemption_that_matches_nothing_is_found():
    assert found("% exempt 28, 784: a definition\n28 rows") == [(1, "unused", "784")]
    assert found("% exempt 28: a definition") == [(1, "unused", "28")]


@pytest.mark.parametrize("comment", ["exempt 28", "exempt 28:", "exempt : reason", "exempt 28: -"])
def test_an_exemption_needs_numbers_and_a_reason(comment):
    assert (1, "malformed", comment) in found(f"% {comment}\n28 rows")


def test_a_message_names_the_rule_and_the_number():
    [finding] = lint("It reached 0.9914.", PAGE)
    assert finding.message == (
        "a number in prose must be glued, cited, in code or math, or exempted with a reason, "
        "got 0.9914"
    )


def test_without_dollar_math_a_dollar_is_prose():
    [finding] = lint("$99$", PAGE, extensions=())
    assert finding.found == "99"

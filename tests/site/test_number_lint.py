"""The number lint sees prose wherever it stands, and leaves alone what is none."""

from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlexp import paths
from dlexp.site.number_lint import lint, lint_titles
from linting import DRAWING, PYTHON, numbers


@pytest.mark.parametrize(
    "prose",
    [
        "{glue:text}`accuracy`",
        "{glue:text}`a.md::x1:.2f`",
        "It is {glue}`accuracy` now.",
        "```{glue} table\n```",
        "```{glue:figure} curve\n```",
        "{cite:t}`adebayo2018`",
        "{numref}`fig-3`",
        "{math}`x = 3`",
        "`rate=0.99`",
        "`7 % 2`",
        "`{:.1%}`",
        "`28`",
        "$x = 0.99$",
        "$$\nx = 0.99\n$$",
        "    0.99",
        "```python\nx = 0.99\n```",
        "```{code-cell} ipython3\n:tags: [hide-input]\nx = 0.99\n```",
        "```{math}\n:label: eq-1\nx = 3\n```",
        "```{glue:figure} curve\n:name: fig-2\n:width: 80%\n\nA caption.\n```",
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
def test_what_is_no_prose_is_left_alone(found, prose):
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
        ("```{exercise} 99\n:label: e\n\na\n```", 1),
        ("```{solution} e\na\n99\n```", 3),
        ("```{list-table} a\n* - b\n  - 99\n```", 3),
        ("```{some-day} a\n99\n```", 2),
        ("```{code-block} python\n:caption: 99\nx = 1\n```", 2),
        ("```{raw} html\n<p>99</p>\n```", 2),
        ("---\ntitle: 3\n---\n\n99", 5),
        ("a\n{{ '99 %' }}", 2),
        ("---\nmyst:\n  substitutions: {best: 99}\n---\n{{ best }}", 3),
        ("---\nmyst:\n  html_meta: {description: It reached 99}\n---\na", 3),
        ("---\nmyst:\n  title_to_header: true\ntitle: It reached 99\n---\na", 4),
        ("a\n\n99. percent", 3),
        ("```{figure} a.png\n:alt: It reached 99\n\na\n```", 2),
        ("```{image} a.png\n:alt: It reached 99\n```", 2),
        ("```{glue:figure} curve\n:alt: It reached 99\n\na\n```", 1),
        ("```{csv-table} a\n:header: a, 99 %\nb, c\n```", 2),
        ("```{list-table} a 99\n* - b\n```", 1),
        ("```{contents} 99 %\n```\n\n# a", 1),
        ("```{interactive} sequence_length\n:label: 99 steps\n:try: a\n\nb\n```", 2),
        ("```{interactive} sequence_length\n:label: a\n:try: 99 steps\n\nb\n```", 3),
        ("```{interactive} sequence_length\n:label: a\n:try: b\n\n99\n```", 5),
        ("{abbr}`CNN (99 layers)`", 1),
        ("{command}`99`", 1),
        ("a `99 %` b", 1),
        ("`It reached 99 % of them`", 1),
        ("{kbd}`99 %`", 1),
        ("{download}`99 <a.md>`", 1),
        ("```{eval-rst}\nIt reached 99.\n```", 2),
        ("```{eval-rst}\n.. note::\n\n   99\n```", 4),
        ("```{parsed-literal}\n**99**\n```", 2),
        ("# a\n\n## b\n\n### about 99", 5),
    ],
)
def test_a_number_is_found_wherever_prose_can_be(found, text, line):
    assert [(at, rule, number.split()[0]) for at, rule, number in found(text)] == [
        (line, "typed", "99")
    ]


def test_pages_of_other_formats_are_linted(read):
    restructured = ".. exempt 28: a definition\n\n28 rows\n\nand 99 % of *28*."
    assert numbers(lint(read("rest.rst", restructured))) == ["99 %", "28"]
    cells = [new_markdown_cell("It reached 99 %."), new_code_cell("0.99")]
    written = nbformat.writes(new_notebook(cells=cells))
    assert numbers(lint(read("cells.ipynb", written))) == ["99 %"]


def test_a_list_of_another_format_may_start_anywhere(read):
    assert numbers(lint(read("page.rst", "97. percent\n98. more"))) == ["97"]
    assert numbers(lint(read("page.rst", "d. four\ne. five"))) == []


def test_a_number_in_an_included_file_is_found_there(read, app):
    Path(app.srcdir, "words.inc").write_text("Some words\n\nIt reached 99.", "utf-8")
    [finding] = lint(read("page.md", "# a\n\n```{include} words.inc\n```"))
    assert (finding.path.name, finding.line, finding.text) == ("words.inc", 3, "99")


def test_the_caption_of_an_output_is_prose_and_the_output_is_not(read):
    drawing = new_output("display_data", {"image/svg+xml": DRAWING})
    described = {"figure": {"caption": "98 words"}, "image": {"alt": "97 words"}}
    cell = new_code_cell("0.99", outputs=[drawing], metadata={"mystnb": described})
    page = new_notebook(cells=[cell], metadata=PYTHON)
    assert set(numbers(lint(read("page.ipynb", nbformat.writes(page))))) == {"98", "97"}


def test_what_comes_from_docstrings_is_left_alone(read):
    page = "```{eval-rst}\n.. automodule:: dlexp.byhand.halving\n   :members:\n```\n\n99"
    assert numbers(lint(read("page.md", page))) == ["99"]


def test_what_other_extensions_mark_as_pasted_is_left_alone():
    page = publish_doctree("It reached")
    page[0] += nodes.inline("", "99 %", classes=["pasted-text"])
    assert lint(page) == []


def test_titles_in_the_settings_are_linted(tmp_path):
    file = tmp_path / "_toc.yml"
    file.write_text("root: a\nparts:\n- caption: 99 %\n  chapters:\n  - file: b3\n    title: 98\n")
    assert [(each.line, each.text) for each in lint_titles(file)] == [(3, "99 %"), (6, "98")]


@pytest.mark.parametrize("file", ["_toc.yml", "_config.yml"])
def test_the_titles_of_the_book_have_no_numbers(file):
    assert lint_titles(paths.PROJECT / file) == []


def test_a_build_warns_of_each_finding_with_its_place(build):
    built = build("dlexp.site.number_lint", index="# A\n\nIt reached 99 %.")
    *_, warning = built.warnings  # others: the Sphinx of this module is still there
    assert "index.md:3: WARNING: a number in prose" in warning
    assert "99 %" in warning


def test_a_message_names_the_rule_and_the_number(read):
    [finding] = lint(read("page.md", "It reached 0.9914."))
    assert finding.message == (
        "a number in prose must come from a role (setting, effect, glue), a citation, code or "
        "math, or be exempted with a reason; got 0.9914"
    )


def test_without_dollar_math_a_dollar_is_prose():
    [finding] = lint(publish_doctree("$99$", parser=Parser()))
    assert finding.text == "99"

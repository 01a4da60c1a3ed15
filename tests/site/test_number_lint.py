"""What the number lint finds, where, and what it leaves alone."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, docutils_namespace

from dlexp import paths
from dlexp.site.number_lint import Finding, lint, lint_titles
from dlexp.site.numerals import numerals

EXTENSIONS = [
    "myst_nb",
    "sphinx_design",
    "sphinx_exercise",
    "sphinxcontrib.bibtex",
    "sphinx.ext.autodoc",
    "dlexp.site.claim",
    "dlexp.site.interactive",
]
"""Those of the book that make nodes for what pages say."""

MARKDOWN = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
MARKDOWN += ["substitution"]
"""What the book adds to Markdown."""

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><title>It reached 99.</title></svg>'
PUBLISHED = {
    "accuracy": {"text/plain": "'0.991'"},
    "curve": {"image/svg+xml": DRAWING},
    "table": {"text/html": "<table><tr><td>99</td></tr></table>", "text/plain": "99"},
}
"""What the pages of these tests may glue, by name, with the formats it has."""

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
CELL = 10_001
"""MyST-NB counts the lines of a notebook's first cell from here."""


class SomeDay(SphinxDirective):
    """A directive that the lint does not know, with a node that it does not know."""

    required_arguments = 1
    has_content = True

    class Node(nodes.General, nodes.Element):
        """Of what is to come."""

    def run(self) -> list[nodes.Node]:
        node = self.Node()
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sphinx]:
    """Yield Sphinx as the book uses it, with no page yet; no cell is run."""
    folder = tmp_path_factory.mktemp("book")
    with docutils_namespace():
        app = Sphinx(
            str(folder),
            None,
            str(folder / "out"),
            str(folder / "doctrees"),
            "html",
            confoverrides={
                "extensions": EXTENSIONS,
                "bibtex_bibfiles": [str(paths.BOOK / "references.bib")],
                "myst_enable_extensions": MARKDOWN,
                "nb_execution_mode": "off",
                # Without a dictionary of our own MyST-NB writes into the one that all books share.
                "source_suffix": {".rst": "restructuredtext"},
            },
            status=None,
            warning=io.StringIO(),
        )
        app.add_directive("some-day", SomeDay)
        yield app


@pytest.fixture
def read(app: Sphinx) -> Iterator[Callable[[str, str], nodes.document]]:
    """Return what reads a page, given as the name of its file and its text."""

    def run(name: str, text: str) -> nodes.document:
        file = Path(app.srcdir, name)
        file.write_text(text, "utf-8")
        app.env.find_files(app.config, app.builder)
        app.builder.read_doc(file.stem)
        return pages[-1]

    pages: list[nodes.document] = []
    listener = app.connect("doctree-read", lambda _, page: pages.append(page), priority=900)
    yield run
    app.disconnect(listener)
    for file in Path(app.srcdir).glob("*.*"):
        app.emit("env-purge-doc", app.env, file.stem)
        app.env.clear_doc(file.stem)
        file.unlink()


def notebook(text: str) -> str:
    """Return a notebook of a cell of text, and one that has published what pages may glue."""
    outputs = [
        new_output(
            "display_data",
            formats,
            metadata={"scrapbook": {"name": name, "mime_prefix": ""}},
        )
        for name, formats in PUBLISHED.items()
    ]
    cells = [new_markdown_cell(text), new_code_cell("run()", outputs=outputs)]
    return nbformat.writes(new_notebook(cells=cells, metadata=PYTHON))


def numbers(findings: Iterable[Finding]) -> list[str]:
    """Return what was found."""
    return [finding.text for finding in findings]


@pytest.fixture
def found(
    read: Callable[[str, str], nodes.document],
) -> Callable[[str], list[tuple[int, str, str]]]:
    """Return what finds the broken rules of a page: with line, rule and what was found.

    What glues must be a notebook, for only there has anything been published.
    """

    def run(text: str) -> list[tuple[int, str, str]]:
        page = ("page.ipynb", notebook(text)) if "{glue" in text else ("page.md", text)
        return [(each.line % CELL, each.rule, each.text) for each in lint(read(*page))]

    return run


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
        ("ACCURACY-99.1 and SHA-2%", ["99.1", "2%"]),
        ("⑩, Ⅻ, accuracy⁹⁹, 九十九, x½", ["⑩", "Ⅻ", "⁹⁹", "九十九", "½"]),
        ("acc99.1", ["1"]),
    ],
)
def test_numerals_of_all_kinds_are_seen(prose, expected):
    assert numerals(prose) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "Conv2D",
        "float32",
        "SHA-256",
        "CIFAR-10",
        "2D",
        "conv_3",
        "v1.2",
        "m²",
        "h₁",
        "https://a.b/12",
    ],
)
def test_names_are_no_numerals(prose):
    assert numerals(f"The {prose} here.") == []


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


def test_a_message_names_the_rule_and_the_number(read):
    [finding] = lint(read("page.md", "It reached 0.9914."))
    assert finding.message == (
        "a number in prose must be glued, cited, in code or math, or exempted with a reason; "
        "got 0.9914"
    )


def test_without_dollar_math_a_dollar_is_prose():
    [finding] = lint(publish_doctree("$99$", parser=Parser()))
    assert finding.text == "99"

"""The tiny book with pages that are wrong outside of their cells: each makes the build red."""

import pytest

import books
from test_cells import page, said

pytestmark = pytest.mark.timeout(1800)

FAULTS = {
    # what stays open
    "fence": ("```{note}\nwords\n\nmore", "```{note}, which stays open"),
    "longer_fence": ("````{note}\nwords\n```", "````{note}, which stays open"),
    "inner_fence": ("````{note}\nwords\n\n```{tip}\nmore\n````", "```{tip}, which stays open"),
    "fence_in_list": ("- a\n\n  ```python\n  x = 1\n\nwords", "```python, which stays open"),
    "colon_fence": (":::{note}\nwords", ":::{note}, which stays open"),
    "open_cell": (page("1").rstrip().removesuffix("```"), "{code-cell}, which stays open"),
    "comment": ("<!-- a comment\n\nwords", "<!--, which stays open"),
    "details": ("<details><summary>a</summary>\n\nwords", "<details>, which stays open"),
    "included": ("```{include} open.inc\n```", "```{note}, which stays open"),
    "open_role": ("It is {ref}`second, and more", "{ref}` among the words"),
    "stray_colons": ("words\n\n:::\n\nmore", ":::, which stays open"),
    "open_formula": ("words\n\n$$\nx = y\n\nmore", "$$ among the words"),
    # what hangs loose
    "unsolved": ("```{exercise} Guess\n:label: ex-guess\nwords\n```", "ex-guess"),
    "unsolved_gated": (
        "```{exercise-start} Guess\n:label: ex-gated\n```\nwords\n```{exercise-end}\n```",
        "ex-gated",
    ),
    "unplaced": (page("from dlexp.draw import publish\npublish.number('lost', 1, 'd')"), "lost"),
    # addresses
    "missing_image": ('<img src="nosuch.png" alt="A picture of words">', "nosuch.png"),
    "missing_page": ('words <a href="nosuch.html">there</a>', "nosuch.html"),
    "missing_anchor": ('words <a href="first.html#nosuch">there</a>', "first.html#nosuch"),
    "missing_source": (
        '<picture><source srcset="small.png 1x, large.png 2x"></picture>',
        "large.png",
    ),
    "remote_image": ("![A picture of words](https://example.org/a.png)", "example.org/a.png"),
    "remote_raw": ('<img src="//example.org/b.png" alt="A picture of words">', "example.org/b.png"),
    "remote_style": ('<p style="background: url(http://example.org/c.png)">a</p>', "org/c.png"),
    "remote_video": ('<video src="http://example.org/d.mp4"></video>', "example.org/d.mp4"),
    "remote_figure": (
        "```{figure} https://example.org/e.png\n:alt: A picture of words\nwords\n```",
        "example.org/e.png",
    ),
    "script_address": ('words <a href="javascript:alert(1)">there</a>', "javascript:alert"),
    # raw HTML
    "script": ("<script>document.title = 'a'</script>", "got <script>"),
    "style": ("<style>h1::after {content: 'a'}</style>", "got <style>"),
    "input": ('words <input value="a" aria-label="a">', "got <input>"),
    "frame": ('<iframe src="first.html" title="a"></iframe>', "got <iframe>"),
    "handler": ('words <b onclick="alert(1)">bold</b>', "got onclick="),
    "raw_directive": ("```{raw} html\n<script>1</script>\n```", "got <script>"),
    "shown_html": (
        page("from IPython.display import HTML\nHTML('<script>1</script>')"),
        "got <script>",
    ),
    # what is no number
    "printed": (page("print('loss', float('nan'))"), "no finite number"),
    "printed_array": (page("import numpy\nprint(numpy.array([1.0, numpy.inf]))"), "no finite"),
    "shown": (page("float('-inf')"), "no finite number"),
    "in_table": (
        page(
            """
            from dlexp.draw import publish
            publish.table("t", ["a", "b"], [["c", f"{float('nan'):.3f}"]], caption="words")
            """
        ),
        "finite numbers only; got 'nan'",
    ),
    "in_figure": (
        page(
            """
            from dlexp.draw import publish, style
            from dlexp.draw.drawing import Drawing
            figure, axes = style.new()
            axes[0, 0].set_title(f"best: {float('nan'):.1f}")
            publish.figure("f", Drawing(figure, "Axes without a line."))
            """
        ),
        "finite numbers only; got 'best: nan'",
    ),
}
"""Pages, and a part of what the build says of each."""

FINE = {
    "closed": "````{note}\nwords\n\n```{tip}\nmore\n```\n````",
    "closed_inside": "> ```python\n> x\n> ```\n\n- ```\n  a\n  ```",
    "quoted_role": "Write ``{ref}`second` `` for a link, and `$$` or `:::` as you like.",
    "quoted_fence": page('print("""\n```{note}\n""")'),
    "folded": "<details><summary>a</summary>\n\nwords<br>\n\n</details>",
    "meant": page("print(float('nan'))", tags=":tags: [shows-nan]"),
    "words": page("print('an infinite banana; information')"),
    "linked": '<a href="first.html">there</a>, [there](https://a.org) and <a href="#">up</a>',
    "solved": (
        "```{exercise} Guess\n:label: ex-solved\nwords\n```\n\n```{solution} ex-solved\nwords\n```"
    ),
}
"""Pages that nothing is wrong with."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> books.Outcome:
    """A build of the tiny book with all of these pages, and one that no contents names."""
    book = books.tiny(tmp_path_factory.mktemp("book") / "tiny")
    texts = {name: text for name, (text, _) in FAULTS.items()} | FINE
    for name, text in texts.items():
        whole = text if text.startswith("---") else f"# Page\n\n{text}\n"
        (book.folder / "book" / f"{name}.md").write_text(whole, "utf-8")
    (book.folder / "book" / "open.inc").write_text("words\n\n```{note}\nmore", "utf-8")
    (book.folder / "book" / "orphan.md").write_text("# Nobody names me", "utf-8")
    with (book.folder / "_toc.yml").open("a") as contents:
        contents.writelines(f"  - file: book/{name}\n" for name in texts)
    return book.build()


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_a_page_makes_the_build_red(outcome: books.Outcome, name: str) -> None:
    assert outcome.status == 1
    source = "book/open.inc" if name == "included" else f"book/{name}.md"
    assert FAULTS[name][1] in said(outcome, source, f"html/{name}.html")


@pytest.mark.parametrize("name", FINE)
def test_page_without_a_fault_is_left_alone(outcome: books.Outcome, name: str) -> None:
    assert said(outcome, f"book/{name}.md", f"html/{name}.html") == ""


def test_page_that_no_contents_names_makes_the_build_red(outcome: books.Outcome) -> None:
    assert "must stand in _toc.yml" in said(outcome, "book/orphan.md")

"""Pages as notebooks: whole, valid, and with nothing left of the markup."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

import programs
from books import Book
from dlexp.paths import BOOK
from dlexp.site import notebooks
from dlexp.site.page_markdown import markdown

LEFT = re.compile(
    r"\{[a-z:]+\}`|^[`:]{3,}\{|</?(?:span|div|p|a|table|figure)\b|\{eval\}|\{\{", re.M
)
"""What a page is written in, or what it is made into; neither is for readers."""

PAGE = """
<section><h1>Sizes<a class="headerlink" href="#s">#</a></h1>
<p>Of <span class="pasted-text">54</span> counts, see <a href="shapes.html#law">the law</a>
and <a href="https://example.org">a page</a>.</p>
<div class="solution admonition"><p class="admonition-title">Solution</p>
<div class="cell docutils container"><div class="cell_input"><pre>print(1)\nprint(2)\n</pre></div>
<div class="cell_output"><div class="output stream"><pre>1\n2\n</pre></div></div></div>
<p>So it is two.</p></div></section>
"""


def made(html: str, **pictures: Path) -> dict[str, Any]:
    files = {f"{name}.svg": file for name, file in pictures.items()}
    return notebooks.whole(BeautifulSoup(html, "html.parser"), files)


def texts(notebook: dict[str, Any]) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def test_a_cell_in_a_box_stands_between_the_texts_around_it() -> None:
    notebook = made(PAGE)
    nbformat.validate(nbformat.from_dict(notebook))

    first, before, code, after = texts(notebook)
    assert "make book" in first
    assert before == (
        "# Sizes\n\nOf 54 counts, see the law\nand [a page](https://example.org).\n\n**Solution**"
    )
    assert code == "print(1)\nprint(2)"
    assert notebook["cells"][2]["outputs"][0]["text"] == ["1\n", "2"]
    assert after == "So it is two."


def test_a_claim_is_a_quotation_that_begins_with_its_verdict() -> None:
    claim = (
        '<details class="claim"><summary><span class="claim-verdict">refuted</span> '
        '<span class="claim-sentence">It is so.</span></summary><svg></svg>'
        '<p class="claim-measure">1.0 points. <a href="reading.html">What it means</a></p>'
        "<dl><dt>Threads</dt><dd>1</dd></dl></details>"
    )
    assert markdown(BeautifulSoup(claim, "html.parser").children, str) == (
        "> **refuted** It is so.\n>\n> 1.0 points."
    )


def test_a_formula_is_tex_again_and_a_listing_keeps_its_language() -> None:
    html = (
        '<div class="math"><span class="eqno">(1.2)</span><annotation>a|b</annotation></div>'
        '<div class="highlight-ipython3"><pre>a = 1\n</pre></div>'
        '<table><tr><td><span class="math"><annotation>|x|</annotation></span></td></tr></table>'
    )
    text = markdown(BeautifulSoup(html, "html.parser").children, str)
    assert "$$\na|b \\qquad \\text{(1.2)}\n$$" in text
    assert "```python\na = 1\n```" in text
    assert r"| $\vert{}x\vert{}$ |" in text


def test_a_formula_without_its_tex_is_refused() -> None:
    html = BeautifulSoup('<span class="math">x</span>', "html.parser")
    with pytest.raises(ValueError, match="must bring its TeX along; got <span"):
        markdown(html.children, str)


def test_a_last_value_is_shown_as_what_it_is() -> None:
    code = made(PAGE.replace("output stream", "output text_plain"))["cells"][2]
    assert code["outputs"][0]["data"] == {"text/plain": ["1\n", "2"]}


def test_a_cell_that_draws_where_it_stands_is_refused() -> None:
    with pytest.raises(ValueError, match="must print what it shows; got <div"):
        made(PAGE.replace("output stream", "output text_html"))


def test_a_picture_that_the_site_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be in the site; got _images/dot\.svg"):
        made('<img src="_images/dot.svg" alt="A dot">')


def test_a_picture_goes_along_as_jupyter_can_show_it(tmp_path: Path) -> None:
    dot = tmp_path / "dot.svg"
    dot.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"/>')
    _, cell = made('<img src="_images/dot.svg" alt="A [dot]\nhere">', dot=dot)["cells"]

    assert cell["source"] == ["![A dot here](attachment:dot.png)"]
    picture = base64.b64decode(cell["attachments"]["dot.png"]["image/png"])
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture[16:24] == (10).to_bytes(4, "big") + (5).to_bytes(4, "big")


def test_every_notebook_of_the_book_is_its_page_without_markup(real_book: Book) -> None:
    files = sorted((real_book.html / "notebooks").glob("*.ipynb"))
    shown = {page.stem: programs.shown_cells(page) for page in sorted(BOOK.glob("*.md"))}
    assert {file.stem for file in files} == {name for name, cells in shown.items() if cells}
    for file in files:
        notebook = json.loads(file.read_text("utf-8"))
        nbformat.validate(nbformat.from_dict(notebook))
        prose = [t for t, c in zip(texts(notebook), notebook["cells"], strict=True) if is_text(c)]
        left = [f"{file.stem}: {found}" for text in prose for found in LEFT.findall(unlisted(text))]
        assert left == []
        # The cells are those of the page, which test_shown_cells.py runs by themselves.
        cells = [
            t for t, c in zip(texts(notebook), notebook["cells"], strict=True) if t not in prose
        ]
        assert cells == [cell.rstrip("\n") for cell in shown[file.stem]]


def is_text(cell: dict[str, Any]) -> bool:
    return bool(cell["cell_type"] == "markdown")


def unlisted(text: str) -> str:
    """Return a text without its listings and formulas, in which anything may stand."""
    return re.sub(
        r"^(?:> )?```.*?^(?:> )?```$|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", "", text, flags=re.M | re.S
    )

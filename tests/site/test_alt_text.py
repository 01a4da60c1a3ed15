"""Images get the words that their files carry, and one without words is a warning."""

import os

import pytest

from dlexp.draw.in_book import IN_BOOK
from dlexp.site.alt_text import is_words, svg_title, wordless

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
EXTENSION = "dlexp.site.alt_text"
pytestmark = pytest.mark.usefixtures("drawings")


@pytest.fixture
def drawings(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "titled.svg").write_text(SVG.format("<title>A rising\n line.</title>"), "utf-8")
    (folder / "bare.svg").write_text(SVG.format(""), "utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def test_the_title_of_a_drawing_becomes_its_alt_text(build):
    built = build(EXTENSION, index="# A\n\n![](titled.svg)")
    assert built.warnings == []
    assert 'alt="A rising line."' in built.page("index")


def test_words_in_the_page_come_first(build):
    built = build(EXTENSION, index="# A\n\n![My words](titled.svg) ![A photo](photo.png)")
    assert built.warnings == []
    assert 'alt="My words"' in built.page("index")
    assert "A rising" not in built.page("index")


@pytest.mark.parametrize(
    ("image", "line", "got"),
    [
        ("![](bare.svg)", 3, "none for bare.svg"),
        ("words\n![](photo.png)", 3, "none for photo.png"),
        ("![photo.png](photo.png)", 3, "photo.png"),
        ("```{image} photo.png\n```", 1, "none for photo.png"),  # knows its section, not its line
        ("```{figure} photo.png\n\nA caption.\n```", 3, "none for photo.png"),
        ('<p><img src="photo.png"></p>', 3, "<img> of photo.png"),
        ('a <img src="photo.png" alt="">', 3, "<img> of photo.png"),
        ("<svg></svg>", 3, "<svg> with neither aria-label"),
    ],
)
def test_an_image_without_words_is_a_warning(build, image, line, got):
    built = build(EXTENSION, index=f"# A\n\n{image}")
    [warning] = built.warnings
    assert f"index.md:{line}: WARNING: an image must have an alt text; got {got}" in warning


def test_the_words_of_a_drawing_are_escaped(build, drawings):
    title = "<title>Less: 1 &lt; 2 &amp; &quot;so&quot;</title>"
    (drawings / "sharp.svg").write_text(SVG.format(title), "utf-8")
    built = build(EXTENSION, index="# A\n\n![](sharp.svg)")
    assert 'alt="Less: 1 &lt; 2 &amp; &quot;so&quot;"' in built.page("index")


@pytest.mark.parametrize("drawing", [b"", b"no XML", SVG.format("<title> </title>").encode()])
def test_a_drawing_without_a_title_has_no_words(drawing):
    assert svg_title(drawing) is None


@pytest.mark.parametrize("alt", [None, "", " ", "a.png", "_images/3fa1.SVG", "../x/y.jpeg"])
def test_a_file_name_is_no_description(alt):
    assert not is_words(alt)


def test_named_and_hidden_drawings_pass():
    assert wordless('<svg aria-labelledby="t"><title id="t">A line.</title></svg>') == []
    assert wordless('<svg aria-hidden="true"/><svg aria-label="A line."></svg>') == []


def test_kernels_are_told_that_a_book_is_built(build, monkeypatch):
    monkeypatch.delenv(IN_BOOK, raising=False)
    build(EXTENSION, index="# A")
    assert os.environ.pop(IN_BOOK) == "1"

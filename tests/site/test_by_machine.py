"""Pages for those who read by machine."""

import re
from pathlib import Path

import pytest
import yaml

from books import Book
from dlexp.paths import PROJECT
from dlexp.site.by_machine import markdown


def test_a_notebook_is_one_text_and_shows_the_pictures_of_the_site(tmp_path: Path) -> None:
    pictures = tmp_path / "_images"
    pictures.mkdir()
    (pictures / "abcdef.svg").touch()
    (pictures / "other.svg").touch()
    output = {"name": "stdout", "output_type": "stream", "text": ["1\n", "2"]}
    cells = [
        {"cell_type": "markdown", "source": ["how to run it"]},
        {
            "cell_type": "markdown",
            "source": ["# Title\n", "![A dot](attachment:abc.png)"],
            "attachments": {"abc.png": {}},
        },
        {"cell_type": "code", "source": ["print(1)\n", "print(2)"], "outputs": [output]},
    ]

    assert markdown({"cells": cells}, pictures) == (
        "# Title\n![A dot](../_images/abcdef.svg)\n\n"
        "```python\nprint(1)\nprint(2)\n```\n\n```\n1\n2\n```\n"
    )


def test_a_picture_that_the_site_lacks_is_no_picture(tmp_path: Path) -> None:
    cell = {"cell_type": "markdown", "source": [], "attachments": {"abc.png": {}}}
    with pytest.raises(ValueError, match=r"must be in the site; got abc\.png"):
        markdown({"cells": [{}, cell]}, tmp_path)


def test_the_list_has_every_notebook_in_the_order_of_the_contents(real_book: Book) -> None:
    text = (real_book.html / "llms.txt").read_text("utf-8")
    assert text.startswith("# Deep Learning by Experiment\n\n> A textbook")
    names = re.findall(r"^- \[[^\]]+\]\(notebooks/(\w+)\.md\)$", text, re.MULTILINE)
    contents = yaml.safe_load((PROJECT / "_toc.yml").read_text("utf-8"))
    listed = [each for part in contents["parts"] for each in part["chapters"]]
    order = [below["file"] for each in listed for below in (each, *each.get("sections", ()))]
    with_code = {file.stem for file in (real_book.html / "notebooks").glob("*.ipynb")}
    assert names == [f.removeprefix("book/") for f in order if f.removeprefix("book/") in with_code]
    assert len(names) >= 15

    for name in names:
        page = (real_book.html / "notebooks" / f"{name}.md").read_text("utf-8")
        assert "attachment:" not in page
        for picture in re.findall(r"\]\(\.\./(_images/[^)]+)\)", page):
            assert (real_book.html / picture).is_file()

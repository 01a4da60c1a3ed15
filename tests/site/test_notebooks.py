"""Pages as notebooks."""

import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlexp.site.notebooks import plain


def _notebook() -> nbformat.NotebookNode:
    code = new_code_cell("print(1)", outputs=[new_output("stream", text="1\n")], execution_count=3)
    code.metadata["tags"] = ["hide-input"]
    code.metadata["mystnb"] = {"figure": {}}
    return new_notebook(cells=[new_markdown_cell("# Title\n\nText"), code])


def test_it_is_valid_and_has_no_outputs() -> None:
    made = nbformat.from_dict(plain(_notebook()))
    nbformat.validate(made)
    assert [cell.get("outputs") for cell in made.cells] == [None, []]
    assert made.cells[1].execution_count is None


def test_same_page_gives_the_same_bytes() -> None:
    # A new notebook has new random names for its cells; ours are their places.
    assert json.dumps(plain(_notebook())) == json.dumps(plain(_notebook()))
    assert [cell["id"] for cell in plain(_notebook())["cells"]] == ["cell-000", "cell-001"]


def test_source_and_tags_stay() -> None:
    title, code = plain(_notebook())["cells"]
    assert "".join(title["source"]) == "# Title\n\nText"
    assert code["metadata"] == {"tags": ["hide-input"]}


def test_words_for_search_are_left_out() -> None:
    notebook = _notebook()
    notebook.cells[0].source = "# Title\n\n```{index} ! a word\n```\n\nText"

    assert "".join(plain(notebook)["cells"][0]["source"]) == "# Title\n\nText"

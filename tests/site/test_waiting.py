"""A page that waits for records says so in its places, and hides no other fault."""

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlexp.site import waiting
from dlexp.site.alt_text import svg_title
from dlexp.site.draft import note_of
from dlexp.site.outputs import Ran
from dlexp.site.running import failures

PLACES = """
{glue:text}`one`, {glue:text}`made:s`, {glue:text}`other.md::two:s`.

```{glue:figure} drawn
```

```{glue} listed
```
"""


def _error(name: str, value: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=[])


def _page(*errors: NotebookNode | None) -> NotebookNode:
    cells = [new_code_cell("x", execution_count=1, outputs=[e] if e else []) for e in errors]
    glued = new_output("display_data", {}, metadata={"scrapbook": {"name": "made"}})
    cells[0].outputs.insert(0, glued)
    return new_notebook(cells=[new_markdown_cell(PLACES), *cells])


def _glued(page: NotebookNode) -> dict[str, Any]:
    outputs = [output for cell in page.cells for output in cell.get("outputs", ())]
    glued = {
        o.metadata.scrapbook.name: o.data for o in outputs if "scrapbook" in o.get("metadata", {})
    }
    del glued["made"]
    return glued


def test_places_of_what_was_not_made_say_so() -> None:
    page = _page(_error("MissingResult", "not computed yet: demo/a-seed=0"), None)

    waiting.settle(page)

    [mark] = [output for output in page.cells[1].outputs if "scrapbook" not in output.metadata]
    assert mark.data["text/html"] == ('<p class="draft-mark">Not computed yet: demo/a-seed=0</p>')
    glued = _glued(page)
    prefix = "application/papermill.record/"
    assert set(glued) == {"one", "drawn", "listed"}
    assert glued["one"] == {f"{prefix}text/plain": "'not computed yet'"}
    drawing = glued["drawn"][f"{prefix}image/svg+xml"].encode()
    assert (svg_title(drawing), note_of(drawing)) == ("Not computed yet.", "Not computed yet")
    assert "Not computed yet" in glued["listed"][f"{prefix}text/html"]
    assert list(failures(Ran(page, 1.0, "{}"))) == []


def test_a_name_that_waits_is_no_fault_and_one_that_is_wrong_stays_one() -> None:
    late = _page(_error("MissingResult", "not computed yet"), _error("NameError", "'x'"))
    wrong = _page(_error("NameError", "'x'"), _error("MissingResult", "not computed yet"))

    for page in (late, wrong):
        waiting.settle(page)

    assert list(failures(Ran(late, 1.0, "{}"))) == []
    [fault] = failures(Ran(wrong, 1.0, "{}"))
    assert "got NameError: 'x'" in fault


def test_where_nothing_waits_nothing_stands_in() -> None:
    page = _page(_error("KeyError", "'x'"))

    waiting.settle(page)

    assert _glued(page) == {}
    assert len(list(failures(Ran(page, 1.0, "{}")))) == 1

"""For those who read by machine: each notebook as Markdown beside it, and ``llms.txt`` lists them.

The form of that file is that of https://llmstxt.org: a title, a summary, and a list of addresses.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from dlexp.lab import drafts
from dlexp.site import complete
from dlexp.site.addresses import address, in_order
from dlexp.site.notebooks import FOLDER

LOG = logging.getLogger(__name__)

CONTENTS = """\
# {title}

> A textbook on how small neural networks learn. Every number in it is computed, every claim is
> tested over several seeds, and its verdict stands with it: supported, refuted or inconclusive.

## Pages

{pages}
"""


def markdown(notebook: dict[str, Any], pictures: Path) -> str:
    r"""Return a notebook as one text; its first cell, which says how to run it, is left out.

    Parameters
    ----------
    notebook : dict
        As `dlexp.site.notebooks.whole` returns it.
    pictures : Path
        The folder where the site has its pictures.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": ["1 + 1"], "outputs": []}
    >>> print(markdown({"cells": [{}, cell]}, Path("_images")))
    ```python
    1 + 1
    ```
    <BLANKLINE>
    """
    parts = [part for cell in notebook["cells"][1:] for part in _parts(cell, pictures)]
    return "\n\n".join(parts) + "\n"


def _parts(cell: dict[str, Any], pictures: Path) -> Iterator[str]:
    text = "".join(cell["source"])
    if cell["cell_type"] == "code":
        yield f"```python\n{text}\n```"
        for output in cell["outputs"]:
            lines = output["text"] if "text" in output else output["data"]["text/plain"]
            yield f"```\n{''.join(lines)}\n```"
        return
    for name in cell.get("attachments", ()):
        file = next(pictures.glob(f"{Path(name).stem}*"), None)
        if file is None:
            raise ValueError(f"a picture of a notebook must be in the site; got {name}")
        text = text.replace(f"attachment:{name}", f"../{pictures.name}/{file.name}")
    yield text


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the texts and their list into the site; not into a draft."""
    out = Path(app.outdir)
    if exception or app.builder.format != "html" or drafts.are_shown() or complete.stands(out):
        return
    pages = []
    for docname in in_order(app.env):
        name = f"{FOLDER}/{address(docname)}"
        if (file := out / f"{name}.ipynb").is_file():
            try:
                text = markdown(json.loads(file.read_text("utf-8")), out / "_images")
            except ValueError as error:
                LOG.warning("%s", error, location=docname, type="strict", subtype="notebooks")
                continue
            (out / f"{name}.md").write_text(text, "utf-8")
            pages.append(f"- [{app.env.titles[docname].astext()}]({name}.md)")
    contents = CONTENTS.format(title=app.config.html_title, pages="\n".join(pages))
    (out / "llms.txt").write_text(contents, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Before the first page is read: compute what is missing of the results, with a progress bar.

Nothing that the prose quotes is trained inside a page, so after this every page finds its records.
An interrupted build goes on where it stopped. A draft computes nothing.
"""

import sys
from pathlib import Path

from sphinx.application import Sphinx

from dlexp import chapters
from dlexp.lab import drafts, driver
from dlexp.lab.planning import lacking_units
from dlexp.lab.store import Store
from dlexp.site import dependencies, same


def compute(app: Sphinx) -> None:
    """Compute the units of all experiments that have no current record.

    Where nothing but pages was edited since the last good build, none lacks one.

    Raises
    ------
    SystemExit
        With status 1, after one line that says what went wrong.
    """
    if drafts.are_shown() or same.edited_pages(Path(app.outdir)) is not None:
        return
    try:
        units = chapters.all_units()
        dependencies.forget()
        store = Store(code=dependencies.code())
        if lacking_units(units, store):
            driver.run(units, store=store, meanwhile="`make draft` shows the pages now")
            same.begin()
            dependencies.forget()  # it may have been edited meanwhile
    except Exception as error:  # whatever a unit or a worker raises, the reader gets one line
        reason = " ".join(str(error).split())
        print(
            f"the results of the book cannot be computed: {type(error).__name__}: {reason}",
            file=sys.stderr,
        )
        raise SystemExit(1) from error


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, before anything looks at the records."""
    app.connect("builder-inited", compute, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Pages are run once a build, before they are read, and whatever they ran into is told.

MyST-NB finds the outputs in its cache and runs nothing. A cell that fails, or does not run, makes
the build red whatever its page says of it; so does a page that used what it does not follow.
"""

import contextlib
import json
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from dlexp.lab import drafts
from dlexp.site import cell_lint, dependencies, kernel, kernels, outputs, typed, waiting
from dlexp.site.outputs import Ran

LOG = logging.getLogger(__name__)

AT_A_TIME = 2
"""Pages that run at once: a kernel with TensorFlow takes half a gigabyte."""

ASK = f"from {kernel.__name__} import used\nused()"
"""A last cell that the build adds, and takes away again."""

TELLING = frozenset({"raises-exception", "skip-execution"})
"""Tags that tell a cell to fail, or not to run."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


# ---- what a page may say of its running ----------------------------------------------------------


def misuses(page: NotebookNode) -> Iterator[str]:
    """Yield what a page says of how it is run, which is not for pages to say.

    Examples
    --------
    >>> page = from_dict({"cells": [], "metadata": {"mystnb": {"execution_mode": "off"}}})
    >>> list(misuses(page))
    ['a page must leave to the build how it is run; got execution_mode']
    """
    rule = "a page must leave to the build how it is run; got"
    told = [name for name in page.metadata.get("mystnb", {}) if name.startswith("execution")]
    told += ["execution"] if "execution" in page.metadata else []
    kernel_name = page.metadata.get("kernelspec", {}).get("name", "python3")
    told += [f"the kernel {kernel_name}"] if kernel_name != "python3" else []
    yield from (f"{rule} {name}" for name in told)
    source = dependencies.cells_source(page)
    yield from typed.findings(source)
    yield from cell_lint.findings(source)
    for cell in page.cells:
        for tag in sorted(TELLING):
            if tag in cell.metadata.get("tags", ()):
                yield (
                    f"no cell may carry the tag {tag}: catch the error and print its message; "
                    f"got it on {_begin(cell)}"
                )


def _begin(cell: NotebookNode) -> str:
    """Return the first line of a cell, which its author will know again."""
    return f"`{cell.source.strip().partition(chr(10))[0]}`"


# ---- running -------------------------------------------------------------------------------------


def run(env: BuildEnvironment, pages: Mapping[str, NotebookNode]) -> None:
    """Run pages, tell what is wrong with them, and hand their outputs to MyST-NB.

    What an earlier build kept of them, and would come out the same, is not made again.
    """
    waiting = dict(sorted(pages.items(), key=lambda item: _length(item[1]), reverse=True))
    for docname, page in pages.items():
        _warn(docname, [*misuses(page), *dependencies.undeclarable(page)])
        if kept := outputs.find(env, docname, page):
            _hand_on(env, docname, kept)
            del waiting[docname]
    if waiting:
        _run_all(env, waiting)


def _run_all(env: BuildEnvironment, pages: Mapping[str, NotebookNode]) -> None:
    """Run pages in this order, tell what went wrong, and keep what came out right."""
    LOG.info("Executing notebooks, %d at a time: %s", AT_A_TIME, ", ".join(pages))
    keys = {docname: outputs.key(page) for docname, page in pages.items()}
    with shared(pages.values()), ThreadPoolExecutor(AT_A_TIME) as pool:
        results = pool.map(lambda item: _run(env, *item), pages.items())
        for docname, ran in zip(pages, results, strict=True):
            problems = [*failures(ran), *unfollowed(ran)]
            _warn(docname, problems)
            _hand_on(env, docname, ran)
            if not problems:
                outputs.keep(env, docname, keys[docname], ran)
            LOG.info("ran %s in %.1f s", docname, ran.seconds)


def _length(page: NotebookNode) -> int:
    """Return how much code a page has: what may run long must not be the last, alone."""
    return sum(len(cell.source) for cell in page.cells if cell.cell_type == "code")


def shared(pages: Collection[NotebookNode]) -> AbstractContextManager[None]:
    """Have what several pages use, and what takes long to load, loaded once for all of them."""
    if len(pages) < 2:
        return contextlib.nullcontext()
    users = Counter(name for page in pages for name in dependencies.slow_libraries(page))
    return kernels.loaded([name for name, count in users.items() if count > 1])


def _warn(docname: str, problems: Iterable[str]) -> None:
    for problem in problems:
        LOG.warning("%s", problem, location=docname, type="strict", subtype="cells")


def _run(env: BuildEnvironment, docname: str, page: NotebookNode) -> Ran:
    folder = Path(env.doc2path(docname)).parent
    timeout: int = env.mystnb_config.execution_timeout  # type: ignore[attr-defined]
    return execute(page, folder, timeout)


def execute(page: NotebookNode, folder: Path, timeout: int) -> Ran:
    """Run a page in a folder, each cell for so many seconds at the most; the page stays as it is.

    What went to the terminal is left out, and what was printed in pieces is one output: the pieces
    depend on the clock.
    """
    running = from_dict(page)  # type: ignore[no-untyped-call]
    for cell in running.cells:
        if cell.cell_type == "code":  # what a notebook brought along was not run here
            cell.execution_count, cell.outputs = None, []
    running.cells.append(new_code_cell(ASK))  # type: ignore[no-untyped-call]
    client = NotebookClient(
        running,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        allow_error_names=list(waiting.TOLERATED) if drafts.are_shown() else [],
        resources={"metadata": {"path": str(folder)}},
    )
    start = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True) as scratch,
        contextlib.suppress(CellExecutionError, CellTimeoutError, DeadKernelError),
    ):  # a page finds nothing there that another, or an earlier build, left
        client.execute(env=os.environ | {"TMPDIR": scratch})
    seconds = time.perf_counter() - start
    said = [each.text for each in running.cells.pop().outputs if each.get("name") == "stdout"]
    for cell in running.cells:
        if cell.cell_type == "code":
            cell.outputs = list(joined(cell.outputs))
    if drafts.are_shown():
        waiting.settle(running)
    return Ran(running, seconds, "".join(said))


def joined(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield outputs, those that are neighbours in one stream as one, and none of the terminal's."""
    printed = None
    for output in outputs:
        stream = output.get("name")
        if stream == "stderr":
            continue
        if stream == "stdout" and printed is not None:
            printed.text += output.text
            continue
        printed = output if stream == "stdout" else None
        yield output


def failures(ran: Ran) -> Iterator[str]:
    """Yield the cells that failed, each with its error, or else the first that did not run."""
    code = [cell for cell in ran.notebook.cells if cell.cell_type == "code"]
    errors = [
        f"a cell must not fail; got {output.ename}: {output.evalue}, in {_begin(cell)}\n"
        + _COLOUR.sub("", "\n".join(output.traceback))
        for cell in code
        for output in cell.outputs
        if output.output_type == "error"
    ]
    yield from errors
    idle = [cell for cell in code if cell.source.strip() and cell.execution_count is None]
    if idle and not errors:
        yield f"a page must run to its end; it did not come to {_begin(idle[0])}"
    elif not ran.report and not errors:
        yield "a page must run to its end; its last cell did not"


def unfollowed(ran: Ran) -> Iterator[str]:
    """Yield what the cells of a page used and the page does not follow."""
    used = dependencies.unfollowed(ran.notebook, json.loads(ran.report)) if ran.report else []
    for name in used:
        yield (
            "a page must follow all that it uses: import code in plain words, and name files in "
            f"`depends` of the front matter; got {name}"
        )


def _hand_on(env: BuildEnvironment, docname: str, ran: Ran) -> None:
    """Hand a page with its outputs to MyST-NB."""
    cache = Path(env.mystnb_config.execution_cache_path)  # type: ignore[attr-defined]
    bundle = CacheBundleIn(
        ran.notebook, env.doc2path(docname), data={"execution_seconds": ran.seconds}
    )
    get_cache(cache).cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

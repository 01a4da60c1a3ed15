"""The kernel that runs the cells of a page: this very Python, with nothing left to chance.

Jupyter looks for a kernel named ``python3`` in many places, and one in the reader's home folder
would win over that of the environment. So the build writes a kernel specification of its own and
has it found first.
"""

import json
import os
import sys
from pathlib import Path

from sphinx.application import Sphinx

from dlexp.draw.in_book import IN_BOOK
from dlexp.lab.machine import environment

SETTINGS = {
    IN_BOOK: "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "SOURCE_DATE_EPOCH": "0",
}
"""What every cell has beside the environment of all our children. What is published shows where the
page puts it and not below its cell; figures have no dates.
"""


def specification(python: str = sys.executable) -> dict[str, object]:
    """Return a kernel specification, as Jupyter reads it: it fills in whatever a ``$`` names."""
    # Each kernel is told of a temporary folder of its own as it is started.
    variables = {n: v for n, v in environment(**SETTINGS).items() if n != "TMPDIR"}.items()
    return {
        "argv": [
            python,
            "-m",
            "dlexp.site.kernel",
            "-f",
            "{connection_file}",
            "--log-level=ERROR",
            "--HistoryManager.enabled=False",  # two kernels at once would share a file
        ],
        "display_name": "Python 3",
        "language": "python",
        "env": {name: value.replace("$", "$$") for name, value in variables},
    }


def install(folder: Path) -> None:
    """Write the kernel ``python3`` below `folder`, and have this process look there first."""
    file = folder / "kernels" / "python3" / "kernel.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(specification(), indent=1), "utf-8")
    others = [entry for entry in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if entry]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        [str(folder), *(o for o in others if o != str(folder))]
    )


def prepare(app: Sphinx) -> None:
    """Install the kernel of this build beside its other intermediate files."""
    install(Path(app.outdir).parent / "jupyter")
    # IPython complains of a folder of settings that it cannot make, for want of the one above.
    Path(environment()["IPYTHONDIR"]).mkdir(parents=True, exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The kernel that runs the cells of a page: this very Python, with nothing left to chance.

Jupyter looks for a kernel named ``python3`` in many places, and one in the reader's home folder
would win over that of the environment. So the build writes a kernel specification of its own and
has it found first.

Where several pages run, their kernels are forked from a process that has loaded what takes long:
see :mod:`dlexp.lab.forking`. What is ours is loaded in each, for what a page reads of it is noted.
"""

import json
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from sphinx.application import Sphinx

from dlexp.draw.in_book import IN_BOOK
from dlexp.lab.forking import Server
from dlexp.lab.machine import environment
from dlexp.lab.nursery import FORKS

SETTINGS = {
    IN_BOOK: "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "SOURCE_DATE_EPOCH": "0",
}
"""What every cell has beside the environment of all our children. What is published shows where the
page puts it and not below its cell; figures have no dates.
"""


MODULE = "dlexp.site.kernel"
"""What a kernel runs."""

FORKING = "forked"
"""What the specification calls our way of starting a kernel."""

ALWAYS = ("ipykernel.kernelapp", "matplotlib.pyplot")
"""What a process that forks kernels has loaded at least."""

_SERVERS: list[Server] = []
"""Those that fork the kernels of this process, while pages run."""


def specification(python: str = sys.executable) -> dict[str, object]:
    """Return a kernel specification, as Jupyter reads it: it fills in whatever a ``$`` names."""
    return {
        "argv": [
            python,
            "-m",
            MODULE,
            "-f",
            "{connection_file}",
            "--log-level=ERROR",
            "--HistoryManager.enabled=False",  # two kernels at once would share a file
        ],
        "display_name": "Python 3",
        "language": "python",
        "env": {name: value.replace("$", "$$") for name, value in _variables().items()},
        "metadata": {"kernel_provisioner": {"provisioner_name": FORKING}},
    }


def _variables() -> dict[str, str]:
    """Return the environment of all kernels; each is told of a temporary folder of its own."""
    return {n: v for n, v in environment(**SETTINGS).items() if n != "TMPDIR"}


@contextmanager
def loaded(libraries: Collection[str]) -> Iterator[None]:
    """Fork the kernels that are started meanwhile, with these libraries loaded, where one can."""
    if not FORKS:
        yield
        return
    _SERVERS.append(Server([*ALWAYS, *sorted(libraries)], f"{MODULE}:begin", _variables()))
    try:
        yield
    finally:
        _SERVERS.pop().end()


class Forking(LocalProvisioner):
    """Starts a kernel by a fork, if there is a process to fork it from."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start a kernel, as its command would."""
        if not _SERVERS:
            return await super().launch_kernel(cmd, **options)
        arguments = cmd[cmd.index(MODULE) + 1 :]
        forked = _SERVERS[-1].fork(arguments, options["env"], str(options["cwd"]))
        self.process: Any = forked
        self.pid = self.pgid = forked.pid
        self.cwd = options["cwd"]
        return self.connection_info


def install(folder: Path) -> None:
    """Write the kernel ``python3`` below `folder`, and have this process look there first."""
    file = folder / "kernels" / "python3" / "kernel.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(specification(), indent=1), "utf-8")
    others = [entry for entry in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if entry]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        [str(folder), *(o for o in others if o != str(folder))]
    )
    factory = KernelProvisionerFactory.instance()
    way = EntryPoint(FORKING, f"{__name__}:{Forking.__name__}", factory.GROUP_NAME)
    factory.provisioners[FORKING] = way  # no installed package need say so


def prepare(app: Sphinx) -> None:
    """Install the kernel of this build beside its other intermediate files."""
    install(Path(app.outdir).parent / "jupyter")
    # IPython complains of a folder of settings that it cannot make, for want of the one above.
    Path(environment()["IPYTHONDIR"]).mkdir(parents=True, exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

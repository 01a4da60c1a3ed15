"""The kernel of a page: it notes what the cells use, and refuses what no page may do.

The build starts it as ``python -m dlexp.site.kernel``, and asks for `used` in a last cell. Python
tells an audit hook of every file that is opened and every module that is read, whatever the words
are in which a cell asks for it: ``%run``, ``exec``, ``pickle``. A cell that would start a program,
use the network or write anywhere but in the temporary folder gets an error instead.

What a library opens without Python (TensorFlow, HDF5) is not seen.
"""

import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from dlexp import paths
from dlexp.lab import forking, from_source

PROGRAMS = (
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.fork", "os.forkpty", "pty.spawn"),
)
NETWORK = (
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"),
    *("socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"),
)
CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime", "shutil.rmtree", "sqlite3.connect"),
)
LISTINGS = ("os.listdir", "os.scandir")
"""Events of Python's audit hooks; the documentation of Python lists them all."""

DRAFT = "DLEXP_DRAFT"
"""The variable by which a draft build tells its kernels that they are a draft's."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SYSTEM = (
    *("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/lib64", "/opt", "/var", "/run"),
    *("/System", "/Library"),
)
"""Where operating systems keep fonts, time zones and what they know of the machine."""

MACHINE = ("/proc", "/sys", "/etc", "/var", "/run")
"""Where they keep what no page may ask."""


def _real(name: str | os.PathLike[str]) -> Path:
    return Path(os.path.realpath(name))


CODE = _real(paths.PROJECT / "code" / "dlexp")

STARTERS = (__file__, forking.__file__)
"""Files of ours from which every cell is called."""

STANDARD = f"{Path(os.__file__).parent}{os.sep}"
HANDS = tuple(
    f"{Path(found.origin).parent}{os.sep}"
    for found in map(importlib.util.find_spec, ("IPython", "numpy"))
    if found and found.origin
)
"""Libraries that open a file for a cell, as those of Python do."""


class _Places:
    """What a page may do where: of the folders around a file, the innermost decides."""

    def __init__(self) -> None:
        project, home = _real(paths.PROJECT), _real(Path.home())
        scratch = [_real(tempfile.gettempdir()), Path("/dev/null")]
        # Settings that the build made for its kernels: libraries keep there what they found out as
        # they were imported, and a cell keeps nothing, for the cells of others would find it.
        self.home = home if home.is_relative_to(_real(paths.BUILD)) else None
        search = [_real(name) for name in sys.path]
        libraries = [folder for folder in search if not folder.is_relative_to(project)]
        libraries += map(_real, (sys.prefix, sys.base_prefix))
        others = [*libraries, *scratch, *([self.home] if self.home else [])]
        self.writable = {**dict.fromkeys(scratch, True), project: False}
        self.followed = dict.fromkeys([*map(_real, SYSTEM), *others], False) | {project: True}
        self.machine = dict.fromkeys(map(_real, MACHINE), True) | dict.fromkeys(
            [*others, project], False
        )

    def may_write(self, file: Path, *, importing: bool) -> bool:
        """Return whether a page may write a file; Python keeps what it compiled where it likes."""
        if importing and self.home and file.is_relative_to(self.home):
            return True
        return file.parent.name == "__pycache__" or _innermost(self.writable, file, other=False)

    def is_of_the_machine(self, file: Path) -> bool:
        """Return whether a file tells of the machine."""
        return _innermost(self.machine, file, other=False)

    def is_followed(self, file: Path) -> bool:
        """Return whether a page that reads a file must say so: it is no library's."""
        return _innermost(self.followed, file, other=True)


def _innermost(folders: dict[Path, bool], file: Path, *, other: bool) -> bool:
    return next((folders[folder] for folder in (file, *file.parents) if folder in folders), other)


class Watch:
    """An audit hook: what it refuses, and what it has seen."""

    def __init__(self) -> None:
        self.places = _Places()
        self.files: set[str] = set()
        self.modules: set[str] = set()

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note or refuse what Python is about to do."""
        if event == "open":
            self._open(*arguments)
        elif event in LISTINGS:
            folder = _path(arguments[0])
            if folder is not None and folder.is_dir():
                self._list(folder)
        elif event in CHANGES:
            relative = event != "os.truncate" and isinstance(arguments[-1], int)
            if not (relative and arguments[-1] >= 0):  # type: ignore[operator]
                for name in arguments[:2]:
                    self._write(name)
        elif event in PROGRAMS:
            what = " ".join([event, *map(str, arguments[:1])])
            raise PermissionError(f"a page must not start programs; got {what}")
        elif event == "ctypes.dlopen" and _by_cell(sys._getframe()):
            raise PermissionError(
                f"a page must not load libraries of the system; got {arguments[0]}"
            )
        elif event in NETWORK:
            raise PermissionError(f"a page must not use the network; got {event}")

    def _open(self, name: object, mode: object, flags: object) -> None:
        writes = isinstance(flags, int) and flags & WRITING
        if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
            self._write(name)
        elif (file := _path(name)) is not None and file.is_file():
            self._read(file)

    def _list(self, folder: Path) -> None:
        self._refuse_machine(folder)
        importing, reader = _reader(sys._getframe(1))
        if self.places.is_followed(folder) and not (importing or reader):
            self.files.add(f"{folder}/")

    def _write(self, name: object) -> None:
        file = _path(name)
        importing, _ = _reader(sys._getframe(1))
        if file is not None and not self.places.may_write(file, importing=importing):
            raise PermissionError(f"a page must write in the temporary folder only; got {file}")

    def _refuse_machine(self, file: Path) -> None:
        if self.places.is_of_the_machine(file) and _by_cell(sys._getframe()):
            raise PermissionError(f"a page must not ask the machine about itself; got {file}")

    def _read(self, file: Path) -> None:
        self._refuse_machine(file)
        importing, reader = _reader(sys._getframe(1))
        if file.is_relative_to(CODE):
            # A module of ours imports what it names, and that is followed; the laboratory reads
            # sources to tell whether a record is current.
            if not (importing and reader) and not reader.startswith(str(CODE / "lab")):
                self.modules.add(_module(file))
        elif self.places.is_followed(file):
            inside = file.is_relative_to(_real(paths.PROJECT))
            if inside or not importing:  # what a library reads as it is imported is its own affair
                self.files.add(str(file))


def _path(name: object) -> Path | None:
    """Return the file that is meant; None for one that is open already, or no file."""
    if isinstance(name, bytes | os.PathLike):
        name = os.fsdecode(name)
    return _real(name) if isinstance(name, str) and name not in ("", ":memory:") else None


def _reader(frame: FrameType) -> tuple[bool, str]:
    """Return whether an import reads a file, and the file of ours for which it is read.

    What a cell asks for, by whatever way, is for no file of ours.
    """
    importing = False
    for file in _files(frame):
        if file.startswith("<frozen importlib") or file == importlib.__file__:
            importing = True
        elif file.startswith(str(CODE)):
            return importing, file
        elif importing:
            return importing, ""
    return importing, ""


def _by_cell(frame: FrameType | None) -> bool:
    """Return whether a cell asks for something itself, or by the hands of what opens any file."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return False
        standard = file.startswith(STANDARD) and "-packages" not in file
        if not (standard or file == __file__ or file.startswith(("<frozen", *HANDS))):
            return bool(frame.f_globals.get("__name__") == "__main__")
        frame = frame.f_back
    return False


def _files(frame: FrameType | None) -> Iterator[str]:
    """Yield the source files of a frame and of those that called it, less what starts kernels."""
    while frame is not None:
        if frame.f_code.co_filename not in STARTERS:
            yield frame.f_code.co_filename
        frame = frame.f_back


def _module(file: Path) -> str:
    """Return the name of the module in a source file of ours, or compiled from one."""
    if file.suffix == ".pyc":
        file = Path(importlib.util.source_from_cache(str(file)))
    parts = file.relative_to(CODE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


WATCH: list[Watch] = []
"""The hook of this process, once it is there: Python has no way to remove one."""


def used() -> None:
    """Print what the cells have used so far, as JSON: ``files`` and ``modules``."""
    [watch] = WATCH
    print(json.dumps({"files": sorted(watch.files), "modules": sorted(watch.modules)}))


def _refuse(*_: object) -> int:
    raise PermissionError("a page must not start programs; got a process of multiprocessing")


def launch() -> None:
    """Run the kernel, with the hook in place before the first cell."""
    import _posixsubprocess  # it has no event of its own; `subprocess` has one, and is loaded

    from ipykernel.kernelapp import IPKernelApp
    from IPython.core import application, shellapp

    for module in (application, shellapp):  # start-up files of the system, for all its users
        module.ENV_CONFIG_DIRS.clear()
        module.SYSTEM_CONFIG_DIRS.clear()
    from_source.insist()
    app = IPKernelApp.instance()
    _posixsubprocess.fork_exec = _refuse
    app.initialize()  # type: ignore[no-untyped-call]
    if DRAFT in os.environ:
        from dlexp.site import draft_cells  # here, for it loads what a page may not have loaded

        draft_cells.follow(app.shell)
    WATCH.append(Watch())
    sys.addaudithook(WATCH[0])
    app.start()  # type: ignore[no-untyped-call]


def begin(arguments: Sequence[str], variables: Mapping[str, str], folder: str) -> None:
    """Run the kernel in a forked process: with an environment, in a folder."""
    os.environ.clear()
    os.environ.update(variables, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder)
    sys.argv[:] = [__file__, *arguments, "--quiet"]  # it tells a terminal how to connect to it
    launch()


if __name__ == "__main__":
    from dlexp.site import kernel  # `used` asks the module by this name, and not ``__main__``

    kernel.launch()

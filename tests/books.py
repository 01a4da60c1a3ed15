"""Copies of the book, and of a tiny one with the same settings, that tests may build and break."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlexp.paths import PROJECT

TINY = Path(__file__).parent / "tiny_book"
BUILD = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"
"""The program ``jupyter-book``, run by this Python whatever the search path of the shell."""

SETTLED = f"from dlexp.lab.again import start_again; start_again(); {BUILD}"
"""The same with the environment that a build gives itself, before much is loaded in vain."""


@dataclass(frozen=True)
class Outcome:
    """How a build ended."""

    status: int
    log: str
    seconds: float

    @property
    def ran(self) -> set[str]:
        """The pages whose cells ran in this build."""
        lines = self.log.splitlines()
        return {line.split()[1].removeprefix("book/") for line in lines if line.startswith("ran ")}


class Book:
    """A book in a folder of its own, with its own copy of the package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.html = folder / "_build" / "html"
        self.draft_html = folder / "_build" / "draft" / "_build" / "html"

    def build(
        self, python: tuple[str, ...] = (), before: Callable[[], None] | None = None, **more: str
    ) -> Outcome:
        """Build it as a reader would, with no flags; `more` is what a shell has set."""
        start = time.perf_counter()
        with self.started(python, before, **more) as running:
            log = running.stdout.read() if running.stdout else ""
        return Outcome(running.returncode, log, time.perf_counter() - start)

    def draft(self, **more: str) -> Outcome:
        """Build a draft of it."""
        start = time.perf_counter()
        with self.started(command=("-m", "dlexp", "draft"), **more) as running:
            log = running.stdout.read() if running.stdout else ""
        return Outcome(running.returncode, log, time.perf_counter() - start)

    def started(
        self,
        python: tuple[str, ...] = (),
        before: Callable[[], None] | None = None,
        command: tuple[str, ...] = (),
        **more: str,
    ) -> subprocess.Popen[str]:
        """Start a build; `python` are options of Python's own, `before` its process does first."""
        plain = not (python or before or more)
        command = command or ("-c", SETTLED if plain else BUILD, "build", ".")
        # A terminal's colours, and what this shell happens to have set, are no part of the book.
        kept = {"PATH", "HOME", "LANG", "TMPDIR"}
        environment = {name: value for name, value in os.environ.items() if name in kept}
        environment |= {"PYTHONPATH": str(self.folder / "code"), "NO_COLOR": "1", **more}
        return subprocess.Popen(
            [sys.executable, *python, *command],
            cwd=self.folder,
            env=environment,
            preexec_fn=before,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def page(self, name: str) -> str:
        """Return the HTML of a page."""
        return (self.html / f"{name}.html").read_text("utf-8")

    @contextmanager
    def edited(self, file: str, old: str, new: str) -> Iterator[None]:
        """Replace a text in a file, and put the file back at the end."""
        path = self.folder / file
        before = path.read_text("utf-8")
        assert old in before, f"{file} does not hold {old!r}"
        path.write_text(before.replace(old, new, 1), "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")

    def bytes(self) -> dict[str, bytes]:
        """Return all files of the site."""
        files = (file for file in self.html.rglob("*") if file.is_file())
        return {file.relative_to(self.html).as_posix(): file.read_bytes() for file in files}

    def keep(self) -> None:
        """Keep a copy of all that is there, with the dates of all files."""
        shutil.copytree(self.folder, self._kept, symlinks=True)

    def put_back(self) -> None:
        """Make it again what it was when it was kept; a book that moves would be read anew."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder, symlinks=True)

    @property
    def _kept(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-kept")

    def again(self, folder: Path) -> "Book":
        """Return a copy in another folder, with the same records, that is not built."""
        # Records say how long they took, so a copy without them would differ.
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("_build"))
        return Book(folder)

    def differences(self, other: "Book") -> list[str]:
        """Return the files of the site that another site does not have, or not so."""
        ours, theirs = self.bytes(), other.bytes()
        return sorted(n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n))


def real(folder: Path) -> Book:
    """Return a copy of what a clone of this working tree would have."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    return Book(folder)


def tiny(folder: Path) -> Book:
    """Return the tiny book: the settings and the package of the real one, pages of its own."""
    no_cache = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "code", folder / "code", ignore=no_cache)
    for chapter in (folder / "code" / "dlexp" / "chapters").glob("[a-z]*"):
        shutil.rmtree(chapter)
    for shared in ("_assets", "_interactive"):
        shutil.copytree(PROJECT / "book" / shared, folder / "book" / shared)
    shutil.copy(PROJECT / "book" / "references.bib", folder / "book")
    for shared in ("_config.yml", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(PROJECT / shared, folder)
    config = folder / "_config.yml"  # where the real book is, the tiny one is not
    config.write_text(re.sub(r"(?m)^  baseurl:.*\n", "", config.read_text("utf-8")), "utf-8")
    shutil.copytree(TINY, folder, dirs_exist_ok=True, ignore=no_cache)
    # What tools leave behind is not part of the book.
    (folder / ".pytest_cache").mkdir()
    (folder / ".pytest_cache" / "README.md").write_text("# Left behind")
    return Book(folder)

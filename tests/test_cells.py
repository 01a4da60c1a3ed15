"""The tiny book with pages whose cells do what no page may do: each makes the build red."""

import re
import tempfile
from pathlib import Path
from textwrap import dedent

import pytest

import books

pytestmark = pytest.mark.timeout(1800)

FRONT = "kernelspec: {name: python3, display_name: Python 3, language: python}\n"
JUPYTEXT = "jupytext:\n  text_representation: {extension: .md, format_name: myst}\n"


def page(source: str, *, front: str = FRONT, tags: str = "") -> str:
    """Return a page of one cell."""
    return (
        f"---\n{JUPYTEXT}{front}---\n\n# Page\n\n```{{code-cell}}\n{tags}\n{dedent(source)}\n```\n"
    )


BLOCK = "---\ntags:\n  - raises-exception\n---"
FLOW = "---\ntags: [hide-input,\n  raises-exception]\n---"
HIDDEN = ":tags: [raises-exception, remove-output]"
TINY = "from dlexp.byhand.tiny import double"

FAULTS = {
    # cells that fail, or do not run
    "block_list": (page("1 / 0", tags=BLOCK), "carry the tag raises-exception"),
    "flow_list": (page("1 / 0", tags=FLOW), "ZeroDivisionError"),
    "no_output": (page("1 / 0", tags=HIDDEN), "ZeroDivisionError"),
    "skipped": (page("1 / 0", tags=":tags: [skip-execution]"), "must run to its end"),
    "allowed": (
        page("1 / 0", front=f"{FRONT}mystnb: {{execution_allow_errors: true}}\n"),
        "got execution_allow_errors",
    ),
    "allowed_failed": (
        page("{}['a']", front=f"{FRONT}mystnb: {{execution_allow_errors: true}}\n"),
        "got KeyError",
    ),
    "older_way": (
        page("1 / 0", front=f"{FRONT}execution: {{allow_errors: true}}\n"),
        "got execution",
    ),
    "off": (page("1", front=f"{FRONT}mystnb: {{execution_mode: 'off'}}\n"), "got execution_mode"),
    "in_line": (
        page("1", front=f"{FRONT}mystnb: {{execution_mode: inline}}\n"),
        "got execution_mode",
    ),
    "other_kernel": (page("1", front="kernelspec: {name: bash}\n"), "got the kernel bash"),
    "leaves": (page("import os; os._exit(0)"), "must run to its end"),
    # what cells do to the machine
    "writes_page": (page("open('index.md', 'w').write('99.1 %')"), "temporary folder only"),
    "writes_path": (page("import pathlib; pathlib.Path('../results/x').touch()"), "temporary"),
    "makes_folder": (page("import os; os.mkdir('new')"), "temporary folder only"),
    "removes": (page("import os; os.remove('second.md')"), "temporary folder only"),
    "renames": (page("import os; os.rename('second.md', 'b')"), "temporary folder only"),
    "copies": (page("import shutil; shutil.copy('../_toc.yml', 'a')"), "temporary folder only"),
    "saves": (page("import numpy; numpy.save('a', [1])"), "temporary folder only"),
    "at_home": (page("open('/home-of-nobody', 'a')"), "temporary folder only"),
    "fetches": (
        page("import urllib.request as u; u.urlopen('http://127.0.0.1:9')"),
        "use the network",
    ),
    "asks_names": (page("import socket; socket.gethostbyname('localhost')"), "use the network"),
    "shell": (page("!echo 6"), "start programs"),
    "script": (page("%%bash\necho 6"), "start programs"),
    "system": (page("import os; os.system('echo 6')"), "start programs"),
    "child": (page("import subprocess; subprocess.run(['true'])"), "start programs"),
    "spawned": (
        page("import multiprocessing as m; m.get_context('spawn').Process(target=print).start()"),
        "start programs",
    ),
    # what cells use, and the page does not follow
    "record": (
        page(
            """
            import json
            from dlexp.paths import RESULTS
            [json.loads(file.read_text()) for file in RESULTS.glob("*/*.json")]
            """
        ),
        "the file results/tiny/measure",
    ),
    "listed": (page("import os; len(os.listdir('../results'))"), "the file results/"),
    "globbed": (page("import pathlib; len(list(pathlib.Path().glob('*.md')))"), "the file book/"),
    "table": (page("import csv; list(csv.reader(open('../data.csv')))"), "the file data.csv"),
    "table_numpy": (page("import numpy; numpy.loadtxt('../data.csv')"), "the file data.csv"),
    "runs_file": (page("%run ../script.py"), "the file script.py"),
    "beside": (page("import beside"), "No module named 'beside'"),
    "found": (
        page("import sys; sys.path.insert(0, '.'); import beside"),
        "the file book/beside.py",
    ),
    "unnamed": (page("import dlexp.byhand.tiny as _"), "the module dlexp.byhand.tiny"),
    "misspelt": (page("1", front=f"{FRONT}depends: [data/nosuch.csv]\n"), "got data/nosuch.csv"),
    "outside": (page("1", front=f"{FRONT}depends: [../other.csv]\n"), "got ../other.csv"),
    # what cells only pretend to compute
    "typed_number": (
        page("from dlexp.draw import publish\npublish.number('typed', 0.991, '.1%')"),
        "must be computed; got 0.991",
    ),
    "environment": (page("import os; os.environ.get('HOME')"), "must not read the environment"),
    "environment_by_name": (page("from os import getenv"), "must not read the environment"),
    "cores": (page("import os; os.cpu_count()"), "the machine about itself; got cpu_count"),
    "host": (page("from socket import gethostname"), "about itself; got gethostname"),
    "names_host": (page("import platform; platform.node()"), "about itself; got node"),
    "user": (page("import getpass; getpass.getuser()"), "about itself; got getuser"),
    "dated": (page("import os; os.stat('.').st_mtime"), "about itself; got st_mtime"),
    "masked": (page("import os; os.umask(18)"), "about itself; got umask"),
    "search_path": (page("import os; os.path.expandvars('$PATH')"), "got expandvars"),
    "by_its_name": (page("import os; getattr(os, 'cpu_count')()"), "got cpu_count"),
    "native": (page("import ctypes"), "libraries of the system; got ctypes"),
    "host_file": (page("open('/etc/hostname').read()"), "machine about itself; got /etc/"),
    "host_numpy": (page("import numpy; numpy.fromregex('/proc/stat', '(.)', 'U')"), "got /proc/"),
    "processes": (page("import pathlib; list(pathlib.Path('/proc').iterdir())"), "got /proc"),
    "native_hidden": (
        page("exec('import ctypes; ctypes.CDLL(None)')"),
        "libraries of the system; got None",
    ),
    "keeps_in_memory": (page("open('/dev/shm/dlexp', 'a')"), "temporary folder only"),
    "keeps_at_home": (
        page("open('../_build/home/x', 'a')"),
        "temporary",
    ),
    # what cells change behind the back of others
    "changes": (page("import dlexp.byhand.tiny as t\nt.TWO = 50"), "it imports; got t.TWO"),
}
"""Pages, and a part of what the build says of each."""

KEEPS = """
import os, tempfile
assert os.listdir(tempfile.gettempdir()) == []
open(os.path.join(tempfile.gettempdir(), "kept-by-a-page"), "x").close()
"""
"""Done by two pages: neither finds what the other left."""

FINE = {
    "timed": page(f"%%capture\n{TINY}\ndouble(3)"),
    "computed": page("import importlib\ntiny = importlib.import_module('dlexp.byhand.tiny')"),
    "executed": page(f"exec('{TINY}')"),
    "timeit": page(f"import timeit; timeit.timeit('{TINY}', number=1);"),
    "one_file": page("open('../data.csv').read()", front=f"{FRONT}depends: data.csv\n"),
    "folder": page("open('../more/a/b.csv').read()", front=f"{FRONT}depends: [more]\n"),
    "listing": page("import os; len(os.listdir('../more'))", front=f"{FRONT}depends: more\n"),
    "scratch": page(
        """
        import tempfile, pathlib
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "a").write_text("words")
        """
    ),
    "keeps": page(KEEPS),
    "keeps_too": page(KEEPS),
    "sets": page("import os\nos.environ['KERAS_BACKEND'] = 'tensorflow'"),
    "pauses": page("import time\nprint('one')\ntime.sleep(0.5)\nprint('two')"),
}
"""Pages that nothing is wrong with."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> books.Outcome:
    """A build of the tiny book with all of these pages."""
    book = books.tiny(tmp_path_factory.mktemp("book") / "tiny")
    texts = {name: text for name, (text, _) in FAULTS.items()} | FINE
    for name, text in texts.items():
        (book.folder / "book" / f"{name}.md").write_text(text, "utf-8")
    (book.folder / "more" / "a").mkdir(parents=True)
    for file in ("data.csv", "more/a/b.csv", "script.py", "book/beside.py"):
        (book.folder / file).write_text("1\n", "utf-8")
    with (book.folder / "_toc.yml").open("a") as contents:
        contents.writelines(f"  - file: book/{name}\n" for name in texts)
    before = _sources(book.folder)
    outcome = book.build()
    assert _sources(book.folder) == before
    assert not Path(tempfile.gettempdir(), "kept-by-a-page").exists()
    return outcome


def _sources(folder: Path) -> dict[str, bytes]:
    """Return what a cell could have spoilt."""
    files = [*folder.glob("*"), *(folder / "book").rglob("*"), *(folder / "code").rglob("*.py")]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def said(outcome: books.Outcome, *places: str) -> str:
    """Return what a build complained of in some files."""
    warnings = [
        each for each in re.split(r"\n(?=\S)", outcome.log) if re.search("WARNING|ERROR", each)
    ]
    return "\n".join(each for each in warnings if any(place in each for place in places))


@pytest.mark.parametrize("name", FAULTS)
def test_what_no_page_may_do_makes_the_build_red(outcome: books.Outcome, name: str) -> None:
    assert outcome.status == 1
    assert FAULTS[name][1] in said(outcome, f"book/{name}.md")


@pytest.mark.parametrize("name", FINE)
def test_what_pages_may_do_is_left_alone(outcome: books.Outcome, name: str) -> None:
    assert said(outcome, f"book/{name}.md") == ""

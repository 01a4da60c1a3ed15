"""What pages may not say of their running, and what is made of their outputs."""

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dlexp.lab.nursery import FORKS
from dlexp.site import kernels, running
from dlexp.site.outputs import Ran


def _page(source: str = "1", **metadata: object) -> object:
    return new_notebook(cells=[new_code_cell(source)], metadata=metadata)


@pytest.mark.parametrize("tags", [["raises-exception"], ["a", "skip-execution"]])
def test_cell_may_not_be_told_to_fail(tags: object) -> None:
    page = new_notebook(cells=[new_code_cell("1 / 0", metadata={"tags": tags})])
    [problem] = running.misuses(page)
    assert "no cell may carry the tag" in problem
    assert "`1 / 0`" in problem


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ({"mystnb": {"execution_allow_errors": True}}, "execution_allow_errors"),
        ({"mystnb": {"execution_mode": "inline"}}, "execution_mode"),
        ({"execution": {"timeout": 1}}, "execution"),
        ({"kernelspec": {"name": "bash", "display_name": "Bash"}}, "the kernel bash"),
    ],
)
def test_page_leaves_its_running_to_the_build(metadata: dict[str, object], named: str) -> None:
    [problem] = running.misuses(_page(**metadata))
    assert problem == f"a page must leave to the build how it is run; got {named}"


def test_plain_page_misuses_nothing() -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    assert (
        list(running.misuses(_page(kernelspec=kernel, mystnb={"render_plugin": "default"}))) == []
    )


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("import os\nos.environ['A']", True),
        ("import os\nos.environ.get('A')", True),
        ("from os import getenv", True),
        ("import os\nos.environ['A'] = '1'", False),
        ("import os\ndel os.environ['A']", False),
        ("environment = 1", False),
    ],
)
def test_environment_may_be_set_and_not_read(source: str, read: bool) -> None:
    assert bool(list(running.misuses(_page(source)))) == read


OURS = "from dlexp.byhand import conv as c\nfrom dlexp.paths import TABLE\nimport keras, sys\n"


@pytest.mark.parametrize(
    "change",
    [
        *("c.A = 1", "c.A += 1", "c.A: int = 1", "del c.A", "c.A[0] = 1", "c.B.A = 1"),
        *("TABLE[0] = 1", "setattr(c, 'A', 1)", "vars(c)['A'] = 1", "c.__dict__['A'] = 1"),
        *("c.__dict__.update(A=1)", "d = c\nd.A = 1", "sys.modules['dlexp'].A = 1"),
        *("import importlib as i\ni.import_module('dlexp').A = 1", "keras.Model = 1"),
        *("for c.A in [1]: pass", "(c.A, x) = 1, 2", "builtins = __import__('x')\nkeras.a.b = 1"),
    ],
)
def test_what_a_page_imports_stays_as_it_is(change: str) -> None:
    problems = list(running.misuses(_page(OURS + change)))
    assert any("must not change what it imports; got" in each for each in problems)


@pytest.mark.parametrize(
    "source", ["a = c.A\na.shape", "x = c.A()\nx.B = 1", "x = {}\nx['c'] = c.A"]
)
def test_a_page_may_change_what_it_made(source: str) -> None:
    assert list(running.misuses(_page(OURS + source))) == []


@pytest.mark.parametrize(
    "source",
    [
        *("import multiprocessing as m\nm.cpu_count()", "from os import sched_getaffinity as s"),
        *(
            "import platform",
            "import psutil",
            "import os\nos.uname()",
            "import pathlib as p\np.Path.home",
        ),
        *(
            "import os\ngetattr(os, 'getpid')()",
            "__import__('platform').node()",
            "import ctypes.util",
        ),
    ],
)
def test_a_page_does_not_ask_the_machine(source: str) -> None:
    assert list(running.misuses(_page(source)))


def _printed(text: str, name: str = "stdout") -> object:
    return new_output("stream", name=name, text=text)


def test_printing_in_pieces_gives_one_output_and_a_figure_stays_between() -> None:
    figure = new_output("display_data", {"text/plain": "figure"})
    outputs = [_printed("a"), _printed("!", "stderr"), _printed("b"), figure, _printed("c")]
    joined = list(running.joined(outputs))
    assert [each.get("text", "figure") for each in joined] == ["ab", "figure", "c"]


def test_cell_that_did_not_run_is_named() -> None:
    ran = new_code_cell("x = 1", execution_count=1)
    page = new_notebook(cells=[ran, new_code_cell(""), new_code_cell("y = 2\nx")])
    [problem] = running.failures(Ran(page, 0.0, ""))
    assert problem == "a page must run to its end; it did not come to `y = 2`"


def test_last_cell_may_not_end_the_kernel() -> None:
    page = new_notebook(cells=[new_code_cell("exit", execution_count=1)])
    assert list(running.failures(Ran(page, 0.0, ""))) != []
    assert list(running.failures(Ran(page, 0.0, "{}"))) == []


def test_two_prints_with_time_between_are_one_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "")
    kernels.install(tmp_path)
    source = "import time\nprint('one')\ntime.sleep(0.5)\nprint('two')"
    ran = running.execute(_page(source), tmp_path, 60)
    [output] = ran.notebook.cells[0].outputs
    assert output.text == "one\ntwo\n"
    assert json.loads(ran.report) == {"files": [], "modules": []}


@pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux")
def test_forked_kernel_says_what_another_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "")
    kernels.install(tmp_path)
    page = _page("import sys, os\nfor name in ('json', 'keras'):\n    print(name in sys.modules)")
    started = running.execute(page, tmp_path, 60)
    with kernels.loaded([]):
        forked = [running.execute(page, tmp_path, 60) for _ in range(2)]
    assert {ran.notebook.cells[0].outputs[0].text for ran in forked} == {"True\nFalse\n"}
    assert [ran.report for ran in forked] == [started.report] * 2


def test_what_several_pages_use_is_loaded_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(kernels, "loaded", lambda names: told.append(sorted(names)))
    one, other = (
        _page("import keras.ops"),
        _page("from tensorflow import nn\nfrom keras import ops"),
    )
    running.shared([one, other])
    running.shared([one, _page("1")])
    with running.shared([one]):
        pass
    assert told == [["keras"], []]

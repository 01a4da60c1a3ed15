"""What several test modules share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser

import books
import fifths
from browsing import chromium
from dlexp.lab.machine import environment
from dlexp.paths import PROJECT

# Keras, Matplotlib and TensorFlow look for settings when they are imported: the user's are no part
# of a test, nor is whether TensorFlow would choose oneDNN on this processor.
SETTINGS = ("KERAS_", "MPL", "TF_ENABLE_ONEDNN_OPTS")
os.environ.update({n: v for n, v in environment().items() if n.startswith(SETTINGS)})
os.environ.pop("MATPLOTLIBRC", None)

# A book that tests copy, and programs that they run: none has tests of its own.
collect_ignore = ["tiny_book", "stand_ins"]

# The same cases every time, and no limit on their time: machines are busy.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

# A job in the background of a shell ignores Ctrl-C, and so would the programs that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = (
    "test_twice.py",  # the real book, which others then find built, and once more on one core
    "test_programs.py",
    "test_shown_cells.py",
    "test_stopping.py",
    "test_edits.py",
    "test_alone.py",
    "browser/test_wide_light.py",
    "browser/test_narrow.py",
    "tuning/test_distributed.py",
    "test_faults.py",
    "test_settings.py",
    "test_cells.py",
    "browser/test_wide_dark.py",
    "browser/test_paper.py",
    "browser/test_served.py",
    "interactive/test_live.py",
    "interactive/test_live_shapes.py",
    "interactive/test_firefox.py",
)
"""Files of tests that take long, the longest first."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fifth",
        action="store_true",
        help="of the costly cases, run the fifth that the commit draws",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "costly: one of many cases that take long; see tests/fifths.py"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest files: `make test` deals out files in this order, and none ends late.

    With ``--fifth``, four of five costly cases are left out.

    Raises
    ------
    pytest.UsageError
        If there is no such file.
    """
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    missing = [str(file) for file in places if not file.is_file()]
    if missing:
        raise pytest.UsageError(f"LONGEST must name files of tests; got {', '.join(missing)}")
    items.sort(key=lambda item: places.get(item.path, len(places)))
    if config.getoption("--fifth"):
        costly = [item for item in items if item.get_closest_marker("costly")]
        out = fifths.left_out(costly, fifths.of_commit())
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


@pytest.fixture(scope="session")
def real_book(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> books.Book:
    """The real book, built where `make book` builds it, which then has nothing left to do.

    One process builds it for all. If that fails, so do the tests that read it.
    """
    own = tmp_path_factory.getbasetemp()
    built = (own if worker_id == "master" else own.parent) / "real-book-is-built"
    book = books.Book(PROJECT)
    with FileLock(built.with_suffix(".lock")):
        if not built.exists():
            outcome = book.build()
            assert outcome.status == 0, outcome.log
            built.touch()
    return book


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> books.Book:
    """A tiny book with the settings, the extensions and the package of the real one, built once."""
    book = books.tiny(tmp_path_factory.mktemp("book") / "tiny")
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    assert outcome.ran == {"first", "second", "tiny"}
    book.keep()
    return book


@pytest.fixture(autouse=True)
def _tiny_put_back(request: pytest.FixtureRequest) -> None:
    """Begin each test with the tiny book as it was built, whatever others did to it."""
    if "tiny" in request.fixturenames:
        request.getfixturevalue("tiny").put_back()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser

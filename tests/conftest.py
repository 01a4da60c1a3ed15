"""What several test modules share."""

import signal

import pytest

import books

# A book that tests copy; it has none of its own.
collect_ignore = ["tiny_book"]

# A job in the background of a shell ignores Ctrl-C, and so would the programs that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what must share a process: the tests of one file, and all that read the site."""
    for item in items:
        of_site = "real_book" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("site" if of_site else item.path.as_posix()))


@pytest.fixture(scope="session")
def real_book(tmp_path_factory: pytest.TempPathFactory) -> books.Book:
    """The real book, built once from a copy of the working tree, or the tests that read it fail."""
    book = books.real(tmp_path_factory.mktemp("real") / "book")
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    return book

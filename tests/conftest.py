"""What several test modules share."""

import pytest

import books

# A book that tests copy; it has none of its own.
collect_ignore = ["tiny_book"]


@pytest.fixture(scope="session")
def real_book(tmp_path_factory: pytest.TempPathFactory) -> books.Book:
    """The real book, built once from a copy of the working tree, or the tests that read it fail."""
    book = books.real(tmp_path_factory.mktemp("real") / "book")
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    return book

"""What the tests of this chapter share: few images."""

from collections.abc import Iterator

import pytest

from small import only_small_mnist


@pytest.fixture(scope="module")
def small_data() -> Iterator[None]:
    """Hold 400 training images, and 100 to validate and to test."""
    with only_small_mnist(400, 100):
        yield

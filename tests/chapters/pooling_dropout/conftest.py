"""What the tests of this chapter share: few images."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from dlexp import data


@pytest.fixture(scope="module")
def small_data() -> Iterator[None]:
    """Hold 2,000 training images, and 400 to validate and to test."""
    mnist, few = data.load("mnist"), np.arange(400)
    small = replace(
        mnist.subset(2_000), validation=mnist.validation.take(few), test=mnist.test.take(few)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "mnist", lambda: small)
        yield

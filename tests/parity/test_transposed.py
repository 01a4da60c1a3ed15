"""The recorded transposed convolutions are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_transposed


def test_recorded_transposed_convolutions_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_transposed.recorded(), record_transposed.record())

"""The recorded convolutions and poolings are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_conv


def test_recorded_convolutions_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_conv.recorded(), record_conv.record())

"""The recorded windows with weights of their own are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_locally_connected


def test_recorded_values_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_locally_connected.recorded(), record_locally_connected.record())

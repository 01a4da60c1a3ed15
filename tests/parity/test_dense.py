"""The recorded dense networks are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_dense


def test_recorded_dense_networks_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_dense.recorded(), record_dense.record())

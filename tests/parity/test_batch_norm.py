"""The recorded normalisations are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_batch_norm


def test_recorded_normalisations_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_batch_norm.recorded(), record_batch_norm.record())

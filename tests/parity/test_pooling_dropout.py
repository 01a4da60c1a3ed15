"""The recorded global poolings and dropouts are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_pooling_dropout


def test_recorded_poolings_and_dropouts_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_pooling_dropout.recorded(), record_pooling_dropout.record())

"""What was recorded of PyTorch's answers, paddings and roundings is what it gives today."""

import pytest

from helpers import assert_same
from parity import record_conv_modes


def test_recorded_answers_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_conv_modes.recorded(), record_conv_modes.record())

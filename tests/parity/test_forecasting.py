"""The recorded forecasts are what PyTorch gives today."""

import pytest

from helpers import assert_same
from parity import record_forecasting


def test_recorded_forecasts_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert_same(record_forecasting.recorded(), record_forecasting.record())

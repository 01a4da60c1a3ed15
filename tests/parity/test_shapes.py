"""The layers that the recorded PyTorch refuses are those that PyTorch refuses today."""

import pytest

from parity import record_shapes


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_recorded_layers_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    assert record_shapes.recorded() == record_shapes.record()

"""The recorded interpolation is what PyTorch gives today."""

import json

import numpy as np
import pytest

from parity import record_grad_cam


def test_recorded_interpolation_is_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    recorded = json.loads(record_grad_cam.FILE.read_text())

    for old, new in zip(recorded, record_grad_cam.record(), strict=True):
        assert old.keys() == new.keys()
        for name in new:
            np.testing.assert_allclose(old[name], new[name], atol=2e-9)

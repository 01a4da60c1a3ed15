"""The recorded convolutions and poolings are what PyTorch gives today."""

from typing import Any

import numpy as np
import pytest

from parity import record_conv


def test_recorded_convolutions_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    same(record_conv.recorded(), record_conv.record())


def same(old: Any, new: Any) -> None:
    """Compare nested records; numbers to the last few bits."""
    if isinstance(old, dict):
        assert old.keys() == new.keys()
        for name, value in old.items():
            same(value, new[name])
    elif isinstance(old, list) and old and isinstance(old[0], float | list):
        np.testing.assert_allclose(np.array(old, float), np.array(new, float), atol=1e-12)
    elif isinstance(old, list):
        for a, b in zip(old, new, strict=True):
            same(a, b)
    else:
        assert old == new

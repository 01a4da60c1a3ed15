"""The recorded recurrent layers are what PyTorch gives today."""

from typing import Any

import numpy as np
import pytest

from parity import record_recurrent


def test_recorded_recurrent_layers_are_what_pytorch_gives() -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    same(record_recurrent.recorded(), record_recurrent.record())


def same(old: Any, new: Any) -> None:
    """Compare nested records; numbers to the last few bits."""
    if isinstance(old, dict):
        assert old.keys() == new.keys()
        for name, value in old.items():
            same(value, new[name])
    elif isinstance(old, list):
        assert len(old) == len(new)
        for a, b in zip(old, new, strict=True):
            same(a, b)
    elif isinstance(old, float):
        assert np.isclose(old, new, rtol=1e-12, atol=1e-12)
    else:
        assert old == new

"""The recorded interpolation and the recorded cure are what PyTorch gives today."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity import record_grad_cam


@pytest.mark.parametrize(
    ("file", "record"),
    [
        (record_grad_cam.FILE, record_grad_cam.record),
        (record_grad_cam.HIRES, record_grad_cam.record_hires),
    ],
)
def test_what_was_recorded_is_what_pytorch_gives(
    file: Path, record: Callable[[], list[dict[str, Any]]]
) -> None:
    """Skipped loudly without PyTorch; ``make parity`` installs it."""
    pytest.importorskip("torch", reason="PyTorch is not installed: run `make parity`")

    recorded = json.loads(file.read_text())

    for old, new in zip(recorded, record(), strict=True):
        assert old.keys() == new.keys()
        for name in new:
            np.testing.assert_allclose(old[name], new[name], atol=2e-9)

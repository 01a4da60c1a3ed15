"""Record what PyTorch gives for windows with weights of their own: values and gradients.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_locally_connected.py`` writes
``data/pytorch/locally_connected.json``. PyTorch has no such layer: `unfold` cuts out the windows.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "locally_connected.json"
CASES: list[dict[str, Any]] = [
    {"name": "plain", "stride": 1, "padding": 0, "kernel": [3, 3], "positions": [5, 4]},
    {"name": "padded", "stride": 1, "padding": 1, "kernel": [3, 3], "positions": [7, 6]},
    {"name": "strided", "stride": 2, "padding": 1, "kernel": [3, 2], "positions": [4, 4]},
]


def recorded() -> list[dict[str, Any]]:
    """Return what was recorded."""
    result: list[dict[str, Any]] = json.loads(FILE.read_text())
    return result


def inputs(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return images (channels last), kernels, biases and upstream gradient of a case."""
    positions = case["positions"]
    kernel = random(1, *positions, *case["kernel"], 2, 3)
    return random(0, 2, 7, 6, 2), kernel, random(2, *positions, 3), random(3, 2, *positions, 3)


def record() -> list[dict[str, Any]]:
    """Ask PyTorch."""
    return [_value(case) for case in CASES]


def _value(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    x, kernel, bias, upstream = inputs(case)
    image = torch.tensor(np.moveaxis(x, -1, 1).copy(), requires_grad=True)
    weights = torch.tensor(kernel, requires_grad=True)
    offset = torch.tensor(bias, requires_grad=True)
    cut = torch.nn.functional.unfold(
        image, case["kernel"], stride=case["stride"], padding=case["padding"]
    )  # (images, channels * taps, positions)
    rows, columns = case["positions"]
    patches = cut.reshape(2, 2, *case["kernel"], rows, columns)
    y = torch.einsum("bcijyx,yxijcf->byxf", patches, weights) + offset
    (y * torch.tensor(upstream)).sum().backward()
    assert image.grad is not None
    assert weights.grad is not None
    assert offset.grad is not None
    return case | {
        "value": y.detach().numpy().tolist(),
        "for_x": np.moveaxis(image.grad.numpy(), 1, -1).tolist(),
        "for_kernel": weights.grad.numpy().tolist(),
        "for_bias": offset.grad.numpy().tolist(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

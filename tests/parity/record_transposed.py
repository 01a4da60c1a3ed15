"""Record what PyTorch gives for transposed convolutions: values and gradients.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_transposed.py`` writes ``data/pytorch/transposed.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "transposed.json"
CASES: list[dict[str, Any]] = [
    {"name": "plain", "stride": 1, "padding": 0, "extra": 0, "dilation": 1, "kernel": [3, 3]},
    {"name": "doubling", "stride": 2, "padding": 1, "extra": 1, "dilation": 1, "kernel": [3, 3]},
    {"name": "even", "stride": 2, "padding": 1, "extra": 0, "dilation": 1, "kernel": [4, 4]},
    {"name": "dilated", "stride": 3, "padding": 0, "extra": 2, "dilation": 2, "kernel": [2, 3]},
]


def recorded() -> list[dict[str, Any]]:
    """Return what was recorded."""
    result: list[dict[str, Any]] = json.loads(FILE.read_text())
    return result


def inputs(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return images (channels last), kernel, bias and upstream gradient of a case."""
    x, kernel = random(0, 2, 3, 4, 3), random(1, *case["kernel"], 2, 3)
    upstream = random(3, *case["shape"]) if "shape" in case else np.empty(0)
    return x, kernel, random(2, 2), upstream


def record() -> list[dict[str, Any]]:
    """Ask PyTorch."""
    return [_value(case) for case in CASES]


def _value(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    x, kernel, bias, _ = inputs(case)
    # PyTorch's kernel is (channels in, channels out, height, width).
    arrays = (np.moveaxis(x, -1, 1), kernel.transpose(3, 2, 0, 1), bias)
    tensors = [torch.tensor(array.copy(), requires_grad=True) for array in arrays]
    y = torch.nn.functional.conv_transpose2d(
        *tensors, stride=case["stride"], padding=case["padding"],
        output_padding=case["extra"], dilation=case["dilation"],
    )  # fmt: skip
    shape = [y.shape[0], *y.shape[2:], y.shape[1]]
    upstream = np.moveaxis(random(3, *shape), -1, 1)
    (y * torch.tensor(upstream.copy())).sum().backward()
    return case | {
        "shape": shape,
        "value": np.moveaxis(y.detach().numpy(), 1, -1).tolist(),
        "for_x": np.moveaxis(tensors[0].grad.numpy(), 1, -1).tolist(),
        "for_kernel": tensors[1].grad.numpy().transpose(2, 3, 1, 0).tolist(),
        "for_bias": tensors[2].grad.numpy().tolist(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

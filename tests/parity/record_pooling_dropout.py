"""Record what PyTorch gives for global pooling and dropout: values, gradients, masks.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_pooling_dropout.py`` writes
``data/pytorch/pooling_dropout.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "pooling_dropout.json"
DROPOUTS: list[dict[str, Any]] = [
    {"name": "quarter", "rate": 0.25, "channels": False},
    {"name": "half", "rate": 0.5, "channels": False},
    {"name": "most", "rate": 0.8, "channels": False},
    {"name": "nothing", "rate": 0.0, "channels": False},
    {"name": "whole channels", "rate": 0.5, "channels": True},
]
GLOBALS = ("amax", "adaptive_max", "adaptive_average")
SHAPE = (3, 4, 5, 2)


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def pool_inputs() -> np.ndarray:
    """Return images with many ties, (3, 4, 5, 2): whole numbers from 0 to 3."""
    return np.random.default_rng(0).integers(0, 4, SHAPE).astype(float)


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    return {
        "dropouts": [_dropout(case) for case in DROPOUTS],
        "globals": {name: _global(name) for name in GLOBALS},
        "refusal": _refusal(),
    }


def _dropout(case: dict[str, Any]) -> dict[str, Any]:
    """Return ones and random numbers after the same mask, and the gradient through it."""
    import torch
    from torch.nn import functional

    drop = functional.dropout2d if case["channels"] else functional.dropout
    x = _first(random(1, *SHAPE))
    torch.manual_seed(0)
    ones = drop(torch.ones_like(x), case["rate"], training=True)
    torch.manual_seed(0)
    y = drop(x, case["rate"], training=True)
    (y * _first(random(2, *SHAPE))).sum().backward()
    return case | {
        "ones": _last(ones),
        "value": _last(y),
        "gradient": _last(x.grad),
        "inference": _last(drop(x, case["rate"], training=False)),
    }


def _global(name: str) -> dict[str, Any]:
    from torch.nn import functional

    functions = {
        "amax": lambda x: x.amax(dim=(2, 3)),
        "adaptive_max": lambda x: functional.adaptive_max_pool2d(x, 1)[:, :, 0, 0],
        "adaptive_average": lambda x: functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0],
    }
    import torch

    x = _first(pool_inputs())
    y = functions[name](x)
    (y * torch.tensor(random(3, *y.shape))).sum().backward()
    return {"value": y.detach().numpy().tolist(), "gradient": _last(x.grad)}


def _refusal() -> str:
    """Return what PyTorch says to a rate above one."""
    import torch

    try:
        torch.nn.Dropout(1.5)
    except ValueError as error:
        return str(error)
    return ""


def _first(array: np.ndarray) -> Any:
    """Return an array with the channels first, as a tensor."""
    import torch

    return torch.tensor(np.moveaxis(array, -1, 1).copy(), requires_grad=True)


def _last(tensor: Any) -> Any:
    return np.moveaxis(tensor.detach().numpy(), 1, -1).tolist()


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

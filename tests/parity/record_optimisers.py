"""Record the weights that PyTorch's optimisers pass through, with and without weight decay.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_optimisers.py`` writes ``data/pytorch/optimisers.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "optimisers.json"
STEPS = 12
START = random(0, 2, 3)
SCALES = np.array([[1e-3, 0.1, 1.0], [3.0, 0.0, 0.5]])
"""Of the slopes: Adam divides by them, and SGD does not. One weight has none at first."""

CASES: list[dict[str, Any]] = [
    {"name": "plain", "kind": "SGD", "settings": {"lr": 0.1}},
    {"name": "momentum", "kind": "SGD", "settings": {"lr": 0.1, "momentum": 0.8}},
    {"name": "nesterov", "kind": "SGD",
     "settings": {"lr": 0.1, "momentum": 0.8, "nesterov": True}},
    {"name": "l2", "kind": "SGD", "settings": {"lr": 0.1, "weight_decay": 0.3}},
    {"name": "l2 and momentum", "kind": "SGD",
     "settings": {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.3}},
    {"name": "adam", "kind": "Adam", "settings": {"lr": 0.05}},
    {"name": "adam, other settings", "kind": "Adam",
     "settings": {"lr": 0.05, "betas": [0.5, 0.9], "eps": 0.1}},
    {"name": "adam and l2", "kind": "Adam", "settings": {"lr": 0.05, "weight_decay": 0.3}},
    {"name": "adamw", "kind": "AdamW", "settings": {"lr": 0.05, "weight_decay": 0.3}},
]  # fmt: skip


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def slope(weights: np.ndarray) -> np.ndarray:
    """Return the gradient of sum(scales * weights² / 2 + weights⁴ / 40)."""
    return SCALES * weights + weights**3 / 10


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    import torch

    adam = torch.optim.Adam([torch.zeros(1)]).defaults
    return {
        "cases": [case | {"weights": _weights(case)} for case in CASES],
        "defaults": {name: adam[name] for name in ("lr", "betas", "eps")},
    }


def _weights(case: dict[str, Any]) -> list[Any]:
    """Return the weights after each step."""
    import torch

    weights = torch.tensor(START, requires_grad=True)
    optimiser = getattr(torch.optim, case["kind"])([weights], **case["settings"])
    path = []
    for _ in range(STEPS):
        weights.grad = torch.tensor(slope(weights.detach().numpy()))
        optimiser.step()
        path.append(weights.detach().tolist())
    return path


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

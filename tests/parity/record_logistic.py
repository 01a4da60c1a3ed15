"""Record what PyTorch gives for logistic regression: losses, gradients, Hessians.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_logistic.py`` writes ``data/pytorch/logistic.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "logistic.json"
CASES: list[dict[str, Any]] = [
    {"name": "plain", "examples": 6, "features": 3, "l2": 0.0, "decayed": [True] * 3},
    {"name": "l2", "examples": 5, "features": 4, "l2": 0.3, "decayed": [True] * 4},
    {"name": "intercept spared", "examples": 7, "features": 3, "l2": 2.0,
     "decayed": [True, True, False]},
    {"name": "one example", "examples": 1, "features": 2, "l2": 0.0, "decayed": [True] * 2},
]  # fmt: skip


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs(case: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Return weights, examples and targets of a case, and which weights are decayed."""
    examples, features = case["examples"], case["features"]
    x, weights = 2 * random(examples, examples, features), random(features, features)
    targets = (random(0, examples) > 0).astype(np.float64)
    return weights, x, targets, np.array(case["decayed"])


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    return {"cases": [case | _case(case) for case in CASES]}


def _case(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    weights, x, targets, decayed = map(torch.tensor, inputs(case))

    def loss(w: Any) -> Any:
        fit = torch.nn.functional.binary_cross_entropy_with_logits(x @ w, targets)
        return fit + case["l2"] / 2 * (w[decayed] ** 2).sum()

    weights.requires_grad_()
    value = loss(weights)
    (slope,) = torch.autograd.grad(value, weights)
    return {
        "probabilities": torch.sigmoid(x @ weights).tolist(),
        "loss": value.item(),
        "gradient": slope.tolist(),
        "hessian": torch.autograd.functional.hessian(loss, weights.detach()).tolist(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

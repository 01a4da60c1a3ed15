"""Record what PyTorch gives for softmax and cross-entropy: values and gradients.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_softmax.py`` writes ``data/pytorch/softmax.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "softmax.json"
CASES: list[dict[str, Any]] = [
    {"name": "small", "examples": 5, "features": 3, "classes": 4, "scale": 1},
    {"name": "sure of itself", "examples": 4, "features": 2, "classes": 3, "scale": 300},
    {"name": "one example", "examples": 1, "features": 2, "classes": 10, "scale": 1},
    {"name": "one class", "examples": 3, "features": 2, "classes": 1, "scale": 1},
]


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs(case: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Return examples, kernel, bias and labels of a case."""
    examples, features, classes = (case[name] for name in ("examples", "features", "classes"))
    x, kernel = random(0, examples, features), case["scale"] * random(1, features, classes)
    labels = np.random.default_rng(2).integers(classes, size=examples)
    return x, kernel, random(3, classes), labels


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    return {"cases": [case | _case(case) for case in CASES]}


def _case(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    x, kernel, bias, labels = map(torch.tensor, inputs(case))
    kernel.requires_grad_()
    bias.requires_grad_()
    logits = x @ kernel + bias
    logits.retain_grad()
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    return {
        "softmax": torch.softmax(logits, 1).tolist(),
        "log_softmax": torch.log_softmax(logits, 1).tolist(),
        "loss": loss.item(),
        "for_logits": logits.grad.tolist(),
        "for_kernel": kernel.grad.tolist(),
        "for_bias": bias.grad.tolist(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

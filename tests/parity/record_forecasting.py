"""Record what PyTorch gives for windows of a series, and for R² and its parts.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_forecasting.py`` writes ``data/pytorch/forecasting.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from helpers import random

FILE = paths.DATA / "pytorch" / "forecasting.json"
WINDOW = 3


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs() -> tuple[np.ndarray, np.ndarray]:
    """Return a series, and a forecast of each of its values."""
    return 5 + random(0, 9), 4 + random(1, 9)


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    import torch

    series, told = map(torch.tensor, inputs())
    rows = series.unfold(0, WINDOW + 2, 1)
    error, variance = series - told, series.var(correction=0)
    r_squared = 1 - torch.nn.functional.mse_loss(told, series) / variance
    return {
        "past": rows[:, :WINDOW].tolist(),
        "then": rows[:, WINDOW:].tolist(),
        "last": rows[:, WINDOW - 1].tolist(),
        "r_squared": r_squared.item(),
        "parts": [
            (error.var(correction=0) / variance).item(),
            (error.mean() ** 2 / variance).item(),
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

"""Record what PyTorch gives for recurrent layers and convolutions over time.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_recurrent.py`` writes ``data/pytorch/recurrent.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths
from dlexp.byhand import recurrent
from helpers import random

FILE = paths.DATA / "pytorch" / "recurrent.json"
SIZES = {"batch": 2, "steps": 5, "features": 3, "units": 2}
CONVOLUTIONS: list[dict[str, Any]] = [
    {"name": "valid", "stride": 1, "padding": "valid", "dilation": 1},
    {"name": "same", "stride": 1, "padding": "same", "dilation": 2},
    {"name": "strided", "stride": 2, "padding": "valid", "dilation": 1},
    {"name": "causal", "stride": 1, "padding": "causal", "dilation": 3},
]
WIDTHS = {"features": 8, "units": 16, "kernel": 3}
"""Of the layers whose parameters are counted."""


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs() -> tuple[np.ndarray, np.ndarray]:
    """Return sequences and the gradient for all states of a recurrent layer."""
    batch, steps, features, units = SIZES.values()
    return random(0, batch, steps, features), random(1, batch, steps, units)


def weights(kind: str) -> list[np.ndarray]:
    """Return weight_ih, weight_hh, bias_ih and bias_hh of a layer of PyTorch."""
    rows = recurrent.GATES[kind] * SIZES["units"]
    shapes = ((rows, SIZES["features"]), (rows, SIZES["units"]), (rows,), (rows,))
    return [random(2 + i, *shape) for i, shape in enumerate(shapes)]


def conv_inputs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sequences (channels last), kernel (taps, channels, filters) and bias."""
    return random(6, 2, 9, 3), random(7, 3, 3, 2), random(8, 2)


def conv_upstream(steps: int) -> np.ndarray:
    """Return the gradient for the output of a convolution of so many steps."""
    return random(9, 2, steps, 2)


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    return {
        "layers": {kind: _layer(kind) for kind in recurrent.GATES},
        "convolutions": [_convolution(case) for case in CONVOLUTIONS],
        "parameters": _parameters(),
    }


def _makers() -> dict[str, Any]:
    import torch

    return {"simple": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def _layer(kind: str) -> dict[str, Any]:
    import torch

    layer = _makers()[kind](
        SIZES["features"], SIZES["units"], batch_first=True, dtype=torch.float64
    )
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    given = {n: torch.tensor(w) for n, w in zip(names, weights(kind), strict=True)}
    layer.load_state_dict(given)
    array, upstream = inputs()
    x = torch.tensor(array, requires_grad=True)
    states = layer(x)[0]
    (states * torch.tensor(upstream)).sum().backward()
    return {
        "value": states.tolist(),
        "for_x": x.grad.tolist(),
        **{f"for_{name}": getattr(layer, name).grad.tolist() for name in names},
    }


def _convolution(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    array, kernel, bias = conv_inputs()
    x = torch.tensor(np.moveaxis(array, -1, 1).copy(), requires_grad=True)
    w = torch.tensor(kernel.transpose(2, 1, 0).copy(), requires_grad=True)
    b = torch.tensor(bias, requires_grad=True)
    before = (len(kernel) - 1) * case["dilation"] if case["padding"] == "causal" else 0
    padding = "same" if case["padding"] == "same" else 0
    padded = torch.nn.functional.pad(x, (before, 0))
    y = torch.nn.functional.conv1d(padded, w, b, case["stride"], padding, case["dilation"])
    (y * torch.tensor(conv_upstream(y.shape[2]).transpose(0, 2, 1).copy())).sum().backward()
    return case | {
        "value": y.detach().numpy().transpose(0, 2, 1).tolist(),
        "for_x": x.grad.numpy().transpose(0, 2, 1).tolist(),
        "for_kernel": w.grad.numpy().transpose(2, 1, 0).tolist(),
        "for_bias": b.grad.tolist(),
    }


def _parameters() -> dict[str, int]:
    """Count the parameters of the layers that the chapter compares."""
    import torch

    features, units, kernel = WIDTHS.values()
    layers = {kind: make(features, units) for kind, make in _makers().items()}
    layers["conv1d"] = torch.nn.Conv1d(features, units, kernel)
    return {name: sum(p.numel() for p in layer.parameters()) for name, layer in layers.items()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

"""Record what PyTorch gives for batch normalisation: values, gradients, statistics, refusals.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_batch_norm.py`` writes ``data/pytorch/batch_norm.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths

FILE = paths.DATA / "pytorch" / "batch_norm.json"
CASES: list[dict[str, Any]] = [
    {"name": "dense", "shape": [6, 3], "epsilon": 1e-5, "momentum": 0.1},
    {"name": "a batch of two", "shape": [2, 4], "epsilon": 1e-3, "momentum": 0.01},
    {"name": "convolutional", "shape": [3, 4, 2, 3], "epsilon": 1e-5, "momentum": 0.1},
    {"name": "one image", "shape": [1, 4, 5, 2], "epsilon": 1e-3, "momentum": 0.3},
]
LAW = [0.0, 0.001, 0.01, 0.0316227766, 0.1, 1.0, 10.0]
"""Standard deviations of an input, from far below the root of epsilon to far above it."""


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs(case: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Return x (channels last), gamma, beta, upstream, running mean and variance of a case."""
    generator = np.random.default_rng(case["shape"])
    x, upstream = generator.normal(size=(2, *case["shape"]))
    gamma, beta, mean, logarithm = generator.normal(size=(4, case["shape"][-1]))
    return 3 * x + 2, gamma, beta, upstream, mean, np.exp(logarithm)


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    import torch

    return {
        "cases": [case | {m: _case(case, m) for m in ("training", "inference")} for case in CASES],
        "defaults": {
            "epsilon": torch.nn.BatchNorm1d(1).eps,
            "momentum": torch.nn.BatchNorm1d(1).momentum,
        },
        "variance_law": [[spread, _spread_after(spread)] for spread in LAW],
        "batch_of_one": _refusal(),
        "parameters": _parameters(),
    }


def _layer(case: dict[str, Any]) -> Any:
    import torch

    _, gamma, beta, _, mean, variance = inputs(case)
    kind = torch.nn.BatchNorm1d if len(case["shape"]) == 2 else torch.nn.BatchNorm2d
    layer = kind(len(gamma), case["epsilon"], case["momentum"], dtype=torch.float64)
    names = {"weight": gamma, "bias": beta, "running_mean": mean, "running_var": variance}
    layer.load_state_dict(
        {name: torch.tensor(value) for name, value in names.items()}, strict=False
    )
    return layer


def _case(case: dict[str, Any], mode: str) -> dict[str, Any]:
    import torch

    arrays, layer = inputs(case), _layer(case).train(mode == "training")
    x = torch.tensor(np.moveaxis(arrays[0], -1, 1).copy(), requires_grad=True)
    y = layer(x)
    (y * torch.tensor(np.moveaxis(arrays[3], -1, 1).copy())).sum().backward()
    return {
        "value": np.moveaxis(y.detach().numpy(), 1, -1).tolist(),
        "for_x": np.moveaxis(x.grad.numpy(), 1, -1).tolist(),
        "for_gamma": layer.weight.grad.tolist(),
        "for_beta": layer.bias.grad.tolist(),
        "running_mean": layer.running_mean.tolist(),
        "running_variance": layer.running_var.tolist(),
    }


def _spread_after(spread: float) -> float:
    """Return the variance that comes out for values of this standard deviation."""
    import torch

    x = spread * torch.tensor([[1.0], [-1.0]] * 8, dtype=torch.float64)
    y = torch.nn.BatchNorm1d(1, dtype=torch.float64)(x)
    return float(y.detach().var(correction=0))


def _refusal() -> str:
    """Return what PyTorch says to a dense layer's batch of one."""
    import torch

    try:
        torch.nn.BatchNorm1d(20)(torch.zeros(1, 20))
    except ValueError as error:
        return " ".join(str(error).split())
    return ""


def _parameters() -> dict[str, int]:
    """Count the parameters of the reports' layer: ten inputs, twenty units."""
    import torch

    dense, norm = torch.nn.Linear(10, 20), torch.nn.BatchNorm1d(20)
    buffers = {name: b.numel() for name, b in norm.named_buffers() if name.startswith("running")}
    return {
        "dense": sum(p.numel() for p in dense.parameters()),
        "norm": sum(p.numel() for p in norm.parameters()),
        "running": sum(buffers.values()),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

"""Record what PyTorch gives for activations and dense networks: values, slopes, gradients.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_dense.py`` writes ``data/pytorch/dense.json``.
"""

import json
from itertools import pairwise
from typing import Any

import numpy as np

from dlexp import paths
from dlexp.byhand.activations import ACTIVATIONS, Activation
from dlexp.byhand.dense import DenseLayer
from helpers import random

FILE = paths.DATA / "pytorch" / "dense.json"
SIZES = (3, 5, 4, 2)
COUNTED = ((784, 10), (784, 64, 64, 10), (784, 128, 64, 10), (784, 500, 300, 10))
"""The networks of reports C and D."""

POINTS = [-100.0, -8.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 3.0, 8.0, 100.0]


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs(activation: Activation) -> tuple[np.ndarray, list[DenseLayer], np.ndarray]:
    """Return examples, layers and the gradient for the output; the last layer is linear."""
    kernels = [random(i, *sizes) for i, sizes in enumerate(pairwise(SIZES))]
    kinds: list[Activation] = [activation, activation, "linear"]
    layers = [
        DenseLayer(kernel, random(9, kernel.shape[1]), kind)
        for kernel, kind in zip(kernels, kinds, strict=True)
    ]
    return random(7, 6, SIZES[0]), layers, random(8, 6, SIZES[-1])


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    return {
        "activations": {name: _activation(name) for name in ACTIVATIONS},
        "networks": {name: _network(name) for name in ACTIVATIONS},
        "parameters": [[sizes, _parameters(sizes)] for sizes in map(list, COUNTED)],
    }


def _functions() -> dict[str, Any]:
    import torch

    return {
        "linear": lambda x: 1 * x,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "gelu": torch.nn.functional.gelu,
    }


def _activation(name: Activation) -> dict[str, Any]:
    import torch

    x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    y = _functions()[name](x)
    y.sum().backward()
    return {"value": y.tolist(), "slope": x.grad.tolist()}


def _network(name: Activation) -> dict[str, Any]:
    import torch

    array, layers, upstream = inputs(name)
    x = y = torch.tensor(array, requires_grad=True)
    modules = [_linear(layer) for layer in layers]
    for layer, module in zip(layers, modules, strict=True):
        y = _functions()[layer.activation](module(y))
    (y * torch.tensor(upstream)).sum().backward()
    return {
        "value": y.tolist(),
        "for_x": x.grad.tolist(),
        "for_kernels": [module.weight.grad.T.tolist() for module in modules],
        "for_biases": [module.bias.grad.tolist() for module in modules],
    }


def _linear(layer: DenseLayer) -> Any:
    import torch

    module = torch.nn.Linear(*layer.kernel.shape, dtype=torch.float64)
    weights = {"weight": torch.tensor(layer.kernel.T), "bias": torch.tensor(layer.bias)}
    module.load_state_dict(weights)
    return module


def _parameters(sizes: list[int]) -> int:
    import torch

    modules = [torch.nn.Linear(*both) for both in pairwise(sizes)]
    return sum(p.numel() for p in torch.nn.Sequential(*modules).parameters())


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

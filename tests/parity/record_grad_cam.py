"""Record what PyTorch's bilinear interpolation and a HiResCAM in PyTorch give, with gradients.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_grad_cam.py`` writes ``data/pytorch/interpolate.json`` and
``data/pytorch/hires.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths

FILE = paths.DATA / "pytorch" / "interpolate.json"
HIRES = paths.DATA / "pytorch" / "hires.json"
CASES = [((7, 7), (28, 28)), ((3, 5), (9, 10)), ((4, 2), (6, 7)), ((1, 3), (4, 4))]


def record() -> list[dict[str, Any]]:
    """Return one case per pair of sizes, with random maps and random upstream gradients."""
    return [_case(seed, source, target) for seed, (source, target) in enumerate(CASES)]


def _case(seed: int, source: tuple[int, int], target: tuple[int, int]) -> dict[str, Any]:
    import torch

    generator = np.random.default_rng(seed)
    # Few digits keep the file small; the values are exact in JSON all the same.
    maps = generator.normal(size=(1, *source)).round(3)
    upstream = generator.normal(size=(1, *target)).round(3)
    inputs = torch.tensor(maps[:, np.newaxis], dtype=torch.float64, requires_grad=True)
    value = torch.nn.functional.interpolate(
        inputs, size=target, mode="bilinear", align_corners=False
    )
    (value[:, 0] * torch.tensor(upstream)).sum().backward()
    return {
        "size": list(target),
        "maps": maps.tolist(),
        "upstream": upstream.tolist(),
        "value": value[:, 0].detach().numpy().round(9).tolist(),
        "gradient": inputs.grad[:, 0].numpy().round(9).tolist(),
    }


def record_hires() -> list[dict[str, Any]]:
    """Return one case per shape: the slopes of a head with hidden units, and the map of them."""
    shapes = [(3, 4, 5), (1, 2, 2), (7, 7, 3)]
    return [_hires(seed, shape) for seed, shape in enumerate(shapes)]


def _hires(seed: int, shape: tuple[int, int, int]) -> dict[str, Any]:
    """Explain the first class of a random head; arrays are (1, height, width, channels)."""
    import torch

    generator = np.random.default_rng(seed)
    drawn = np.abs(generator.normal(size=(1, *shape))).round(3)
    upstream = generator.normal(size=(1, *shape[:2])).round(3)
    torch.manual_seed(seed)
    head = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(int(np.prod(shape)), 8), torch.nn.ReLU(),
        torch.nn.Linear(8, 2),
    ).double()  # fmt: skip
    activations = torch.tensor(drawn, requires_grad=True)
    slopes = torch.autograd.grad(head(activations)[0, 0], activations)[0]
    value = torch.relu((slopes * activations).sum(dim=3))
    (value * torch.tensor(upstream)).sum().backward()
    return {
        "activations": drawn.tolist(),
        "gradients": slopes.numpy().round(9).tolist(),
        "upstream": upstream.tolist(),
        "value": value.detach().numpy().round(9).tolist(),
        "gradient": activations.grad.numpy().round(9).tolist(),
    }


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(record()) + "\n")
    HIRES.write_text(json.dumps(record_hires()) + "\n")

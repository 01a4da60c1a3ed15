"""Record what PyTorch's bilinear interpolation gives, in value and gradient.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_grad_cam.py`` writes ``data/pytorch/interpolate.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths

FILE = paths.DATA / "pytorch" / "interpolate.json"
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


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(record()) + "\n")

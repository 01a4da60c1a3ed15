"""Record which layers PyTorch refuses, and which sizes the others give.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_shapes.py`` writes ``data/pytorch/shapes.json``.
"""

import json
from typing import Any

import numpy as np

from dlexp import paths

FILE = paths.DATA / "pytorch" / "shapes.json"
COUNT = 500


def recorded() -> list[dict[str, Any]]:
    """Return what was recorded: the layers of `layers`, each with its size or None."""
    result: list[dict[str, Any]] = json.loads(FILE.read_text())
    return result


def layers(count: int = COUNT) -> list[dict[str, Any]]:
    """Draw convolutions and poolings as the live calculator has them, each on a size.

    Some do not fit; some have a padding that one framework or another refuses.
    """
    generator = np.random.default_rng(8)
    return [_layer(generator) for _ in range(count)]


def _layer(generator: np.random.Generator) -> dict[str, Any]:
    size, kernel, stride, dilation = (int(n) for n in generator.integers(1, [40, 8, 5, 4]))
    padding = ["valid", "same", int(generator.integers(1, 6))][generator.integers(3)]
    common = {"size": size, "stride": stride, "padding": padding}
    if generator.random() < 0.4:
        return {"kind": "pool", "window": kernel} | common
    return {"kind": "conv", "filters": 1, "kernel": kernel, "dilation": dilation} | common


def record() -> list[dict[str, Any]]:
    """Ask PyTorch."""
    return [layer | {"found": _size(layer)} for layer in layers()]


def _size(layer: dict[str, Any]) -> int | None:
    import torch

    padding = 0 if layer["padding"] == "valid" else layer["padding"]
    try:
        if layer["kind"] == "pool":
            built: Any = torch.nn.MaxPool2d(layer["window"], layer["stride"], padding)
        else:
            built = torch.nn.Conv2d(
                1, 1, layer["kernel"], layer["stride"], padding, layer["dilation"]
            )
        return int(built(torch.zeros(1, 1, layer["size"], layer["size"])).shape[2])
    except (RuntimeError, ValueError, TypeError):
        return None


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

"""Record what PyTorch gives for convolutions and poolings: values, gradients, sizes, refusals.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_conv.py`` writes ``data/pytorch/conv.json``.
"""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from dlexp import paths
from dlexp.byhand.shapes import Convolution, Layer, Pooling
from dlexp.chapters.conv_shapes import nets as experiment
from helpers import random

FILE = paths.DATA / "pytorch" / "conv.json"
VALUES: list[dict[str, Any]] = [
    {"name": "plain", "stride": 1, "padding": 0, "dilation": 1, "kernel": [3, 3]},
    {"name": "padded", "stride": 1, "padding": 1, "dilation": 1, "kernel": [3, 3]},
    {"name": "strided", "stride": 2, "padding": 1, "dilation": 1, "kernel": [3, 2]},
    {"name": "dilated", "stride": 1, "padding": 2, "dilation": 2, "kernel": [3, 3]},
    {"name": "strided and dilated", "stride": 2, "padding": 1, "dilation": 2, "kernel": [2, 3]},
]
POOLS: list[dict[str, Any]] = [
    {"name": "windows of two", "size": 2, "stride": 2, "padding": 0},
    {"name": "windows of three", "size": 3, "stride": 2, "padding": 1},
    {"name": "windows that overlap", "size": 2, "stride": 1, "padding": 0},
]


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def inputs(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return images (channels last), kernel, bias and upstream gradient of a case."""
    x, kernel = random(0, 2, 7, 6, 2), random(1, *case["kernel"], 2, 3)
    upstream = random(3, *case["shape"]) if "shape" in case else np.empty(0)
    return x, kernel, random(2, 3), upstream


def record() -> dict[str, Any]:
    """Ask PyTorch."""
    import torch

    return {
        "release": torch.__version__.partition("+")[0],
        "values": [_value(case) for case in VALUES],
        "pools": [_pool(case) for case in POOLS],
        "sizes": _sizes(),
        "nine_layers": _walk(experiment.nine_layers()),
        "nine_layers_stride_one": _walk(experiment.nine_layers(stride=1)),
        "strided_same": _refusal(lambda nn, _: nn.Conv2d(1, 1, 3, stride=2, padding="same")),
        "misfits": {
            "convolution": _refusal(lambda nn, image: nn.Conv2d(1, 3, 5)(image)),
            "max pooling": _refusal(lambda nn, image: nn.MaxPool2d(5, 1)(image)),
            "average pooling": _refusal(lambda nn, image: nn.AvgPool2d(5, 1)(image)),
        },
    }


def _first(array: np.ndarray) -> Any:
    """Return an array with the channels first, as a tensor."""
    import torch

    return torch.tensor(np.moveaxis(array, -1, 1).copy(), requires_grad=True)


def _last(tensor: Any) -> Any:
    return np.moveaxis(tensor.detach().numpy(), 1, -1).tolist()


def _value(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    x, kernel, bias, _ = inputs(case)
    tensors = _first(x), torch.tensor(kernel.transpose(3, 2, 0, 1).copy(), requires_grad=True)
    offset = torch.tensor(bias, requires_grad=True)
    chosen = {name: case[name] for name in ("stride", "padding", "dilation")}
    y = torch.nn.functional.conv2d(*tensors, offset, **chosen)
    shape = [y.shape[0], *y.shape[2:], y.shape[1]]
    upstream = np.moveaxis(random(3, *shape), -1, 1)
    (y * torch.tensor(upstream.copy())).sum().backward()
    return case | {
        "shape": shape,
        "value": _last(y),
        "for_x": _last(tensors[0].grad),
        "for_kernel": tensors[1].grad.numpy().transpose(2, 3, 1, 0).tolist(),
        "for_bias": offset.grad.numpy().tolist(),
    }


def pool_inputs() -> np.ndarray:
    """Return images with many ties: whole numbers from 0 to 3."""
    return np.random.default_rng(4).integers(0, 4, (2, 7, 6, 2)).astype(float)


def _pool(case: dict[str, Any]) -> dict[str, Any]:
    import torch

    found: dict[str, Any] = dict(case)
    chosen = {"stride": case["stride"], "padding": case["padding"]}
    for kind, options in (("max", {}), ("average", {"count_include_pad": False})):
        x = _first(pool_inputs())
        pool = torch.nn.functional.max_pool2d if kind == "max" else torch.nn.functional.avg_pool2d
        y = pool(x, case["size"], **chosen, **options)
        upstream = np.moveaxis(random(5, y.shape[0], *y.shape[2:], y.shape[1]), -1, 1)
        (y * torch.tensor(upstream.copy())).sum().backward()
        found[kind] = _last(y)
        found[f"{kind}_gradient"] = _last(x.grad)
    return found


def _sizes(count: int = 400) -> list[list[int | None]]:
    """Return random settings along one direction with PyTorch's size, or None if it refuses."""
    generator, cases = np.random.default_rng(6), []
    for _ in range(count):
        size, kernel = generator.integers(1, 40), generator.integers(1, 8)
        stride, padding, dilation = generator.integers([1, 0, 1], [5, 5, 5])
        case = [int(n) for n in (size, kernel, stride, padding, dilation)]
        cases.append([*case, _torch_size(*case)])
    return cases


def _torch_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int | None:
    import torch

    try:
        y = torch.nn.functional.conv1d(
            torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), None, stride, padding, dilation
        )
    except RuntimeError:
        return None
    return int(y.shape[2])


def _walk(layers: list[Layer]) -> list[dict[str, Any]]:
    """Walk a network of the reports on meta tensors, which have shapes and no values."""
    import torch

    height, width, channels = experiment.IMAGE
    x, rows = torch.zeros(1, channels, height, width, device="meta"), []
    for layer in layers:
        module = _module(layer, x.shape[1])
        parameters = sum(p.numel() for p in module.parameters())
        try:
            x = module(x)
        except RuntimeError as error:
            return [*rows, {"reason": " ".join(str(error).split()), "parameters": parameters}]
        rows.append({"shape": [*x.shape[2:], x.shape[1]], "parameters": parameters})
    return rows


def _module(layer: Layer, channels: int) -> Any:
    import torch

    if isinstance(layer, Pooling):
        return torch.nn.MaxPool2d(layer.window)
    assert isinstance(layer, Convolution)
    return torch.nn.Conv2d(
        channels, layer.filters, layer.kernel, layer.stride,
        "same" if layer.padding == "same" else 0, layer.dilation, device="meta",
    )  # fmt: skip


def _refusal(attempt: Callable[[Any, Any], Any]) -> str:
    """Return what PyTorch says instead of a layer's output, or nothing if it gives one."""
    import torch

    try:
        attempt(torch.nn, torch.zeros(1, 1, 4, 4))
    except (RuntimeError, ValueError) as error:
        return " ".join(str(error).split())
    return ""


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

"""Record what PyTorch answers at once and without values, where it pads, how poolings round up.

Run it where PyTorch is installed (``make parity`` does that):
``.venv/bin/python tests/parity/record_conv_modes.py`` writes ``data/pytorch/conv_modes.json``.
"""

import json
import warnings
from collections import Counter
from itertools import product
from typing import Any

import numpy as np

from dlexp import paths
from dlexp.byhand.sizes import effective_kernel
from dlexp.chapters.conv_shapes import measure, modes, torch_rules
from dlexp.chapters.conv_shapes.settings import Pair, Setting, draw

FILE = paths.DATA / "pytorch" / "conv_modes.json"


def recorded() -> dict[str, Any]:
    """Return what was recorded."""
    result: dict[str, Any] = json.loads(FILE.read_text())
    return result


def record() -> dict[str, Any]:
    """Ask PyTorch, which warns that an even kernel may cost it a copy of the image."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using padding='same' with even kernel")
        return _answered()


def _answered() -> dict[str, Any]:
    import torch

    settings = _settings()
    return {
        "release": torch.__version__.partition("+")[0],
        "asked": len(settings),
        "answers": {
            "pytorch_at_once": modes.counted(settings, [_shape(s, "cpu") for s in settings]),
            "pytorch_building": modes.counted(settings, [_shape(s, "meta") for s in settings]),
        },
        "same": [[*case, *_zeros(*case)] for case in _kept_sizes()],
        "rounded_up": _rounded_up(),
        "pools": _pools(),
        "channels_first": _channels(),
    }


def _settings() -> list[Setting]:
    """Return the settings of the chapter's runs; a word beside a stride PyTorch does not know."""
    found = []
    for seed in measure.SEEDS:
        generator = np.random.default_rng(seed)
        config = modes.Asking()
        drawn = [draw(generator, config.largest) for _ in range(config.drawn)]
        found += modes.balanced(drawn)
    return [s for s in found if s.padding == "valid" or max(s.stride) == 1]


def _shape(setting: Setting, device: str) -> modes.Answer:
    """Return the shape, channels last, or None."""
    import torch

    x = torch.ones((1, 1, *setting.size), device=device)
    kernel = torch.ones((modes.FILTERS, 1, *setting.kernel), device=device)
    try:
        y = torch.nn.functional.conv2d(
            x, kernel, None, setting.stride, setting.padding, setting.dilation
        )
    except RuntimeError:
        return None
    return (1, *y.shape[2:], y.shape[1])


def _kept_sizes() -> list[tuple[int, int, int]]:
    cases = product(range(1, 13), range(1, 7), range(1, 4))
    return [(n, k, d) for n, k, d in cases if effective_kernel(k, d) <= n]


def _zeros(n: int, k: int, d: int) -> tuple[int, int]:
    """Return the zeros before and after: one filter per tap on cells that count 1, 2, ... n."""
    import torch

    cells = torch.arange(1.0, n + 1).reshape(1, 1, n)
    y = torch.nn.functional.conv1d(cells, torch.eye(k).reshape(k, 1, k), padding="same", dilation=d)
    first, last = (y[0, :, i].numpy() for i in (0, -1))
    starts = [int(t[t > 0][0]) - 1 - int(np.flatnonzero(t)[0]) * d for t in (first, last)]
    return -starts[0], starts[1] + effective_kernel(k, d) - n


def _rounded_up() -> list[list[int]]:
    """Return window, stride, padding and size of poolings that fit, and their outputs."""
    import torch

    cases = product(range(1, 13), range(1, 5), range(1, 5), range(3))
    return [
        [n, k, s, p, int(_pooled(torch.nn.MaxPool1d(k, s, p, ceil_mode=True), n))]
        for n, k, s, p in cases
        if k <= n and p <= k // 2
    ]


def _pooled(pool: Any, n: int) -> int:
    import torch

    return int(pool(torch.zeros(1, 1, n)).shape[2])


def _pools() -> dict[str, dict[str, int]]:
    """Count what each pooling answers to random settings, rounding down and up."""
    drawn = _drawn_pools()
    return {
        f"{kind}_{way}": dict(Counter(_answer(kind, each, up=way == "up") for each in drawn))
        for kind in ("max", "mean")
        for way in ("down", "up")
    }


def _drawn_pools() -> list[tuple[Setting, Pair]]:
    """Draw as many settings for each seed as there are convolutions; zeros to half a window."""
    found = []
    for seed in measure.SEEDS:
        generator = np.random.default_rng(seed)
        for _ in range(modes.Asking().drawn):
            setting = draw(generator, torch_rules.LARGEST_POOLED)
            zeros = generator.integers(np.array(setting.kernel) // 2 + 1)
            found.append((setting, (int(zeros[0]), int(zeros[1]))))
    return found


def _answer(kind: str, drawn: tuple[Setting, Pair], *, up: bool) -> str:
    """Say whether the window fits, and whether what came is what the rule says."""
    import torch

    setting, zeros = drawn
    dilation = setting.dilation if kind == "max" else (1, 1)
    sides = zip(setting.size, setting.kernel, setting.stride, zeros, dilation, strict=True)
    fits, expected = torch_rules.pooled([*sides], up=up)
    x = torch.zeros(1, 1, *setting.size)
    how = (setting.kernel, setting.stride, zeros)
    try:
        if kind == "max":
            y = torch.nn.functional.max_pool2d(x, *how, dilation=dilation, ceil_mode=up)
        else:
            y = torch.nn.functional.avg_pool2d(x, *how, ceil_mode=up)
        came = (*y.shape[2:],)
    except RuntimeError:
        came = None
    return f"{'fits' if fits else 'misfits'}_{torch_rules.kind(came, expected)}"


def _channels() -> dict[str, list[int]]:
    """Return the shapes of an image, a kernel and an output."""
    import torch

    layer = torch.nn.Conv2d(3, 8, 5)
    x = torch.zeros(1, 3, 32, 32)
    return {"x": [*x.shape], "kernel": [*layer.weight.shape], "y": [*layer(x).shape]}


if __name__ == "__main__":
    FILE.write_text(json.dumps(record()) + "\n")

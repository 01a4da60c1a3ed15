"""What the page on shapes shows of zeros and of rounding: arithmetic, and PyTorch as recorded."""

from typing import Any

from dlexp.byhand import conv
from dlexp.chapters.conv_shapes import figures, torch_rules
from dlexp.draw import publish


def two_starts() -> None:
    """Draw the windows of same padding beside those of half a kernel, where they differ."""
    strided: dict[str, Any] = {"size": 8, "kernel": 3, "stride": 2}
    settings = {
        "same padding, as TensorFlow lays it": {**strided, "padding": "same"},
        "half a kernel at both ends": {**strided, "padding": 1},
    }
    publish.figure("two_starts", figures.windows(settings, numbered=True))


def strided_same() -> None:
    """Set same padding beside half a kernel, with a stride."""
    rows: list[list[str | int]] = []
    for n in (7, 8, 9, 10):
        before, after = conv.split_padding(n, 3, stride=2, padding="same")
        sizes = [conv.output_size(n, 3, stride=2, padding="same")]
        sizes += [conv.output_size(n, 3, stride=2, padding=1)]
        rows.append([str(n), f"{before} + {after}", "1 + 1", *sizes])
    header = [
        "image", "TensorFlow adds", "half a kernel adds", "size (same)", "size (half)",
    ]  # fmt: skip
    caption = "Zeros before + after; the kernel is three wide, the stride two"
    publish.table("strided_same", header, rows, caption=caption)


def torch_pools() -> None:
    """Say of how many settings the rules told wrongly what a pooling of PyTorch gives."""
    pools = torch_rules.modes()["pools"]
    wrong = (n for ways in pools.values() for what, n in ways.items() if what.endswith("otherwise"))
    publish.number("torch_pools_otherwise", sum(wrong), "d")
    publish.number("torch_pools_asked", sum(pools["max_down"].values()), ",d")


def known() -> None:
    """Say what becomes of an odd and an even size with settings that are used much."""
    rows = []
    for k, s, p in ((3, 1, 1), (3, 2, 1), (4, 2, 1), (7, 2, 3), (2, 2, 0)):
        halves = [_beside_same(n, k, s, p) for n in (27, 28)]
        rows.append([f"{k}, {s}, {p}", *halves])
    header = ["kernel, stride, zeros", "27 becomes", "28 becomes"]
    caption = "Settings to know by heart (*: not the windows of TensorFlow's same padding)"
    publish.table("known", header, rows, caption=caption)


def _beside_same(n: int, k: int, s: int, p: int) -> str:
    """Return the size, with a sign where same padding lays its windows elsewhere."""
    size = conv.output_size(n, k, stride=s, padding=p)
    before, _ = conv.split_padding(n, k, stride=s, padding="same")
    alike = before == p and size == conv.output_size(n, k, stride=s, padding="same")
    return str(size) if alike else f"{size} *"


def rounding() -> None:
    """Set the four roundings of a pooling side by side."""
    rows: list[list[str | int]] = []
    for size, window, stride in ((11, 3, 3), (12, 3, 3), (28, 2, 2), (7, 2, 2), (3, 1, 3)):
        sizes = [
            conv.output_size(size, window, stride=stride, padding="valid"),
            conv.output_size(size, window, stride=stride, padding="same"),
            conv.output_size(size, window, stride=stride),
            torch_rules.rounded_up(size, window, stride=stride),
        ]
        rows.append([f"{size}, {window}, {stride}", *sizes])
    header = ["cells, window, stride", "Keras valid", "Keras same", "PyTorch", "with ceil_mode"]
    publish.table("rounding", header, rows, caption="Outputs of a pooling")

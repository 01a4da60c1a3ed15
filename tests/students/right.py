"""What a careful student hands in: a convolution by loops, and a loss with its gradient."""

import numpy as np


def conv2d(x, kernel, bias=None, *, stride=1, padding=0, dilation=1):
    _check(x, kernel, bias, stride)
    (sy, sx), (dy, dx), (py, px) = _two(stride), _two(dilation), _two(padding)
    height, width, _, filters = kernel.shape
    rows = _sides(py, x.shape[1], height, sy, dy)
    columns = _sides(px, x.shape[2], width, sx, dx)
    x = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    reach_y, reach_x = (height - 1) * dy + 1, (width - 1) * dx + 1
    y = np.zeros(
        (len(x), (x.shape[1] - reach_y) // sy + 1, (x.shape[2] - reach_x) // sx + 1, filters)
    )
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            top, left = i * sy, j * sx
            patch = x[:, top : top + reach_y : dy, left : left + reach_x : dx]
            y[:, i, j] = np.einsum("bhwc,hwcf->bf", patch, kernel)
    return y if bias is None else y + bias


def _two(value):
    return value if isinstance(value, tuple) else (value, value)


def _sides(padding, size, kernel, stride, dilation):
    if padding == "valid":
        return 0, 0
    if padding == "same":
        steps = -(-size // stride)
        total = max((steps - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
        return total // 2, total - total // 2
    return _two(padding)


def _check(x, kernel, bias, stride):
    if x.ndim != 4:
        raise ValueError(f"`x` needs four axes; got {x.shape}")
    if kernel.ndim != 4 or kernel.shape[2] != x.shape[3]:
        raise ValueError(f"`kernel` needs the channels of `x`; got {kernel.shape}")
    if bias is not None and bias.shape != kernel.shape[3:]:
        raise ValueError(f"`bias` needs a number for each filter; got {bias.shape}")
    if min(_two(stride)) < 1:
        raise ValueError(f"`stride` cannot be below 1; got {stride}")


def cross_entropy_gradient(logits, labels):
    classes = logits.shape[1]
    for label in labels:
        if not 0 <= label < classes:
            raise ValueError(f"`labels` are classes; got {label}")
    if labels.shape != logits.shape[:1]:
        raise ValueError(f"`labels` needs one for each row; got {labels.shape}")
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return (probabilities - np.eye(classes)[labels]) / len(logits)

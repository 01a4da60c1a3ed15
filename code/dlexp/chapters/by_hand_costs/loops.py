"""Functions of `dlexp.byhand` as one would write them first: plain loops over plain lists.

Chapter: book/by_hand_costs.md. Each takes one image or one sequence.
"""

import math
from typing import TypeAlias

Rows: TypeAlias = list[list[list[float]]]
"""One image: rows, columns, channels."""

Matrix: TypeAlias = list[list[float]]

Taps: TypeAlias = list[list[list[list[float]]]]
"""A kernel: rows, columns, channels, filters."""


def conv2d(image: Rows, kernel: Taps, bias: list[float]) -> Rows:
    """Return the convolution of a padded image, one number after the other.

    Examples
    --------
    >>> conv2d([[[1.0], [2.0], [4.0]]], [[[[1.0]], [[-1.0]]]], [0.5])
    [[[-0.5], [-1.5]]]
    """
    rows = range(len(image) - len(kernel) + 1)
    columns = range(len(image[0]) - len(kernel[0]) + 1)
    filters = range(len(bias))
    return [[[_tap(image, kernel, bias, y, x, f) for f in filters] for x in columns] for y in rows]


def _tap(image: Rows, kernel: Taps, bias: list[float], y: int, x: int, f: int) -> float:
    total = bias[f]
    for i, row in enumerate(kernel):
        for j, weights in enumerate(row):
            for c, weight in enumerate(weights):
                total += image[y + i][x + j][c] * weight[f]
    return total


def max_pool2d(image: Rows) -> Rows:
    """Return the largest value of each window of two by two.

    Examples
    --------
    >>> max_pool2d([[[1.0], [2.0]], [[4.0], [3.0]]])
    [[[4.0]]]
    """
    pooled = []
    for y in range(0, len(image) - 1, 2):
        row = []
        for x in range(0, len(image[0]) - 1, 2):
            cells = (image[y][x], image[y][x + 1], image[y + 1][x], image[y + 1][x + 1])
            row.append([max(values) for values in zip(*cells, strict=True)])
        pooled.append(row)
    return pooled


def lstm(sequence: Matrix, kernel: Matrix, recurrent: Matrix, bias: list[float]) -> Matrix:
    """Return what an LSTM shows at each step.

    Examples
    --------
    >>> lstm([[1.0]], [[0.0] * 4], [[0.0] * 4], [99.0, 99.0, 99.0, 99.0])
    [[0.7615941559557649]]
    """
    units = len(recurrent)
    shown, cell, states = [0.0] * units, [0.0] * units, []
    for features in sequence:
        sums = [
            bias[g]
            + sum(value * row[g] for value, row in zip(features, kernel, strict=True))
            + sum(value * row[g] for value, row in zip(shown, recurrent, strict=True))
            for g in range(4 * units)
        ]
        for n in range(units):
            let_in, forget, candidate = sums[n], sums[units + n], sums[2 * units + n]
            cell[n] = _sigmoid(forget) * cell[n] + _sigmoid(let_in) * math.tanh(candidate)
        shown = [_sigmoid(sums[3 * units + n]) * math.tanh(cell[n]) for n in range(units)]
        states.append(shown)
    return states


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))

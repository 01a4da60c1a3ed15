"""What the page on costs shows of its runs."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.by_hand_costs import claims, figures
from dlexp.chapters.by_hand_costs.claims import BY_HAND, FRAMEWORK, LOOPS, part_of
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import mean_interval
from dlexp.lab.runs import Runs

FUNCTIONS = {
    "conv2d": "convolution",
    "conv2d_gradients": "convolution, gradients",
    "max_pool2d": "max pooling",
    "max_pool2d_gradient": "max pooling, gradient",
    "average_pool2d": "average pooling",
    "average_pool2d_gradient": "average pooling, gradient",
    "batch_norm": "batch normalisation",
    "batch_norm_gradients": "batch normalisation, gradients",
    "lstm": "LSTM",
    "lstm_gradients": "LSTM, gradients",
    "grad_cam": "Grad-CAM",
}

NONE = "–"  # where nobody was asked


def costs(runs: Runs) -> None:
    """Show what each function by hand costs in time, and what it holds in memory."""
    rows = [[words, *_row(runs, name)] for name, words in FUNCTIONS.items()]
    header = ["function", "Keras", "PyTorch", "loops", "memory"]
    caption = (
        "Time by hand in multiples of Keras's and of PyTorch's, whose gradients include the way "
        "forward; time of loops in multiples of by hand, the other way around; memory by hand in "
        "multiples of what comes in; times with intervals"
    )
    publish.table("costs", header, rows, caption=caption)
    publish.number("functions", len(FUNCTIONS), "d")
    publish.number("seeds", len(runs.seeds), "d")
    in_pytorch = runs("pytorch")
    publish.number("conv2d_in_pytorch", claims.slower(in_pytorch, "conv2d").mean(), ".1f")
    pooled = claims.slower(in_pytorch, "max_pool2d", FRAMEWORK, BY_HAND)
    publish.number("max_pool2d_of_pytorch", pooled.mean(), ".1f")
    drifting = claims.turn_by_turn(runs("pooling"), "max_pool2d_gradient")
    publish.number("first_turn", drifting[0], ".1f")
    publish.number("last_turn", drifting[-1], ".1f")


def answer(runs: Runs) -> None:
    """Say how long a convolution takes in Keras, by hand and in loops."""
    own = runs("convolution")
    publish.number("conv2d_in_keras", claims.slower(own, "conv2d").mean(), ".1f")
    looped = claims.slower(own, "conv2d", LOOPS, FRAMEWORK).mean()
    publish.number("conv2d_loops_in_keras", np.round(looped, -2), ",.0f")
    seconds = np.median(own.arrays("conv2d"), axis=1).mean(axis=0)  # (calls,)
    publish.number("conv2d_keras_ms", 1e3 * seconds[FRAMEWORK], ".1f")
    publish.number("conv2d_by_hand_ms", 1e3 * seconds[BY_HAND], ".1f")
    publish.number("conv2d_loops_seconds", seconds[LOOPS], ".1f")


def _row(runs: Runs, function: str) -> list[str]:
    looped = _looped(runs, function)
    return [
        _cell(_in_keras(runs, function)),
        _cell(claims.slower(runs("pytorch"), function)),
        NONE if looped is None else _cell(looped, ".0f"),
        formatted(claims.memory(runs(part_of(function)), function).mean(), ".1f"),
    ]


def _cell(ratios: Floats, spec: str = ".1f") -> str:
    """Return a mean over the seeds with its interval."""
    low, high = mean_interval(ratios)
    return f"{formatted(ratios.mean(), spec)} ({formatted(low, spec)}–{formatted(high, spec)})"


def _in_keras(runs: Runs, function: str) -> Floats:
    return claims.slower(runs(part_of(function)), function)


def _looped(runs: Runs, function: str) -> Floats | None:
    """Return how much longer loops take than by hand, if there are loops."""
    own = runs(part_of(function))
    if own.arrays(function).shape[2] <= LOOPS:
        return None
    return claims.slower(own, function, LOOPS, BY_HAND)


def prices(runs: Runs) -> None:
    """Draw what all others take beside what the functions by hand take."""
    in_turn = {words: _multiples(runs, name) for name, words in FUNCTIONS.items()}
    drawing = figures.prices(
        {
            who: {words: each[who] for words, each in in_turn.items() if who in each}
            for who in ("Keras", "PyTorch", "plain loops")
        }
    )
    publish.figure("prices", drawing)


def _multiples(runs: Runs, function: str) -> dict[str, Floats]:
    """Return the times of others in multiples of the time by hand."""
    looped = _looped(runs, function)
    return {
        "Keras": claims.slower(runs(part_of(function)), function, FRAMEWORK, BY_HAND),
        "PyTorch": claims.slower(runs("pytorch"), function, FRAMEWORK, BY_HAND),
        **({} if looped is None else {"plain loops": looped}),
    }


def multiplications(runs: Runs) -> None:
    """Say how many multiplications one call of the convolution is made of."""
    config = runs.config
    per_output = config["taps"] ** 2 * config["channels"]
    outputs = config["images"] * config["size"] ** 2 * config["filters"]
    publish.number("multiplications", np.round(per_output * outputs / 1e6), ",.0f")

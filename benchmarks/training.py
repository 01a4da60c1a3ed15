"""What a step and a look cost: Keras's own `fit` and `predict`, and the book's one loop.

Run it with::

    PYTHONPATH=code python benchmarks/training.py [NET ...]

For each kind of network, both ways take turns, on one thread, on the same images; the medians of
processor time are printed with their ratios. The first call of each, which traces, is not timed.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from dlexp.lab.machine import environment

TURNS = 5
STEPS = 150
LOOKED = 5_000


class Kind(NamedTuple):
    """A network as an experiment of the book trains it."""

    build: Callable[[], Any]
    images: Any
    optimizer: str
    batch_size: int
    steps: int = STEPS


def kinds() -> dict[str, Callable[[], Kind]]:
    """Return the kinds of networks, each to be made when it is its turn."""
    from dlexp import data
    from dlexp.chapters.batch_norm import nets as batch_norm
    from dlexp.chapters.grad_cam import nets as grad_cam
    from dlexp.chapters.pooling_dropout import nets as pooling
    from dlexp.chapters.pooling_dropout.factorial import Factorial
    from dlexp.chapters.rnn_vs_cnn import nets as sequences
    from dlexp.tuning import spaces

    part = data.mnist().train.sample(10_000)
    rows = data.Split(part.images[..., 0], part.labels, part.indices)
    batch_normal = batch_norm.normal
    return {
        "batch_norm dense": lambda: Kind(
            partial(batch_norm.network, "dense", batch_normal()), part, "sgd", 64
        ),
        "batch_norm conv": lambda: Kind(
            partial(batch_norm.network, "conv", batch_normal()), part, "sgd", 64
        ),
        "pooling cross": lambda: Kind(partial(pooling.crossed, Factorial()), part, "adam", 64),
        "pooling vary": lambda: Kind(partial(pooling.perceptron, 256, 0.5), part, "adam", 32),
        "tuner rows": lambda: Kind(partial(spaces.network, spaces.DEFAULT), part, "adam", 50),
        "rnn lstm": lambda: Kind(
            partial(sequences.build, "lstm", (28, 28), 10, 56), rows, "adam", 64
        ),
        "grad_cam": lambda: Kind(lambda: grad_cam.network(128).model, part, "adam", 64, 20),
    }


def by_keras(kind: Kind) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return what takes the steps, and what takes a look, as Keras does it."""
    import keras

    model = kind.build()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=kind.optimizer, loss=loss, metrics=["accuracy"])
    size = kind.steps * kind.batch_size
    part = kind.images.sample(size)
    fit = partial(model.fit, part.images, part.labels, batch_size=kind.batch_size, verbose=0)
    look = partial(model.predict, kind.images.images[:LOOKED], batch_size=500, verbose=0)
    return fit, look


def by_the_loop(kind: Kind) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return what takes the steps, and what takes a look, as the book does it."""
    from dlexp import training

    loop = training.Loop(kind.build, kind.images, optimizer=kind.optimizer, seed=1)
    rows = training.batches(loop.size, kind.batch_size, seed=1)
    return (
        lambda: loop.advance(islice(rows, kind.steps)),
        lambda: training.predict(loop.model, kind.images.images[:LOOKED]),
    )


def milliseconds(call: Callable[[], Any]) -> float:
    """Return the processor time of one call."""
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def main(names: list[str]) -> None:
    """Print a line for each kind: milliseconds of a step and of a look, both ways."""
    print(f"{'network':18}{'step: Keras':>12}{'loop':>8}{'ratio':>7}", end="")
    print(f"{'look: Keras':>13}{'loop':>8}{'ratio':>7}")
    for name, make in kinds().items():
        if names and name not in names:
            continue
        kind = make()
        calls = [*by_keras(kind), *by_the_loop(kind)]
        times = [[milliseconds(call) for call in calls] for _ in range(TURNS + 1)][1:]
        fit, predict, advance, look = (statistics.median(each) for each in zip(*times, strict=True))
        fit, advance = fit / kind.steps, advance / kind.steps
        print(f"{name:18}{fit:12.2f}{advance:8.2f}{fit / advance:7.2f}", end="")
        print(f"{predict:13.0f}{look:8.0f}{predict / look:7.2f}", flush=True)


if __name__ == "__main__":
    if os.environ.get("TF_NUM_INTRAOP_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], environment())
    main(sys.argv[1:])

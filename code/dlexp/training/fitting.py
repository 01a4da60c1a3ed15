"""Train a classifier, look at it now and then, and keep what validation chooses."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from dlexp.data import Dataset, Split
from dlexp.training.loop import Loop, batches, score
from dlexp.training.plans import Fitted, History, Plan


def fit(
    build: Callable[[], keras.Model],
    dataset: Dataset,
    plan: Plan,
    *,
    seed: int,
    watch: Mapping[str, Split] | None = None,
) -> Fitted:
    """Build a classifier from a seed, train it, and return it as it was when it was best.

    Parameters
    ----------
    build : callable
        Makes the model, whose output are logits of shape (batch, classes). It is called after
        the seed is set, so that the seed decides the first weights too.
    dataset : Dataset
        Its ``train`` is learnt from, its ``validation`` chooses the moment.
    plan : dlexp.training.plans.Plan
    seed : int
        Of the first weights, of what dropout drops, and of the order of the images.
    watch : mapping of str to Split, optional
        Parts whose accuracy is written down at each look and used for nothing.

    Returns
    -------
    dlexp.training.plans.Fitted
    """
    loop = Loop(build, dataset.train, optimizer=plan.optimizer, seed=seed)
    return Fitted(loop.model, descend(loop, dataset, plan, seed=seed, watch=watch))


def passes(loop: Loop, plan: Plan, *, seed: int) -> Iterator[int]:
    """Train afresh from a seed; yield the number of each pass, from zero, when it is done.

    Parameters
    ----------
    loop : Loop
    plan : dlexp.training.plans.Plan
        Of its ``epochs``.
    seed : int
        Of the first weights, of what dropout drops, and of the order of the images.
    """
    loop.begin(seed=seed, learning_rate=plan.learning_rate)
    rows = batches(loop.size, plan.batch_size, seed=seed, keep_rest=plan.keep_rest)
    for number, (start, stop) in enumerate(itertools.pairwise([0, *plan.stops(loop.size)])):
        loop.advance(itertools.islice(rows, stop - start))
        yield number


def descend(
    loop: Loop,
    dataset: Dataset,
    plan: Plan,
    *,
    seed: int,
    weights: list[NDArray[Any]] | None = None,
    watch: Mapping[str, Split] | None = None,
) -> History:
    """Let a loop begin again and follow a plan; leave its model as it was when it was best.

    Parameters
    ----------
    loop : Loop
        Its optimizer is used, whatever the plan names.
    dataset : Dataset
        Its ``train`` is what the loop learns from; its ``validation`` chooses the moment.
    plan : dlexp.training.plans.Plan
    seed : int
        Of the order of the images.
    weights : list of array, optional
        To begin from; by default the loop's first ones.
    watch : mapping of str to Split, optional
        Parts whose accuracy is written down at each look and used for nothing.
    """
    loop.begin(weights=weights, learning_rate=plan.learning_rate)
    rows = batches(loop.size, plan.batch_size, seed=seed, keep_rest=plan.keep_rest)
    parts = {"validation": dataset.validation, **(watch or {})}
    seen: dict[str, list[float]] = {name: [] for name in parts}
    running: list[tuple[float, float]] = []
    best: list[NDArray[Any]] = []
    stops = plan.stops(loop.size)
    for start, stop in itertools.pairwise([0, *stops]):
        running.append(loop.advance(itertools.islice(rows, stop - start)))
        for name, part in parts.items():
            seen[name].append(score(loop.model, part))
        if seen["validation"][-1] > max(seen["validation"][:-1], default=-1.0):
            best = loop.model.get_weights()
    loop.model.set_weights(best)
    losses, accuracies = zip(*running, strict=True)
    chosen = int(np.argmax(seen["validation"]))
    return History(
        steps=stops, running_loss=[*losses], running_accuracy=[*accuracies], accuracy=seen,
        chosen=chosen,
    )  # fmt: skip

"""Train the reports' digit network, explain it, and ask whether the explanations are true.

Chapter: book/grad_cam.md. Cost: a network of the reports takes a bit more than a minute on a core.
Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.byhand.grad_cam import hires_map
from dlexp.chapters.grad_cam.baselines import Baseline, baselines
from dlexp.chapters.grad_cam.explanations import Explanation, explain
from dlexp.chapters.grad_cam.judging import Judgement, judge
from dlexp.chapters.grad_cam.labels import Shuffled, shuffle
from dlexp.chapters.grad_cam.nets import FILTERS, Network, coarse_map, gradients, network, trained
from dlexp.chapters.grad_cam.pictures import Gallery, gallery, hardest_errors
from dlexp.chapters.grad_cam.twins import Twin, twin
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement, Unit

SEEDS = (0, 1, 2, 3, 4)
SHUFFLED_SEEDS = (0, 1, 2)
"""Of the networks whose labels are shuffled: each costs as much as a third of a network."""

HEADS = {"flatten": SEEDS, "average_flatten": SEEDS, "average": (0, 1, 2)}
"""Of the networks where the answer is known: what follows the last convolution, and the seeds.

Under an average of all places the two maps are one by proof, so that it takes fewer.
"""

BUDGET = 20
"""CPU-minutes: the reports' network is large, and ten of it are trained."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """One network of the reports."""

    filters: int = 128  # of the third convolution
    epochs: int = 3  # passes over the 55,000 training images; a fourth adds nothing
    batch_size: int = 64  # images per step, as in the reports
    learning_rate: float = 1e-3  # of Adam


def train(config: Config, seed: int) -> Measurement:
    """Fit one network; report the test accuracy of the epoch that validation chose.

    The weights are rounded to half precision first: what is stored is what is measured.
    """
    from dlexp import training

    mnist = data.mnist()
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    watch = {"test": mnist.test}  # to measure what choosing by it would have claimed
    fitted = training.fit(
        lambda: network(config.filters).model, mnist, plan, seed=seed, watch=watch
    )
    weights = [array.astype(np.float16) for array in fitted.model.get_weights()]
    fitted.model.set_weights([array.astype(np.float32) for array in weights])
    logits = training.predict(fitted.model, mnist.test.images)
    numbers = {
        "parameters": int(fitted.model.count_params()),
        "test_accuracy": training.accuracy(logits, mnist.test.labels),
        "history": asdict(fitted.history),
    }
    arrays = {f"weight_{i}": array for i, array in enumerate(weights)}
    return Measurement(
        numbers=numbers, arrays={**arrays, "predictions": logits.argmax(axis=1).astype(np.int8)}
    )


@dataclass(frozen=True, kw_only=True)
class Browser:
    """What the live figures get of a network."""

    num_first: int = 10  # test images to start from; the batch of the reports' faults
    num_errors: int = 10  # errors that the quantised network is surest of
    marks: int = 50  # test images by whose scores the reader's is judged, evenly spread, per class


def export(config: Browser, seed: int, network_record: Record) -> Measurement:  # noqa: ARG001
    """Quantise one network, measure what that costs, and store it with some of Keras's answers."""
    from dlexp import training
    from dlexp.chapters.grad_cam import browser_network as interactive

    net, test = trained(network_record), data.mnist().test
    weights = interactive.quantise_all(net.model.get_weights())
    # From here on, Keras computes with the numbers that the browser gets.
    net.model.set_weights(interactive.values(weights))
    logits = training.predict(net.model, test.images)
    chosen = logits.argmax(axis=1)
    errors = hardest_errors(logits, test.labels, config.num_errors)
    indices = np.concatenate([np.arange(config.num_first), errors])
    numbers = {
        "layers": interactive.describe(net.model),
        "input": list(net.model.input_shape[1:]),
        "test_accuracy": training.accuracy(logits, test.labels),
        "changed_predictions": int(np.sum(chosen != network_record.arrays["predictions"])),
    }
    arrays = {
        **interactive.to_arrays(weights),
        "indices": indices,
        "logits": logits[indices],
        "maps": _maps_of_all_classes(net, test.images[indices]),
        "hires": _maps_of_all_classes(net, test.images[indices], hires_map),
        "typical": _typical(logits, config.marks),
    }
    return Measurement(numbers=numbers, arrays=arrays)


def _maps_of_all_classes(
    net: Network, images: Floats, make: Callable[[Floats, Floats], Floats] = coarse_map
) -> Floats:
    """Return the map of each class of each image, (B, 10, 7, 7)."""
    activations = np.asarray(net.trunk(images, training=False))
    classes = (np.full(len(images), label) for label in range(10))
    maps = [make(activations, gradients(net.head, activations, c)) for c in classes]
    return np.stack(maps, axis=1)


def _typical(logits: Floats, marks: int) -> Floats:
    """Return quantiles of the largest logit, by the class that it names, (10, marks)."""
    chosen, largest = logits.argmax(axis=1), logits.max(axis=1)
    places = (np.arange(marks) + 0.5) / marks
    rows = [
        np.quantile(largest[chosen == c], places) if (chosen == c).any() else np.zeros(marks)
        for c in range(10)
    ]
    return np.array(rows, np.float32)


def units() -> list[Unit]:
    """Return every run of the chapter: networks, what explains them, an export, a gallery."""
    networks = [
        Unit(measure=train, config=Config(filters=filters), seed=seed)
        for filters in FILTERS
        for seed in SEEDS
    ]
    exported = Unit(measure=export, config=Browser(), seed=0, needs=(networks[0],))
    pictures = Unit(measure=gallery, config=Gallery(), seed=0, needs=(networks[0],))
    return [*networks, *_explained(networks[: len(SEEDS)]), *_twins(), exported, pictures]


def _explained(networks: list[Unit]) -> Iterator[Unit]:
    """Return what explains the networks of the larger report, one after another."""
    for seed, unit in zip(SEEDS, networks, strict=True):
        yield Unit(measure=explain, config=Explanation(), seed=seed, needs=(unit,))
        yield Unit(measure=judge, config=Judgement(), seed=seed, needs=(unit,))
        yield Unit(measure=baselines, config=Baseline(), seed=seed, needs=(unit,))
    for seed in SHUFFLED_SEEDS:
        pair = networks[seed], networks[seed + 1]
        yield Unit(measure=shuffle, config=Shuffled(), seed=seed, needs=pair)


def _twins() -> Iterator[Unit]:
    """Return networks that are asked where the answer is known, with either head."""
    for head, seeds in HEADS.items():
        for seed in seeds:
            yield Unit(measure=twin, config=Twin(head=head), seed=seed)

"""Networks with strides, trained with the zeros of one framework and run with those of another.

Chapter: book/conv_shapes.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.lab.units import Json, Measurement
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    import keras

    from dlexp import training

ZEROS: dict[str, Any] = {"half": 1, "after": ((0, 1), (0, 1))}
"""Zeros that are laid around an image by a layer of their own: half a kernel, or all after it."""

STRIDE, KERNEL = 2, 3

TRAINED = ("same", "half")
"""Ways to pad that networks are trained with."""

HEADS = ("flatten", "mean")
"""What stands before the dense layer: all places, or for each channel the mean over them."""


@dataclass(frozen=True, kw_only=True)
class Carrying:
    """Networks trained with either padding, and the first one carried over to the other."""

    head: str = "flatten"  # what stands before the dense layer; the other is "mean"
    trained: tuple[str, ...] = TRAINED  # the paddings that networks are trained with
    filters: tuple[int, ...] = (8, 16)  # of each convolution; all have stride two
    size: int = 5_000  # training images; which ones is drawn by the seed
    epochs: int = 8  # passes over them
    batch_size: int = 64  # images per step
    learning_rate: float = 0.005  # of Adam; the best of `Choosing.rates` for both paddings
    watched: int = images_for(CHOICE, share=0.97)  # validation images after each pass
    tested: int = images_for(REPORT, share=0.9)  # test images, at the end


SIDE_BY_SIDE = {head: Carrying(head=head, trained=("same",), epochs=64) for head in HEADS}
"""The same passes for both heads; the network with the mean learns slower, and decides on them."""

PAIR_RATES = (0.0015, 0.005, 0.015, 0.045)
"""Learning rates that both heads choose from."""

PAIR = {
    "flatten": replace(SIDE_BY_SIDE["flatten"], learning_rate=0.015),
    "mean": replace(SIDE_BY_SIDE["mean"], learning_rate=0.015),
}
"""Each with the rate that `choose` finds best for it."""


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """Learning rates for either padding, on validation images."""

    rates: tuple[float, ...] = (0.0025, 0.005, 0.01)  # of Adam
    training: Carrying = Carrying()  # all else as it is published


def network(padding: str, filters: tuple[int, ...], head: str = "flatten") -> keras.Model:
    """Return a classifier of digits from strided convolutions, with one of three paddings."""
    from keras import Input, Sequential, layers

    stack: list[Any] = [Input((28, 28, 1))]
    for count in filters:
        if padding in ZEROS:
            stack.append(layers.ZeroPadding2D(ZEROS[padding]))
        rule = "valid" if padding in ZEROS else padding
        stack.append(layers.Conv2D(count, KERNEL, strides=STRIDE, padding=rule, activation="relu"))
    kinds = {"flatten": layers.Flatten, "mean": layers.GlobalAveragePooling2D}
    return Sequential([*stack, kinds[head](), layers.Dense(10)])


def choose(config: Choosing, seed: int) -> Measurement:
    """Train with each padding and learning rate; return the validation accuracy at the end.

    ``carried`` has that of the same weights with half a kernel of zeros.
    """
    from dlexp import training

    how = config.training
    mnist = data.mnist().subset(how.size, seed=seed)
    watched = mnist.validation.sample(how.watched)
    twin = network("half", how.filters, how.head)
    found: dict[str, dict[str, Json]] = {"accuracy": {}, "carried": {}}
    for padding in how.trained:
        loop = _loop(how, padding, mnist, seed)
        ends: list[tuple[float, float]] = []
        for rate in config.rates:
            for _ in training.passes(loop, _plan(how, rate), seed=seed):
                pass
            twin.set_weights(loop.model.get_weights())
            ends.append((training.score(loop.model, watched), training.score(twin, watched)))
        own, other = zip(*ends, strict=True)
        found["accuracy"][padding], found["carried"][padding] = [*own], [*other]
    return Measurement(numbers=dict(found))


def carry(config: Carrying, seed: int) -> Measurement:
    """Train with each padding, carry the first network over, and look after each pass.

    ``validation`` has a list per network: trained with the zeros of TensorFlow (``same``), with
    half a kernel (``half``), and trained with the first but run with the second (``carried``).
    ``test`` has these, and the carried network with its zeros put right (``after``). ``moved`` has
    the accuracy of the first one on digits that are moved, from one pixel up to as many as the
    zeros move its windows. ``answers`` counts the digits of which the carried network says what
    the first one says of the digits moved so far.
    """
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    watched, test = mnist.validation.sample(config.watched), mnist.test.sample(config.tested)
    twins = {name: network(name, config.filters, config.head) for name in ZEROS}
    seen: dict[str, list[float]] = {"carried": []}
    models = {}
    for padding in config.trained:
        models[padding], looks = _trained(config, padding, mnist, seed)
        seen[padding] = []
        for model in looks:
            seen[padding].append(training.score(model, watched))
            if padding == "same":
                twins["half"].set_weights(model.get_weights())
                seen["carried"].append(training.score(twins["half"], watched))
    twins["after"].set_weights(models["same"].get_weights())
    models |= {"carried": twins["half"], "after": twins["after"]}
    logits = {name: training.predict(model, test.images) for name, model in models.items()}
    far = shift(len(config.filters))
    moves = [
        training.predict(models["same"], moved(test.images, pixels)) for pixels in range(1, far + 1)
    ]
    answers = {name: each.argmax(axis=1) for name, each in logits.items()}
    return Measurement(
        numbers={
            "validation": seen,
            "test": {name: training.accuracy(each, test.labels) for name, each in logits.items()},
            "moved": [training.accuracy(each, test.labels) for each in moves],
            "changed": {
                name: int(np.sum(answers[name] != answers["same"])) for name in ("carried", "after")
            },
            "answers": alike(
                answers["carried"], moves[-1].argmax(axis=1), pushed_out(test.images, far)
            ),
        }
    )


def alike(first: Any, second: Any, cut: Any) -> dict[str, Json]:
    """Count equal answers: of all digits, and of those that lose no ink by being moved.

    ``by_chance`` is the share of equal answers that two networks with these answers would give if
    neither knew which digit the other one saw.

    Examples
    --------
    >>> alike(np.array([1, 1, 2]), np.array([1, 2, 2]), np.array([False, True, False]))
    {'equal': 2, 'whole': 2, 'whole_equal': 2, 'by_chance': 0.4444444444444444}
    """
    equal = first == second
    shares = (np.bincount(each, minlength=10) / len(each) for each in (first, second))
    return {
        "equal": int(equal.sum()),
        "whole": int((~cut).sum()),
        "whole_equal": int(equal[~cut].sum()),
        "by_chance": float(np.dot(*shares)),
    }


def _loop(config: Carrying, padding: str, mnist: data.Dataset, seed: int) -> training.Loop:
    from dlexp import training

    build = partial(network, padding, config.filters, config.head)
    return training.Loop(build, mnist.train, optimizer="adam", seed=seed)


def _trained(
    config: Carrying, padding: str, mnist: data.Dataset, seed: int
) -> tuple[keras.Model, Iterator[keras.Model]]:
    """Return a model, and the looks at it: one after each pass that it is trained for."""
    from dlexp import training

    loop = _loop(config, padding, mnist, seed)
    passes = training.passes(loop, _plan(config, config.learning_rate), seed=seed)
    return loop.model, (loop.model for _ in passes)


def _plan(config: Carrying, rate: float) -> Any:
    from dlexp import training

    return training.Plan(epochs=config.epochs, batch_size=config.batch_size, learning_rate=rate)


def shift(layers: int) -> int:
    """Return by how many pixels half a kernel moves the windows of the last of some layers.

    Each layer starts one cell earlier, and a cell is as wide as the strides before it.

    Examples
    --------
    >>> shift(1), shift(2)
    (1, 3)
    """
    return sum(STRIDE**layer for layer in range(layers))


def moved(images: Any, pixels: int) -> Any:
    """Return images of shape (n, H, W, 1) moved down and to the right; zeros come in.

    Examples
    --------
    >>> moved(np.arange(1.0, 5).reshape(1, 2, 2, 1), 1).ravel()
    array([0., 0., 0., 1.])
    """
    rows, columns = images.shape[1:3]
    frame = ((0, 0), (pixels, 0), (pixels, 0), (0, 0))
    return np.pad(images, frame)[:, :rows, :columns]


def pushed_out(images: Any, pixels: int) -> Any:
    """Return of each image, (n, H, W, 1), whether moving it pushes ink over the edge: (n,) bools.

    Examples
    --------
    >>> pushed_out(np.array([[[0, 0], [0, 1]], [[1, 0], [0, 0]]])[..., None], 1)
    array([ True, False])
    """
    rows, columns = images.shape[1:3]
    kept = np.zeros((rows, columns), bool)
    kept[: rows - pixels, : columns - pixels] = True
    return (images[:, ~kept] > 0).any(axis=(1, 2))

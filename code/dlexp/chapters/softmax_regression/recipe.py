"""Report D's recipe: ten passes of plain stochastic gradient descent.

Chapter: book/softmax_regression.md.
"""

from dataclasses import dataclass

import numpy as np

from dlexp import data
from dlexp.byhand.softmax import softmax_regression_gradients
from dlexp.chapters.softmax_regression.linear import LinearWeights, answers, glorot, pixels
from dlexp.data import Split
from dlexp.lab.units import Measurement
from dlexp.looks import CURVE, images_for


@dataclass(frozen=True, kw_only=True)
class Training:
    """How report D trains, but for its test set, which it looks at after each pass."""

    rate: float = 0.01
    batch_size: int = 32  # images per step
    epochs: int = 10  # passes over the training images
    size: int = 55_000  # training images
    looked: int = images_for(CURVE, share=0.9)  # training images per look, after each pass


def train(config: Training, seed: int) -> Measurement:
    """Follow the recipe, and read the test images once, at its end."""
    dataset = data.mnist().subset(config.size, seed=seed)
    looked = dataset.train.sample(config.looked)
    generator = np.random.default_rng(seed)
    weights = glorot(seed)
    looks = [look(weights, looked, dataset.validation)]
    for _ in range(config.epochs):
        weights = one_pass(weights, dataset.train, config, generator)
        looks.append(look(weights, looked, dataset.validation))
    tested = answers(weights, dataset.test)
    numbers = {
        "loss": [seen[0] for seen in looks],
        "validation_loss": [seen[1] for seen in looks],
        "validation": [seen[2] for seen in looks],
        "train": answers(weights, dataset.train).accuracy,
        "test": tested.accuracy,
        "test_loss": tested.loss,
        "confidence": tested.confidence,
    }
    arrays = {
        "kernel": weights.kernel,
        "bias": weights.bias,
        "guesses": tested.guesses.astype(np.uint8),
        "confusion": tested.confusion,
        "bins": tested.bins,
    }
    return Measurement(numbers=numbers, arrays=arrays)


def one_pass(
    weights: LinearWeights, part: Split, config: Training, generator: np.random.Generator
) -> LinearWeights:
    """Take each image once, in an order of chance, and return the weights behind the last step."""
    x = pixels(part)
    order = generator.permutation(len(part))
    rate = x.dtype.type(config.rate)
    for start in range(0, len(order), config.batch_size):
        rows = order[start : start + config.batch_size]
        found = softmax_regression_gradients(x[rows], *weights, part.labels[rows])
        weights = LinearWeights(
            weights.kernel - rate * found.kernel, weights.bias - rate * found.bias
        )
    return weights


def look(weights: LinearWeights, looked: Split, validation: Split) -> tuple[float, float, float]:
    """Return the loss on training images, that on the validation part, and its accuracy."""
    seen = answers(weights, validation)
    return answers(weights, looked).loss, seen.loss, seen.accuracy

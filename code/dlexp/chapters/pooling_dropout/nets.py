"""The networks of the chapter on pooling and dropout, with fresh weights.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

    from dlexp.chapters.pooling_dropout.factorial import Factorial

SEEDS = (0, 1, 2, 3, 4)
SIDE = 28
"""Height and width of an MNIST image."""

ARCHITECTURES = ("dense", "strided", "average", "max", "flattened", "global_max")
"""Six networks of nearly as many parameters; the last two differ in their last step alone."""

REMEDIES = ("blurred", "global_max", "augmented", "global_average")
"""Two of them are the network with max pooling, blurred or taught with shifted images."""

REACH = 4
"""Pixels that a training image may be shifted each way before the augmented network sees it."""

CANVAS = 68
"""Side of an empty canvas, in pixels. Its margin, twenty on each side, is a multiple of four, the
step behind two poolings, and so wide that hardly a cell sees ink and border together."""


def _chain(*hidden: Any) -> keras.Model:
    """Return a classifier of MNIST images with these layers before its logits."""
    from keras import Input, Model, layers

    images = x = Input((SIDE, SIDE, 1))
    for layer in hidden:
        x = layer(x)
    return Model(images, layers.Dense(10)(x))


def _convolution(filters: int, stride: int = 1) -> Any:
    from keras import layers

    return layers.Conv2D(filters, 3, strides=stride, padding="same", activation="relu")


def _dropout(rate: float) -> Any:
    """Return a dropout layer; it draws a seed at any rate, so that what follows starts alike."""
    import random

    from keras import layers

    return layers.Dropout(rate, seed=random.randrange(2**31))


def network(architecture: str) -> keras.Model:
    """Build one of the six networks with fresh weights from Keras's current seed.

    Raises
    ------
    ValueError
        If the architecture is unknown.
    """
    from keras import layers

    def blocks(pooling: Any) -> list[Any]:
        return [_convolution(16), pooling(2), _convolution(32), pooling(2)]

    flat = layers.Flatten()
    match architecture:
        case "dense":
            hidden = [flat, layers.Dense(26, activation="relu")]
        case "strided":
            hidden = [_convolution(16, stride=2), _convolution(32, stride=2), flat]
        case "average":
            hidden = [*blocks(layers.AveragePooling2D), flat]
        case "max":
            hidden = [*blocks(layers.MaxPooling2D), flat]
        case "flattened":
            hidden = [*blocks(layers.MaxPooling2D), _convolution(20), flat]
        case "global_max":
            last = [_convolution(52), layers.GlobalMaxPooling2D()]
            hidden = [*blocks(layers.MaxPooling2D), *last]
        case _:
            raise ValueError(
                f"`architecture` must be one of {', '.join(ARCHITECTURES)}; got {architecture!r}"
            )
    return _chain(*hidden)


def mended(remedy: str) -> keras.Model:
    """Build one of `REMEDIES` with fresh weights from Keras's current seed.

    Raises
    ------
    ValueError
        If the remedy is unknown.
    """
    from keras import layers

    first, second, flat = _convolution(16), _convolution(32), layers.Flatten()
    halve, halve_again = layers.MaxPooling2D(2), layers.MaxPooling2D(2)
    pooled = [first, halve, second, halve_again]
    match remedy:
        case "blurred":
            return _chain(first, *blurred(), second, *blurred(), flat)
        case "augmented":
            return _chain(shifts(), *pooled, flat)
        case "global_max":
            return _chain(*pooled, _convolution(52), layers.GlobalMaxPooling2D())
        case "global_average":
            return _chain(*pooled, _convolution(52), layers.GlobalAveragePooling2D())
        case _:
            raise ValueError(f"`remedy` must be one of {', '.join(REMEDIES)}; got {remedy!r}")


def blurred() -> list[Any]:
    """Return a max pooling by two that blurs before it leaves cells out, after Zhang (2019).

    The maximum is taken at every place; two means of two cells, the second at every other place,
    weigh the maxima by 1/4, 1/2, 1/4 in each direction.
    """
    from keras import layers

    return [
        layers.MaxPooling2D(2, strides=1, padding="same"),
        layers.AveragePooling2D(2, strides=1, padding="same"),
        layers.AveragePooling2D(2),
    ]


def shifts() -> Any:
    """Return a layer that shifts each training image by chance, and is idle in inference.

    It shifts by whole pixels: the nearest one is taken, and none are mixed.
    """
    import random

    from keras import layers

    reach, seed = REACH / SIDE, random.randrange(2**31)
    return layers.RandomTranslation(
        reach, reach, fill_mode="constant", interpolation="nearest", seed=seed
    )


def crossed(config: Factorial) -> keras.Model:
    """Build one of the four networks: two convolutions, a dense layer, the logits."""
    from keras import layers

    def pooling() -> list[Any]:
        return [layers.MaxPooling2D(2)] if config.pooling else []

    return _chain(
        _convolution(8),
        *pooling(),
        _convolution(8),
        *pooling(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        _dropout(config.rate),
    )


def perceptron(units: int, rate: float) -> keras.Model:
    """Build a dense network whose hidden units are dropped at a rate, right before the logits."""
    from keras import layers

    return _chain(
        layers.Flatten(),
        layers.Dense(units, activation="relu", name="hidden"),
        _dropout(rate),
    )


def with_noisy_pixels(units: int, rate: float) -> keras.Model:
    """Build the same network with dropout on the pixels instead of the hidden units."""
    from keras import layers

    return _chain(
        _dropout(rate),
        layers.Flatten(),
        layers.Dense(units, activation="relu", name="hidden"),
    )

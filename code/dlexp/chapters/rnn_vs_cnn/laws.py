"""Hold what the chapter on sequences derives to layers of Keras, drawn at random.

Chapter: book/rnn_vs_cnn.md. Nothing is trained here. Each function counts the cases that break a
law; `laws` asks them all. Keras and TensorFlow are imported inside the functions.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.byhand import recurrent, shapes
from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets
from dlexp.chapters.rnn_vs_cnn.agreement import LAYERS, disagreements, in_keras, layer
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed compares with Keras."""

    cases: int = 20  # random layers, or sequences, per question
    tolerance: float = 1e-4  # largest difference that is rounding, as a share of the largest value


def laws(config: Laws, seed: int) -> Measurement:
    """Hold hand-written layers, formulas and what they predict to Keras."""
    generator = np.random.default_rng(seed)
    cases, tolerance = config.cases, config.tolerance
    return Measurement(
        numbers={
            "agreement": disagreements(generator, cases, tolerance),
            "miscounted": miscounted(generator, cases),
            "shifts": shifts(generator, cases),
            "fields": misjudged_fields(generator, cases),
            "leaks": leaks(generator, cases, tolerance),
        }
    )


def formula(kind: str, features: int, width: int, *, taps: int = 3) -> int:
    """Return the parameters of such a layer, by the formulas of `dlexp.byhand.recurrent`.

    Examples
    --------
    >>> [formula(kind, 8, 16) for kind in LAYERS]
    [400, 1600, 1248, 1200, 400]
    """
    if kind == "conv1d":
        return recurrent.conv1d_parameters(taps, features, width)
    biases = 2 if kind == "gru" else 1
    name = "gru" if kind == "gru_before" else kind
    return recurrent.recurrent_parameters(name, features, width, biases=biases)  # type: ignore[arg-type]


# --- Counts -------------------------------------------------------------------------------------


def miscounted(generator: np.random.Generator, cases: int) -> int:
    """Count random layers of Keras that have other parameters than the formula says."""
    count = 0
    for index in range(cases):
        kind = LAYERS[index % len(LAYERS)]
        features, width, taps = (int(n) for n in generator.integers(1, 40, 3))
        built = layer(kind, width, taps=taps)
        built.build((None, 50, features))
        count += int(built.count_params() != formula(kind, features, width, taps=taps))
    return count


# --- Shifts -------------------------------------------------------------------------------------


def shifts(generator: np.random.Generator, cases: int) -> dict[str, int]:
    """Count convolutions of Keras that answer to a shift other than by a shift of their output.

    Values are whole numbers, so that equal means equal to the last bit.

    Returns
    -------
    dict
        ``moved``: the output, away from the borders, is not that of before, shifted.
        ``changed``: the output, place by place, is not the same as before.
        ``pooled``: its mean or its maximum over time is not the same, although what is there
        stayed away from the borders. ``strided``: the same for a stride of two.
        ``border``: a shift up to the border, with padding, changed the mean or the maximum.
    """
    names = ("moved", "changed", "pooled", "strided", "border")
    counts = dict.fromkeys(names, 0)
    for _ in range(cases):
        taps, shift = int(generator.integers(1, 6)), 2 * int(generator.integers(0, 3)) + 1
        x = np.zeros((1, 40, 2), np.float32)
        x[:, 15:23] = generator.integers(1, 5, (1, 8, 2))
        plain, strided = (_whole(generator, taps, stride) for stride in (1, 2))
        before, after = plain(x), plain(np.roll(x, shift, axis=1))
        inside = slice(5, 35 - shift)
        counts["moved"] += int((after[:, shift:][:, inside] != before[:, inside]).any())
        counts["changed"] += int((after != before).any())
        counts["pooled"] += int(_pools(before) != _pools(after))
        counts["strided"] += int(_pools(strided(x)) != _pools(strided(np.roll(x, shift, axis=1))))
        counts["border"] += int(_pools(before) != _pools(plain(np.roll(x, 17, axis=1))))
    return counts


def _whole(generator: np.random.Generator, taps: int, stride: int) -> Any:
    """Return a convolution whose weights are whole numbers."""
    built = layer("conv1d", 3, taps=taps, strides=stride, padding="same")
    built.build((None, None, 2))
    built.set_weights([generator.integers(-4, 5, w.shape) for w in built.get_weights()])
    return lambda x: np.asarray(built(x), np.float64)


def _pools(y: Floats) -> list[float]:
    return [*y.sum(axis=1).ravel().tolist(), *y.max(axis=1).ravel().tolist()]


# --- What an output sees ------------------------------------------------------------------------


def misjudged_fields(generator: np.random.Generator, cases: int) -> int:
    """Count stacks of Keras's dilated convolutions that see another stretch than the formula.

    What the last step sees is where its gradient is not zero; positive weights cannot cancel.
    """
    from keras import Sequential, layers

    count = 0
    for _ in range(cases):
        depth, taps = int(generator.integers(1, 5)), int(generator.integers(2, 4))
        dilations = [int(d) for d in generator.integers(1, 9, depth)]
        stack = [layers.Conv1D(1, taps, dilation_rate=d, padding="causal") for d in dilations]
        model = Sequential([layers.Input((80, 1)), *stack])
        model.set_weights([generator.random(w.shape) + 0.1 for w in model.get_weights()])
        x = np.zeros((1, 80, 1))
        seen = np.flatnonzero(in_keras(lambda x, m=model: m(x)[:, -1], x)[1][0])
        expected = shapes.receptive_field(
            [shapes.Convolution(filters=1, kernel=taps, dilation=d) for d in dilations]
        )
        count += int(80 - seen.min() != min(expected, 80))
    return count


# --- Padding ------------------------------------------------------------------------------------

READERS: Mapping[str, tuple[str, nets.Masked]] = {
    "lstm": ("lstm", "no"),
    "lstm_masked": ("lstm", "each"),
    "mean": ("pooled", "no"),
    "mean_masked_at_the_end": ("pooled", "end"),
    "mean_masked_at_each_layer": ("pooled", "each"),
    "causal_masked_at_the_end": ("causal", "end"),
}
"""Nets for sequences of several lengths: what reads them, and where the padding is left out."""


def leaks(generator: np.random.Generator, cases: int, tolerance: float) -> dict[str, int]:
    """Count sequences for which the answer of a net depends on how far they were padded.

    Returns
    -------
    dict
        One count per name in `READERS`, and ``mean_by_masking_layer`` for Keras's own layer
        ``Masking`` before convolutions and a mean.
    """
    models = {
        name: nets.reader(kind, 3, 4, 5, masked=masked) for name, (kind, masked) in READERS.items()
    }
    models["mean_by_masking_layer"] = _with_masking_layer()
    counts = dict.fromkeys(models, 0)
    for _ in range(cases):
        x = generator.normal(size=(1, int(generator.integers(3, 12)), 3)).astype(np.float32)
        padded = np.pad(x, ((0, 0), (0, int(generator.integers(1, 12))), (0, 0)))
        for name, model in models.items():
            model.set_weights([generator.normal(size=w.shape) for w in model.get_weights()])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Keras says that it drops the mask
                short, long = (np.asarray(model(each)) for each in (x, padded))
            counts[name] += int(np.abs(long - short).max() > tolerance * np.abs(short).max())
    return counts


def _with_masking_layer() -> Any:
    from keras import Sequential, layers

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Sequential(
            [
                layers.Input((None, 3)),
                layers.Masking(),
                *nets.convolutions(nets.STACKS["pooled"], 5),
                layers.GlobalAveragePooling1D(),
                layers.Dense(4),
            ]
        )

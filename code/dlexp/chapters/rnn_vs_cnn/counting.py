"""Count the parameters of Keras's layers and stacks as the sequences get longer.

Chapter: book/rnn_vs_cnn.md. Nothing here is random, so there is one unit. Keras is imported inside
the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlexp.chapters.rnn_vs_cnn import seeing
from dlexp.chapters.rnn_vs_cnn.agreement import LAYERS, layer
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Which layers are counted, and for which lengths."""

    lengths: tuple[int, ...] = (5, 50, 500)  # steps of the sequences that single layers read
    seen: tuple[int, ...] = (5, 17, 65)  # steps that stacks of convolutions see in full
    features: int = 8  # per step
    width: int = 16  # units or filters
    taps: int = 3  # of each convolution


def counts(config: Counts, seed: int) -> Measurement:  # noqa: ARG001
    """Count the parameters of layers, and of stacks that see all; the seed decides nothing."""
    sizes = (config.features, config.width, config.taps)
    return Measurement(
        numbers={
            "by_length": counts_by_length(config.lengths, *sizes),
            "stacks": stacks_by_length(config.seen, *sizes),
        }
    )


def counts_by_length(
    lengths: Sequence[int], features: int, width: int, taps: int
) -> dict[str, list[int]]:
    """Return the parameters of Keras's layers for several lengths, and of a dense layer's."""
    from keras import Sequential, layers

    found: dict[str, list[int]] = {}
    for kind in (*LAYERS, "dense"):
        found[kind] = []
        for length in lengths:
            inputs = layers.Input((length, features))
            if kind == "dense":
                model = Sequential([inputs, layers.Flatten(), layers.Dense(width)])
            else:
                model = Sequential([inputs, layer(kind, width, taps=taps)])
            found[kind].append(model.count_params())
    return found


def stacks_by_length(
    lengths: Sequence[int], features: int, width: int, taps: int
) -> dict[str, list[int]]:
    """Return the parameters of Keras's convolutions, stacked until the last step sees all steps."""
    from keras import Sequential, layers

    found: dict[str, list[int]] = {"plain": [], "dilated": []}
    for name, counts in found.items():
        for length in lengths:
            doubling = name == "dilated"
            dilations = [
                2**depth if doubling else 1
                for depth in range(seeing.depth(length, taps, doubling=doubling))
            ]
            stack = [
                layers.Conv1D(width, taps, padding="causal", dilation_rate=d) for d in dilations
            ]
            counts.append(Sequential([layers.Input((length, features)), *stack]).count_params())
    return found

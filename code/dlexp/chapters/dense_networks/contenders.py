"""Which networks and recipes are compared, and what is varied in each comparison.

Chapter: book/dense_networks.md. All begin from one network; a comparison changes one thing, and
lets each contender have a rate of its own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dlexp.chapters.dense_networks.learning import Learning

WIDE = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Rates of SGD, where the whole range is of interest."""

NARROW = (0.03, 0.1, 0.3, 1.0)
"""Rates of SGD around those that a pilot found good."""

DEFAULT_SGD, DEFAULT_ADAM = 0.01, 0.001
"""What Keras takes if nobody asks."""

Contenders = Mapping[str, Learning]
"""By the name that the page gives them."""

START = Learning(rates=WIDE)
"""Report C's layers, on fewer images; this one takes part in every comparison."""

ACTIVATIONS: Contenders = MappingProxyType(
    {
        "linear": Learning(activation="linear", rates=WIDE),
        "sigmoid": Learning(activation="sigmoid", rates=(*WIDE, 10.0)),
        "tanh": Learning(activation="tanh", rates=WIDE),
        "ReLU": START,
        "GELU": Learning(activation="gelu", rates=WIDE),
    }
)

OPTIMISERS: Contenders = MappingProxyType(
    {
        "SGD": START,
        "momentum": Learning(optimizer="momentum", rates=(0.001, *WIDE[:5])),
        "Adam": Learning(optimizer="adam", rates=(1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03)),
    }
)

DEFAULTS: Contenders = MappingProxyType(
    {
        "SGD": Learning(rates=(DEFAULT_SGD,)),
        "SGD, sigmoid": Learning(activation="sigmoid", rates=(DEFAULT_SGD,)),
        "Adam": Learning(optimizer="adam", rates=(DEFAULT_ADAM,)),
    }
)
"""At the rate that nobody chose."""

DEPTHS = (2, 8, 16)
"""Hidden layers."""

FIRST = MappingProxyType({"Glorot": "glorot_uniform", "He": "he_normal", "small": "small"})
"""How first weights are drawn: the page's name, and that of `nets.dense`."""


def deep(depth: int, first: str = "Glorot", activation: str = "relu") -> Learning:
    """Return a network of so many hidden layers, and how it begins.

    Examples
    --------
    >>> len(deep(16, "He").hidden)
    16
    """
    if (depth, first, activation) == (2, "Glorot", "relu"):
        return START
    slow = NARROW if depth == DEPTHS[0] else (0.01, 0.03, 0.1, 0.3)
    rates = (0.1, 0.3, 1.0, 3.0) if activation == "sigmoid" else slow
    return Learning(hidden=(64,) * depth, activation=activation, first=FIRST[first], rates=rates)


BEGINNINGS: Contenders = MappingProxyType(
    {
        f"{first}, {depth}": deep(depth, first)
        for depth in DEPTHS
        for first in FIRST
        if first != "small" or depth < max(DEPTHS)  # it is stuck long before
    }
)

DEEP: Contenders = MappingProxyType(
    {name: deep(8, activation=name) for name in ("sigmoid", "tanh", "relu")}
)

WIDTHS: Contenders = MappingProxyType(
    {
        str(units): START if units == 64 else Learning(hidden=(units, units), rates=NARROW)
        for units in (16, 64, 256)
    }
)

SHAPES: Contenders = MappingProxyType(
    {
        "one": Learning(hidden=(69,), rates=NARROW),
        "two": START,
        "three": Learning(hidden=(60, 60, 60), rates=NARROW),
    }
)
"""Hidden layers, with nearly equal parameters."""

BATCHES: Contenders = MappingProxyType(
    {
        "8": Learning(batch_size=8, rates=(0.01, 0.03, 0.1, 0.3)),
        "32": START,
        "128": Learning(batch_size=128, rates=NARROW),
        "512": Learning(batch_size=512, rates=(0.1, 0.3, 1.0, 3.0)),
    }
)

GROUPS = (ACTIVATIONS, OPTIMISERS, DEFAULTS, BEGINNINGS, DEEP, WIDTHS, SHAPES, BATCHES)


def everyone() -> list[Learning]:
    """Return each contender once."""
    return list(dict.fromkeys(each for group in GROUPS for each in group.values()))

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

NONE = Learning(hidden=(), rates=WIDE)
"""Softmax regression: no hidden layer, and so nothing that bends."""

DEFAULTS: Contenders = MappingProxyType(
    {
        "SGD": Learning(rates=(DEFAULT_SGD,)),
        "SGD, sigmoid": Learning(activation="sigmoid", rates=(DEFAULT_SGD,)),
        "Adam": Learning(optimizer="adam", rates=(DEFAULT_ADAM,)),
    }
)
"""At the rate that nobody chose."""

SHALLOW, DEEP = 2, 16
"""Hidden layers."""

FIRST = MappingProxyType({"Glorot": "glorot_uniform", "He": "he_normal", "small": "small"})
"""How first weights are drawn: the page's name, and that of `nets.dense`."""


def deep(first: str = "Glorot", activation: str = "relu") -> Learning:
    """Return a deep network, and how it begins.

    Examples
    --------
    >>> len(deep("He").hidden)
    16
    """
    rates = (0.1, 0.3, 1.0, 3.0) if activation == "sigmoid" else (0.01, 0.03, 0.1)
    return Learning(hidden=(64,) * DEEP, activation=activation, first=FIRST[first], rates=rates)


def shallow(first: str = "Glorot") -> Learning:
    """Return the network of two hidden layers, and how it begins."""
    return START if first == "Glorot" else Learning(first=FIRST[first], rates=NARROW)


SHALLOW_ONES: Contenders = MappingProxyType({first: shallow(first) for first in FIRST})

DEEP_ONES: Contenders = MappingProxyType(
    {first: deep(first) for first in FIRST} | {"sigmoid": deep(activation="sigmoid")}
)
"""Dear ones, of fewer seeds."""

SIZES: Contenders = MappingProxyType(
    {
        "one": Learning(hidden=(69,), rates=NARROW),
        "two": START,
        "wide": Learning(hidden=(256, 256), rates=NARROW[1:]),
    }
)
"""The first two have nearly equal parameters."""

LARGE = 512
"""Images of a large step."""

BATCHES: Contenders = MappingProxyType(
    {"32": START, str(LARGE): Learning(batch_size=LARGE, rates=(0.1, 0.3, 1.0, 3.0))}
)
"""By images per step."""

GROUPS = (ACTIVATIONS, OPTIMISERS, DEFAULTS, SHALLOW_ONES, DEEP_ONES, SIZES, BATCHES)


def everyone() -> list[Learning]:
    """Return each contender once."""
    grouped = (each for group in GROUPS for each in group.values())
    return list(dict.fromkeys([*grouped, NONE]))

"""A call of a function by hand, from which tests make others."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers import random


def as_they_are(**arguments: Any) -> dict[str, Any]:
    return arguments


@dataclass(frozen=True)
class Call:
    """A function, arrays of floats that it takes by name, and whatever else it needs."""

    function: Callable[..., Any]
    arrays: dict[str, np.ndarray]
    options: dict[str, Any] = field(default_factory=dict)
    packed: Callable[..., dict[str, Any]] = as_they_are
    """Puts arrays together that a function takes as one, such as the weights of a layer."""
    fixed: tuple[str, ...] = ()
    """Arrays whose values are not free, such as targets, which are 0 or 1."""

    def arguments(self, **changed: Any) -> dict[str, Any]:
        return self.packed(**{**self.arrays, **self.options, **changed})

    def __call__(self, **changed: Any) -> Any:
        return self.function(**self.arguments(**changed))

    def scaled(self, scale: float) -> dict[str, np.ndarray]:
        """Return the arrays, those whose values are free times a scale."""
        return {n: a if n in self.fixed else a * scale for n, a in self.arrays.items()}

    @property
    def parameters(self) -> list[str]:
        return list(inspect.signature(self.function).parameters)


def named(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {name: random(seed, *shape) for seed, (name, shape) in enumerate(shapes.items())}

"""Units of work: one configuration and one seed of one measure function.

A unit is the least that is ever lost or computed again.
"""

import dataclasses
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

HOME = "mnist"
"""The data that measures ask for, by the name that `dlexp.data.load` knows."""

_LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What a measure function returns.

    Attributes
    ----------
    numbers : mapping of str to Json
        Finite numbers, strings, lists and dictionaries.
    arrays : mapping of str to array
        Weights, images, predictions; any shape and plain dtype.
    """

    numbers: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One configuration and one seed of one measure function.

    Attributes
    ----------
    measure : callable
        ``measure(config, seed, *records_of_needs) -> Measurement``, a top-level function.
    config : frozen dataclass
        Of plain values; its defaults are what is published.
    seed : int
    needs : tuple of Unit
        Their records are handed to ``measure``, in this order.
    timed : bool
        Whether its arrays are what a clock measured, on which no two runs agree.
    data : str
        What `dlexp.data.mnist` gives while it is measured: ``"mnist"``, ``"fashion_mnist"``, or
        the path of a folder; see `dlexp.lab.elsewhere`.
    """

    measure: Callable[..., Measurement]
    config: Any
    seed: int
    needs: tuple["Unit", ...] = ()
    timed: bool = False
    data: str = HOME

    def __post_init__(self) -> None:
        if "." in self.measure.__qualname__ or not hasattr(self.measure, "__module__"):
            raise ValueError(
                f"measure must be a top-level function; got {self.measure.__qualname__}"
            )
        if not dataclasses.is_dataclass(self.config) or isinstance(self.config, type):
            raise TypeError(f"config must be a dataclass instance; got {self.config!r}")

    @property
    def slug(self) -> str:
        """The chapter that the unit belongs to: the package of the measure function's module."""
        parts = self.measure.__module__.split(".")
        return parts[-2] if len(parts) > 1 else parts[0]

    @property
    def target(self) -> str:
        """The measure function in words, ``"module:name"``."""
        return f"{self.measure.__module__}:{self.measure.__qualname__}"

    @property
    def place(self) -> str:
        """The unit in words, ``"slug/name"``; no two units share it."""
        return f"{self.slug}/{self.name}"

    @property
    def settings(self) -> dict[str, Json]:
        """The configuration as plain values."""
        return cast(dict[str, Json], plain(dataclasses.asdict(self.config), "config"))

    @property
    def name(self) -> str:
        """A file name: the function, what is not as published, the seed."""
        parts = [self.measure.__qualname__]
        for setting in dataclasses.fields(self.config):
            value = getattr(self.config, setting.name)
            if value != _default(setting):
                parts.append(f"{setting.name}={value}")
        if self.data != HOME:
            parts.append(f"data={self.data}")
        name = re.sub(r"[^A-Za-z0-9._=+-]+", "_", "-".join([*parts, f"seed={self.seed}"]))
        if len(name) > _LONGEST_NAME:
            name = f"{name[:_LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        return name


def _default(setting: "dataclasses.Field[Any]") -> object:
    if setting.default_factory is not dataclasses.MISSING:
        return setting.default_factory()
    return setting.default


def plain(value: object, where: str) -> Json:
    """Return a value as JSON has it: NumPy scalars as numbers, tuples as lists.

    Raises
    ------
    ValueError
        For NaN and infinity; the message names the place.
    TypeError
        For whatever JSON does not have.

    Examples
    --------
    >>> plain({"a": (1, np.float32(0.5))}, "numbers")
    {'a': [1, 0.5]}
    >>> plain({"a": [float("nan")]}, "numbers")
    Traceback (most recent call last):
    ValueError: numbers must be finite; got nan at numbers.a[0]
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"numbers must be finite; got {value} at {where}")
    if isinstance(value, Mapping):
        return {_text(key, where): plain(each, f"{where}.{key}") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, f"{where}[{i}]") for i, each in enumerate(value)]
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    kind = type(value).__name__
    raise TypeError(f"values must be numbers, strings, lists or dicts; {where} is of type {kind}")


def _text(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys must be strings; got {key!r} in {where}")
    return key

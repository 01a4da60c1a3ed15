"""Measure LSTMs that are fed one value at a time: with a fresh state, or with the one they had.

Chapter: book/lstm_windows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import forecasting
from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import nets, tasks
from dlexp.chapters.lstm_windows.nets import Array, Carried, Weights
from dlexp.lab.units import Measurement

WAYS = ("fresh", "kept", "kept_disordered")
"""The state is zero before each value; it is kept, and the values come in order; or it is kept,
and they come in an order of chance."""


@dataclass(frozen=True, kw_only=True)
class Streams:
    """LSTMs that see one value per step of training, from several places of a series at once."""

    streams: int = 8  # pieces of the training part that are read side by side
    rates: tuple[float, ...] = (0.001, 0.01, 0.1)  # of Adam; validation chooses
    units: int = 8  # of the hidden layer
    passes: int = 60  # through the pieces
    looks: int = 10  # at the validation part; the best one is kept
    length: int = 1_000  # values of the series


class Scaled(NamedTuple):
    """A series less its mean, by its standard deviation, both of the training part."""

    values: NDArray[np.float32]
    stops: tuple[int, int]


def streams(config: Streams, seed: int) -> Measurement:
    """Return the test R² of each way, at the rate and look of the least validation error."""
    values = tasks.values_of("ar", config.length, seed)
    stops = tasks.part_stops(len(values))
    seen = values[: stops[0]]
    scaled = Scaled(((values - seen.mean()) / seen.std()).astype(np.float32), stops)
    return Measurement(numbers={way: _trained(config, way, scaled, seed) for way in WAYS})


def _trained(config: Streams, way: str, scaled: Scaled, seed: int) -> dict[str, float]:
    generator = np.random.default_rng(seed)
    first = nets.first_weights("lstm", 1, config.units, 1, generator)
    weights = [np.repeat(each[np.newaxis], len(config.rates), axis=0) for each in first]
    adam = nets.Adam(weights, np.array(config.rates))
    pieces = _pieces(scaled.values[: scaled.stops[0]], config.streams)
    best, least, found = -1, np.inf, 0.0
    for look in range(config.looks):
        for _ in range(config.passes // config.looks):
            read_through(adam, weights, pieces, way, generator)
        told = foretold(weights, scaled.values, kept=way != "fresh")
        errors = ((told - scaled.values[1:]) ** 2)[:, scaled.stops[0] - 1 : scaled.stops[1] - 1]
        error = errors.mean(axis=1)
        if error.min() < least:
            best, least, rate = look, float(error.min()), int(error.argmin())
            test = slice(scaled.stops[1] - 1, None)
            truth = scaled.values[1:][test].astype(np.float64)
            found = forecasting.r_squared(truth, told[rate, test].astype(np.float64))
    return {"r_squared": found, "rate": rate, "look": best}


def _pieces(values: Array, count: int) -> Array:
    """Return a series as pieces, one after the other, (count, length), the rest left out."""
    length = len(values) // count
    return values[: count * length].reshape(count, length)


def read_through(
    adam: nets.Adam, weights: Weights, pieces: Array, way: str, generator: np.random.Generator
) -> None:
    """Read each piece once, a value per step of training, all pieces side by side."""
    steps = np.arange(pieces.shape[1] - 1)
    if way != "kept":
        generator.shuffle(steps)
    state = None
    for t in steps:
        x, then = (
            np.broadcast_to(pieces[np.newaxis, :, at : at + 1], (len(weights[0]), len(pieces), 1))
            for at in (t, t + 1)
        )
        layer = nets.hidden("lstm", weights, x, state)
        adam.step(nets.backward("lstm", weights, x, then, layer))
        state = None if way == "fresh" else layer.state


def foretold(weights: Weights, values: Floats, *, kept: bool) -> Array:
    """Return the forecast of each value but the first, (M, T - 1), read one at a time, in order."""
    members = len(weights[0])
    given = np.broadcast_to(values[np.newaxis, :-1, np.newaxis], (members, len(values) - 1, 1))
    if not kept:
        return nets.outputs("lstm", weights, given)[..., 0]
    state: Carried | None = None
    told = []
    for t in range(len(values) - 1):
        layer = nets.hidden("lstm", weights, given[:, t : t + 1], state)
        told.append(nets.read(weights, layer)[:, 0])
        state = layer.state
    return np.concatenate(told, axis=1)

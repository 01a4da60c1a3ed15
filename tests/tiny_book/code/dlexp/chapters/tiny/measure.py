"""An experiment that costs nothing: its values are its seeds."""

from dataclasses import dataclass

from dlexp.lab.units import Measurement, Unit


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings."""

    offset: float = 10.0  # what is added to a seed


def measure(config: Config, seed: int) -> Measurement:
    """Return the sum of seed and offset."""
    return Measurement(numbers={"value": seed + config.offset})


def units() -> list[Unit]:
    """Return three seeds of one setting."""
    return [Unit(measure=measure, config=Config(), seed=seed) for seed in range(3)]

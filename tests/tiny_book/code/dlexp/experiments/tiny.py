"""An experiment that costs nothing: its values are its seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlexp.lab import claims as settle
from dlexp.lab.results import Measurement, Record, Unit


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings: what is added to a seed."""

    offset: float = 10.0


def measure(config: Config, seed: int) -> Measurement:
    """Return the sum of seed and offset."""
    return Measurement(numbers={"value": seed + config.offset})


def units() -> list[Unit]:
    """Return three seeds of one setting."""
    return [Unit(measure=measure, config=Config(), seed=seed) for seed in range(3)]


def claims(records: Sequence[Record]) -> list[settle.Claim]:
    """Return the one claim of the tiny book."""
    return [
        settle.mean_above(
            "tiny.above_zero",
            "Values lie above zero.",
            "mean value",
            [record.numbers["value"] for record in records],
            threshold=0.0,
            seeds=[record.seed for record in records],
            units=[record.name for record in records],
        )
    ]

"""What the live figure of the tiny book gets: its own numbers under the names of the real ones."""

from typing import Any

from dlexp.chapters import tiny
from dlexp.lab import results


def live_network() -> list[float]:
    """Return the values of the tiny experiment."""
    return [record.numbers["value"] for record in results.load(tiny.units())]


def live_digits() -> dict[str, Any]:
    """Return nothing."""
    return {}

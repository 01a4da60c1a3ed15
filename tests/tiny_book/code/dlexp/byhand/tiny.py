"""Two functions that a tiny book shows."""

TWO = 2
THREE = 3


def double(value: int) -> int:
    """Return twice the value."""
    return TWO * value


def triple(value: int) -> int:
    """Return three times the value."""
    return THREE * value

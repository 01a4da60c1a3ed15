"""Checks of arguments that nets and tasks share."""

from collections.abc import Sequence


def _require(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ValueError(f"`{name}` must be one of {', '.join(known)}; got {value!r}")

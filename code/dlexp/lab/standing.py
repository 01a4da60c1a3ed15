"""How a unit stands in a store: current, stale and why, missing or damaged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dlexp.lab.keys import SCHEMA, Identity
from dlexp.lab.records import Record


class State(StrEnum):
    """How a unit stands in a store."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Standing:
    """How a unit stands in a store, and why."""

    state: State
    reasons: tuple[str, ...] = ()
    record: Record | None = None


def differences(stored: Mapping[str, Any], present: Identity) -> tuple[str, ...]:
    """Return the parts of a stored record's making that are others now, in words."""
    if stored["schema"] != SCHEMA:
        return (f"schema {stored['schema']} -> {SCHEMA}",)
    reasons = _config_differences(stored["config"], present.config)
    old, new = stored["code"], present.code
    reasons += [
        f"{name} changed" for name in sorted(old.keys() & new.keys()) if old[name] != new[name]
    ]
    reasons += [f"{name} is no longer reached" for name in sorted(old.keys() - new.keys())]
    reasons += [f"{name} is reached now" for name in sorted(new.keys() - old.keys())]
    if stored["needs"] != present.needs:
        reasons += [
            f"unit {name} it needs is stale"
            for name, key in present.needs.items()
            if stored["needs"].get(name) != key
        ] or ["the units it needs are others"]
    return tuple(reasons) or ("its key is another",)


def _config_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    reasons = []
    for name in sorted(old.keys() | new.keys()):
        before, after = (
            json.dumps(config.get(name, "(none)"), sort_keys=True) for config in (old, new)
        )
        if before != after:
            reasons.append(f"config: {name} {before} -> {after}")
    return reasons

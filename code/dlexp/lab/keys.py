"""The key of a unit: the hash of all that makes its result.

That is the function, the configuration, the seed, the code that it reaches, the keys of the units
it needs and, where they are not MNIST, the data. Library versions and the processor are
provenance: shown and compared, no part of the key.
"""

import hashlib
import json
from dataclasses import dataclass

from dlexp.lab import elsewhere
from dlexp.lab.fingerprint import ENGINE, Code, closure
from dlexp.lab.units import HOME, Json, Unit

SCHEMA = 1
"""Of a record. Raise it when what a stored record hands on changes its meaning: all keys change."""


@dataclass(frozen=True)
class Identity:
    """All that makes a unit's result, and its hash.

    Attributes
    ----------
    key : str
        64 hexadecimal digits.
    config : dict
    code : dict of str to str
        The symbols that the measure function and the configuration reach, with digests.
    needs : dict of str to str
        ``"slug/name"`` of each needed unit, with its key; in order.
    """

    key: str
    config: dict[str, Json]
    code: dict[str, str]
    needs: dict[str, str]


def identify(unit: Unit, code: Code) -> Identity:
    """Return the identity of a unit in the code as it stands."""
    if id(unit) not in code.identities:
        code.identities[id(unit)] = (
            unit,
            _identity(unit, code),
        )  # kept, so that its id stays its own
    found: Identity = code.identities[id(unit)][1]
    return found


def _identity(unit: Unit, code: Code) -> Identity:
    of_config = type(unit.config)
    manifest = closure(code, unit.target, outside=ENGINE) | closure(
        code, f"{of_config.__module__}:{of_config.__qualname__}", outside=ENGINE
    )
    data: dict[str, Json] = {}
    if unit.data != HOME:
        data["data"], reading = elsewhere.covered(unit, code)
        manifest |= reading
    needs = {need.place: identify(need, code).key for need in unit.needs}
    made_of = {
        "schema": SCHEMA,
        "slug": unit.slug,
        "function": unit.measure.__qualname__,
        "config": unit.settings,
        "seed": unit.seed,
        "code": manifest,
        "needs": list(needs.values()),
        **data,
    }
    return Identity(hashed(made_of), unit.settings, manifest, needs)


def hashed(value: object) -> str:
    """Return the SHA-256 of plain values: the same for the same values, whatever their order."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()

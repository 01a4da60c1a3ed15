"""What makes or hands on every result and is in no key: a change of it must raise ``SCHEMA``."""

import hashlib

from dlexp.lab.fingerprint import Code, closure
from dlexp.lab.keys import SCHEMA

HANDS_ON = (
    "dlexp.lab.units:plain",  # numbers on their way into a record
    "dlexp.lab.records:pack",  # arrays, and back
    "dlexp.lab.records:unpack",
    "dlexp.lab.machine:PINNED",  # the environment that units run in
)

PINNED_AT = {1: "5398b8b49d167a0b"}
"""The digest at each schema."""


def _digest() -> str:
    """Of what the symbols say, wherever they stand."""
    found = (each for target in HANDS_ON for each in closure(Code(), target).values())
    own = sorted({digest for digest in found if not digest.startswith("import ")})
    return hashlib.sha256(" ".join(own).encode()).hexdigest()[:16]


def test_what_hands_on_results_is_that_of_the_schema():
    assert PINNED_AT.get(SCHEMA) == _digest(), (
        f"what hands on results is another: raise keys.SCHEMA "
        f"or, if no result changes, update this digest: {_digest()!r}"
    )

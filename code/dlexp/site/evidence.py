"""What the chapters claim, from the records as they are: without Sphinx, so programs can ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from dlexp import chapters
from dlexp.lab.claims import Claim
from dlexp.lab.drafts import WAITING, Absent, Stale
from dlexp.lab.records import Record
from dlexp.lab.store import MissingResult


class NoEvidence(LookupError):
    """A claim cannot be shown: no such chapter or claim, or its records are not current."""


class NotComputed(NoEvidence):
    """A claim cannot be shown in a draft: records of its chapter are not computed yet."""


@dataclass(frozen=True)
class Evidence:
    """What one chapter claims, by the claims' ids, and its records by their names.

    Attributes
    ----------
    claims : mapping of str to Claim
    records : mapping of str to Record
        Those on other data, too.
    elsewhere : mapping of str to Claim
        Some of the same claims, asked again on Fashion-MNIST.
    """

    claims: Mapping[str, Claim]
    records: Mapping[str, Record]
    elsewhere: Mapping[str, Claim] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether a record is not computed yet, so that not all claims are there."""
        return any(isinstance(record, Absent) for record in self.records.values())

    @property
    def questions(self) -> int:
        """How many of its claims an interval decides."""
        return sum(bool(claim.values) for claim in self.claims.values())

    def stale(self, claim: Claim) -> list[str]:
        """Return the stale records that a claim rests on, on all data: none but in a draft."""
        again = self.elsewhere.get(claim.id)
        names = dict.fromkeys((*claim.units, *(again.units if again else ())))
        used = (self.records[name] for name in names)
        return [record.place for record in used if isinstance(record, Stale)]


@cache  # emptied when a build begins
def evidence(slug: str) -> Evidence:
    """Return the claims of a chapter and its records; only statistics are computed.

    Raises
    ------
    NoEvidence
        If there is no such chapter, a record is not current, or its claims are malformed.
    """
    try:
        runs = chapters.load(slug)
        claims = chapters.claims(runs)
        away = chapters.load_elsewhere(slug)
        again = chapters.claims_elsewhere(away)
    except (ValueError, MissingResult) as error:
        raise NoEvidence(str(error)) from error
    records = {run.name: run for run in (*runs, *away)}
    return Evidence(_by_id(claims), records, _by_id(again))


def _by_id(claims: Iterable[Claim]) -> dict[str, Claim]:
    return {claim.id: claim for claim in claims}


def find(identifier: str) -> tuple[Claim, Evidence]:
    """Return a claim and the evidence of its chapter.

    Raises
    ------
    NoEvidence
        If there is no such claim, or its records are not current.
    """
    known = evidence(identifier.partition(".")[0])
    if identifier not in known.claims and known.waits:
        raise NotComputed(WAITING)
    if identifier not in known.claims:
        names = ", ".join(known.claims) or "none"
        raise NoEvidence(f"a claim must be one of {names}; got {identifier}")
    return known.claims[identifier], known


def find_elsewhere(identifier: str) -> tuple[Claim, Evidence]:
    """Return a claim as it was settled on Fashion-MNIST, and the evidence of its chapter.

    Raises
    ------
    NoEvidence
        If it was not asked there, or its records are not current.
    """
    known = find(identifier)[1]
    if identifier not in known.elsewhere:
        names = ", ".join(known.elsewhere) or "none"
        raise NoEvidence(f"a claim asked on Fashion-MNIST must be one of {names}; got {identifier}")
    return known.elsewhere[identifier], known
